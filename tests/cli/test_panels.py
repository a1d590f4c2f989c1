import io

from rich.console import Console

from service.cli import panels
from service.domain.there import There
from service.reporting.words import ENGLISH
from tests import boards


def printed(show, *args):
    console = Console(file=io.StringIO(), width=200)
    show(console, *args)
    return console.file.getvalue()


class TestShow:
    def test_prints_every_check_and_why_how_and_when(self, capsys):
        tables = printed(panels.show, boards.board(), ENGLISH)
        said = capsys.readouterr().out
        assert "Checks: 2 cautions" in said
        assert "· Enough people – ok: 6 people rated" in said
        assert "9 of 120 votes have a reason." in said
        for cell in ("Correct", "Words", "p7", "2026-03-12 09:10"):
            assert cell in tables

    def test_prints_cautions_alone_where_no_section_is_asked_for(self, capsys):
        tables = printed(panels.show, boards.board(), ENGLISH, ())
        said = capsys.readouterr().out
        assert "Checks: 2 cautions" in said
        assert "– caution:" in said
        assert "– ok:" not in said
        assert tables == ""


class TestShowChanges:
    def test_prints_what_changed(self, capsys):
        tables = printed(panels.show_changes, boards.pair(), boards.board(), ENGLISH)
        assert "Votes: 20 before, 120 after" in capsys.readouterr().out
        assert "small-model" in tables


class TestShowElsewhere:
    def test_prints_other_studies_or_nothing(self, capsys):
        assert printed(panels.show_elsewhere, [], ENGLISH) == ""
        there = There("retrieval", "old", "An old one", "Base", False, None, 0)  # noqa: FBT003
        assert "An old one" in printed(panels.show_elsewhere, [there], ENGLISH)
        assert "are no comparison" in capsys.readouterr().out
