from service.reporting import trust
from service.reporting.report import panels
from service.reporting.words import ENGLISH
from tests import boards


class TestSections:
    def test_hold_every_panel_of_the_page(self):
        made = "\n".join(panels.sections(boards.board(), ENGLISH, {"retrieval": 0}))
        for name in ("trust", "course", "why", "how", "prompts"):
            assert f'<h2 id="{name}">' in made
        for line in trust.lines(boards.board(), ENGLISH):
            assert line.name in made
        assert "<circle" in made

    def test_are_silent_where_nobody_looked(self):
        empty = boards.board(checks=(), grounds=None, parts=())
        assert list(panels.sections(empty, ENGLISH, {})) == []
