import importlib
import json
import subprocess
import sys

import click
import pytest

from service import cli
from service.cli import source, studies

HEAVY = ("sqlalchemy", "alembic", "pydantic", "flask", "jinja2", "rich", "rq", "redis", "numpy")
HEAVY += ("scipy", "litellm", "markdown_it", "pygments", "nh3", "jsonschema", "yaml", "httpx")


RENDERING = {"markdown_it", "pygments", "nh3", "jsonschema", "flask", "jinja2", "httpx", "alembic"}
# Of ours, and of the standard library: ast, json, pathlib, importlib.resources.
MOST_MODULES_MORE = 90
NUMBERS = {"numpy", "scipy", "litellm", "rq", "redis"}


def loaded(*words: str) -> list[str]:
    """What a command loaded of what takes long."""
    code = (
        "import json, sys\n"
        "from service import cli\n"
        "sys.argv = ['evenhand', *json.loads(sys.argv[1])]\n"
        "try:\n    cli.main()\n"
        "finally:\n    print(json.dumps(sorted({n.split('.')[0] for n in sys.modules})))"
    )
    command = [sys.executable, "-c", code, json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = json.loads(done.stdout.splitlines()[-1])
    return [name for name in found if name in HEAVY]


class TestHelp:
    @pytest.mark.parametrize(
        "words", [[], ["--help"], ["-h"], ["study"], ["study", "--help"], ["--version"], ["x"]]
    )
    def test_loads_nothing_that_takes_long(self, words):
        assert loaded(*words) == []

    def test_loads_little_more_than_click_itself(self):
        code = "import sys, click, click.shell_completion; print(len(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        count = (
            "import sys\nfrom service import cli\nsys.argv = ['evenhand', '--help']\n"
            "try:\n    cli.main()\nfinally:\n    print(len(sys.modules))"
        )
        help_ = subprocess.run([sys.executable, "-c", count], capture_output=True, check=True)
        assert int(help_.stdout.split()[-1]) - int(done.stdout) < MOST_MODULES_MORE

    def test_is_what_the_commands_say(self):
        context = click.Context(cli.cli)
        for name in cli.cli.list_commands(context):
            module, _, function = cli.COMMANDS[name].partition(":")
            command = cli.cli.get_command(context, name)
            assert source.help_of(module, function).startswith(command.help.split("\n")[0])
            if isinstance(command, click.Group):
                for inner in command.list_commands(context):
                    assert command.get_command(context, inner).name == inner

    def test_a_group_has_all_its_commands(self):
        lazy = cli.cli.get_command(click.Context(cli.cli), "study")
        for module in cli.JOINED["study"]:
            importlib.import_module(module)
        assert set(lazy.list_commands(click.Context(lazy))) == {
            *studies.study.commands,
            *(path.removeprefix("study ") for path in cli.BESIDE if path.startswith("study ")),
        }

    def test_nothing_typed_is_answered_with_help(self):
        command = [sys.executable, "-c", "from service import cli; cli.main()"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0
        assert "study apply FILE" in " ".join(done.stdout.split())
        assert "leaderboard" in done.stdout


class TestCommands:
    @pytest.mark.usefixtures("home")
    @pytest.mark.parametrize(
        "words",
        [["study", "list"], ["study", "status", "x"], ["sign-in"], ["invite", "x"], ["flags", "x"]],
    )
    def test_load_what_they_need_and_no_more(self, words):
        assert set(loaded(*words)) & (RENDERING | NUMBERS) == set()
