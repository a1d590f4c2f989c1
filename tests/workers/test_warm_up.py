"""What a worker has loaded before it forks, its children need not load again."""

import subprocess
import sys

import pytest

TWICE = """
import sys
from workers import warm_up
for act in (warm_up.prepare_once, warm_up.call_once):
    before = set(sys.modules)
    act()
    loaded = set(sys.modules) - before
    act()
    print(*sorted(loaded))
    print(*sorted(set(sys.modules) - before - loaded))
"""


@pytest.fixture(scope="module")
def loaded() -> list[str]:
    done = subprocess.run([sys.executable, "-c", TWICE], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-4:]


class TestOnce:
    @pytest.mark.parametrize(
        ("act", "loads"), [(0, "service.blinding.leaks.engine"), (1, "openai")]
    )
    def test_loads_all_that_a_second_time_needs(self, loaded, act, loads):
        first, second = loaded[2 * act : 2 * act + 2]
        assert any(name.startswith(loads) for name in first.split())
        assert second == ""
