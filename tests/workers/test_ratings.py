import subprocess
import sys

from tests.fakes.programs import ROOT

LOADED = """
import argparse, os, sys
from service.settings import Settings
from workers import ratings

duty = ratings.duty(Settings.from_environ(), {}, argparse.Namespace(sweep=False))
assert "numpy" not in sys.modules
duty.load()
assert "numpy" in sys.modules
print(os.environ["OPENBLAS_NUM_THREADS"])
"""


class TestLoad:
    def test_keeps_numpy_to_one_core_unless_the_operator_says_otherwise(self, tmp_path):
        base = {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        for given, kept in (({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")):
            done = subprocess.run(
                [sys.executable, "-c", LOADED],
                env={**base, **given},
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            assert done.stdout.strip() == kept
