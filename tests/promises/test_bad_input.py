"""Bad input at the command line: one clear sentence that says what to do, and nothing lost."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from service import cli
from service.store import models
from tests import factories

EVENHAND = Path(sys.executable).parent / "evenhand"
GOOD = (
    "title: T\nconfigurations: [{name: A, model: offline/lead}, {name: B, model: offline/random}]\n"
)

# What is typed, what stands in the file, and what the answer must say.
CASES = [
    ("study apply", "title: [", "line 1"),
    ("study apply", "titel: T\nconfigurations: [{name: a}]", "title"),
    ("study apply", GOOD.replace("name: B", "name: A"), "is taken by"),
    ("study apply", GOOD + "prompts: ['']", "empty"),
    ("study apply", GOOD + "prompts: ['" + "x" * 2_000_000 + "']", "1 MiB"),
    ("study apply", GOOD + "prompts: {file: absent.jsonl}", "absent.jsonl"),
    ("import small", "a,b\n1,2\n", "prompt"),
    (
        "import small",
        "prompt,left,right,winner,rater\nNobody asked,Plain,Retrieval,left,r1\n",
        "line 2",
    ),
    ("import nowhere", "prompt,completion,configuration\np,c,x\n", "no study called"),
]


class Told(NamedTuple):
    """What somebody at the terminal got."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def desk(sqlite_database, tmp_path, monkeypatch, capfd):
    """Type a command: the whole program, but not in a process of its own, which takes a second."""
    with sqlite_database.transaction() as session:
        factories.make_study(session, "small")
    monkeypatch.setenv("DATABASE_URL", str(sqlite_database.engine.url))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere.sock")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", [str(EVENHAND), *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Told(ended.value.code, *capfd.readouterr())

    return run


class TestFiles:
    @pytest.mark.parametrize(("command", "content", "says"), CASES)
    def test_are_answered_in_plain_words(
        self, desk, sqlite_database, tmp_path, command, content, says
    ):
        name = "study.yaml" if "apply" in command else "rows.csv"
        (tmp_path / name).write_text(content)
        done = desk(*command.split(), name)
        told = done.stdout + done.stderr

        assert done.returncode in {1, 3, 4}
        assert says in told
        assert "Traceback" not in told
        with sqlite_database.reading() as session:
            assert session.scalar(select(func.count()).select_from(models.Prompt)) == 3

    def test_good_rows_are_kept_beside_bad_ones(self, desk, tmp_path):
        (tmp_path / "rows.csv").write_text(
            "prompt,configuration,completion\nNew one?,Plain,Yes.\nNew one?,,No.\n"
        )
        done = desk("import", "small", "rows.csv")

        assert done.returncode == 0
        assert "1 completions added" in done.stdout
        assert "line 3" in done.stderr


class TestCommands:
    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["export", "small", "--out", "out"], "vote"),
            (["export", "nowhere", "--out", "out"], "no study called"),
            (["leaderboard", "nowhere"], "no study called"),
            (["leaderboard", "small", "--verify"], "no leaderboard yet"),
            (["invite", "nowhere"], "no study called"),
            (["study", "open", "nowhere"], "study list"),
            (["study", "frobnicate"], "No such command"),
        ],
    )
    def test_say_what_to_do(self, desk, arguments, says):
        done = desk(*arguments)
        told = done.stdout + done.stderr

        assert done.returncode != 0
        assert says.lower() in told.lower()
        assert "Traceback" not in told

    def test_name_the_setting_that_is_wrong(self, tmp_path):
        done = subprocess.run(
            [str(EVENHAND), "study", "list"],
            env={"PATH": os.environ["PATH"], "PORT": "many", "DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 4
        assert "PORT" in done.stderr
        assert "Traceback" not in done.stderr

    def test_say_that_the_database_is_away(self, tmp_path):
        done = subprocess.run(
            [str(EVENHAND), "study", "list"],
            env={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(tmp_path),
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode != 0
        assert "database" in done.stderr
        assert "Traceback" not in done.stderr
