import os
import subprocess
import sys
from io import StringIO

import pytest
from sqlalchemy import update

from service.cli import terminal
from service.store import models
from tests import factories

HOSTILE = "a\x1b[2J\x1b]0;t\x07\r\x9b31m\u202eb[red]"


class TestClean:
    @pytest.mark.parametrize("code", [*range(9), *range(0xB, 0x20), *range(0x7F, 0xA0), 0x202E])
    def test_leaves_nothing_that_a_terminal_obeys(self, code):
        assert terminal.clean(f"a{chr(code)}b") == "a\ufffdb"

    def test_leaves_texts_as_they_are(self):
        assert terminal.clean("ä 你 🙂\n\t–") == "ä 你 🙂\n\t–"

    def test_a_cell_takes_no_markup(self):
        assert terminal.cell("[red]x[/]\ny").plain == "[red]x[/] y"

    def test_a_stream_is_cleaned(self):
        below = StringIO()
        terminal.Clean(below).write(HOSTILE)
        with pytest.raises(TypeError):
            terminal.Clean(below).write(b"")
        assert terminal.plain(terminal.Clean(below)) is below
        assert terminal.clean(below.getvalue()) == below.getvalue() != ""

    def test_lines_are_as_long_as_they_are_where_no_terminal_is(self):
        assert terminal.width(StringIO()) > 1000


class TestEveryCommand:
    """Names that came in before they were checked, and what providers say, are shown harmless."""

    @pytest.mark.parametrize(
        "words",
        [
            ["study", "list"],
            ["study", "status", "support"],
            ["study", "estimate", "support"],
            ["leaderboard", "support"],
            ["flags", "support"],
            ["check-invariants"],
            ["study", "open", HOSTILE.replace("\0", "")],
            ["study", "apply", HOSTILE],
            ["study", "apply", "FILE"],
        ],
    )
    def test_prints_nothing_that_a_terminal_obeys(self, sqlite_database, tmp_path, words):
        with sqlite_database.transaction() as session:
            factories.make_study(session, "support", ready=False)
            named = {"name": models.Configuration.name + HOSTILE, "model": HOSTILE}
            session.execute(update(models.Configuration).values(**named))
            session.execute(update(models.Study).values(title=HOSTILE))
            session.execute(update(models.Prompt).values(key=models.Prompt.key + HOSTILE))
            failed = {"state": "failed", "error_class": HOSTILE, "error_message": HOSTILE}
            session.execute(update(models.Completion).values(**failed))
        if words[-1] == "FILE":
            words = [*words[:-1], str(tmp_path / f"x{HOSTILE}.yaml".replace("/", ""))]
            (tmp_path / words[-1]).write_text("title: [\x1b")
        done = subprocess.run(
            [sys.executable, "-c", "from service import cli; cli.main()", *words],
            env={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(tmp_path),
                "DATABASE_URL": str(sqlite_database.engine.url),
                "REDIS_URL": "redis://127.0.0.1:9/0",
            },
            capture_output=True,
            check=False,
            timeout=120,
        )
        said = (done.stdout + done.stderr).decode()
        assert said
        assert not said.startswith("b'")
        assert said == terminal.clean(said)
        assert "Traceback" not in said
