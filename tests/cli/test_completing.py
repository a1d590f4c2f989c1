import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from service.cli import completing
from service.cli.context import Outlet


def completed(*words: str) -> set[str]:
    """What bash is told to go on with behind these words."""
    done = subprocess.run(
        [sys.executable, "-c", "from service import cli; cli.main()"],
        env={
            "PATH": os.environ["PATH"],
            completing.VARIABLE: "bash_complete",
            "COMP_WORDS": " ".join(("evenhand", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_prints_a_script_for_each_shell(self, shell):
        done = CliRunner().invoke(completing.completion, [shell], obj=Outlet())
        assert f"{completing.VARIABLE}={shell}_complete" in done.output

    def test_knows_no_other_shell(self):
        assert CliRunner().invoke(completing.completion, ["cmd"], obj=Outlet()).exit_code != 0

    def test_goes_on_with_commands_their_commands_and_their_options(self):
        assert {"study", "share"} <= completed("s") < {*completed(""), "run"}
        assert completed("study", "pa") == {"pack", "pause"}
        assert "--json" in completed("study", "list", "--")
