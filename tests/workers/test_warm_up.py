"""What a worker has loaded before it forks, its children need not load again."""

import subprocess
import sys

import pytest

ONCE = """
import sys
from workers import warm_up
before = set(sys.modules)
warm_up.{act}()
loaded = set(sys.modules) - before
warm_up.{act}()
print(*sorted(loaded))
print(*sorted(set(sys.modules) - before - loaded))
"""


class TestOnce:
    @pytest.mark.parametrize(
        ("act", "loads"),
        [("call_once", "openai"), ("prepare_once", "service.blinding.leaks.engine")],
    )
    def test_loads_all_that_a_second_time_needs(self, act, loads):
        command = [sys.executable, "-c", ONCE.format(act=act)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        first, second = done.stdout.splitlines()[-2:]
        assert any(name.startswith(loads) for name in first.split())
        assert second == ""
