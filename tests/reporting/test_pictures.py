from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from service.reporting import charts, pictures
from service.reporting.pictures import PLOTS, Shown
from service.reporting.words import ENGLISH
from tests import boards


def shown(board=None):
    board = board or boards.board()
    return Shown(board, board.parts[0], ENGLISH, charts.colours(list(boards.SHARES)))


@pytest.mark.parametrize("name", PLOTS)
class TestPlots:
    def test_are_files_that_need_nothing_around_them(self, name):
        text = PLOTS[name](shown()).svg()
        tree = fromstring(text)
        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(" not in text
        assert "href" not in text
        assert "%" in text.partition("</style>")[2]

    def test_say_what_they_show(self, name):
        found = PLOTS[name](shown())
        assert found.title in found.svg()
        assert found.says.partition("(")[0] in found.svg()

    def test_hold_names_as_text(self, name):
        evil = "<script>alert(1)</script>"
        board = boards.with_rows(
            boards.board(), lambda at, row: row if at else replace(row, configuration=evil)
        )
        board = boards.with_part(board, configurations=(evil, *list(boards.SHARES)[1:]))
        assert "<script" not in PLOTS[name](shown(board)).svg()


class TestIntervals:
    def test_have_a_row_for_each_and_brackets_where_the_page_has_them(self):
        text = PLOTS["intervals"](shown()).svg()
        assert all(f">{name}</text>" in text for name in boards.SHARES)
        assert text.count('class="bracket') == 2
        assert "61\N{NO-BREAK SPACE}% [54–68]" in text

    def test_call_configurations_as_the_page_does(self):
        named = shown()
        words = ENGLISH.naming(["acme-answers-retrieval", "acme-answers-prompt"])
        board = boards.with_rows(
            named.board,
            lambda at, row: row if at else replace(row, configuration="acme-answers-retrieval"),
        )
        found = PLOTS["intervals"](Shown(board, board.parts[0], words))
        assert words.name("acme-answers-retrieval") != "acme-answers-retrieval"
        assert f">{words.name('acme-answers-retrieval')}</text>" in found.svg()


class TestQualityCost:
    def test_is_not_drawn_without_costs(self):
        board = boards.priced(boards.board(), dict.fromkeys(boards.SHARES))
        assert PLOTS["quality-cost"](shown(board)) is None


class TestCut:
    def test_shortens_what_would_run_into_the_picture(self):
        assert pictures.cut("plain") == "plain"
        assert pictures.cut("x" * 50) == "x" * 29 + "…"
