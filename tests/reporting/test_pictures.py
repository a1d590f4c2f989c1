from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from service.domain.claims import Against
from service.domain.slices import Slice, SliceRow, Slices, SliceShare
from service.reporting import charts, incumbent, pictures
from service.reporting.pictures import PLOTS, Shown
from service.reporting.words import ENGLISH
from tests import boards

HERE = SliceShare(0.38, 0.3, 0.46)


def full(name="retrieval"):
    """Return a leaderboard of which every picture can be drawn, best first one of this name."""
    row = SliceRow(name, 30, 6, expected=HERE, against=HERE, met=12)
    made = boards.with_part(
        boards.board(),
        against=(Against(name, "better", "always"),),
        slices=Slices((Slice("legal", 60, 6, (row,)),)),
    )
    return replace(made, incumbent="plain-prompt")


def shown(board=None):
    board = board or full()
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
            full(evil), lambda at, row: row if at else replace(row, configuration=evil)
        )
        differences = tuple(
            replace(one, first=evil) if one.first == "retrieval" else one
            for one in board.differences
        )
        board = replace(board, differences=differences)
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


class TestIncumbent:
    def test_is_drawn_in_its_part_alone(self):
        text = PLOTS["incumbent"](shown()).svg()
        assert "63\N{NO-BREAK SPACE}% [55–71]" in text
        assert PLOTS["incumbent"](shown(boards.board())) is None

    def test_stands_in_its_part(self):
        assert incumbent.place(full()) == 0
        assert incumbent.place(boards.board()) == 0


class TestTags:
    def test_have_a_plot_each_and_none_where_there_is_too_little(self):
        text = PLOTS["tags"](shown()).svg()
        assert "legal · 6 prompts" in text
        assert "38\N{NO-BREAK SPACE}% [30–46]" in text
        assert PLOTS["tags"](shown(boards.board())) is None


class TestQualityCost:
    def test_is_not_drawn_without_costs(self):
        board = boards.priced(boards.board(), dict.fromkeys(boards.SHARES))
        assert PLOTS["quality-cost"](shown(board)) is None


class TestWins:
    def test_hold_wins_and_losses_of_each_pair_from_both_sides(self):
        text = PLOTS["wins"](shown()).svg()
        assert text.count(">12–5</text>") == text.count(">5–12</text>") == 6
        assert all(f">{at} {name}</text>" in text for at, name in enumerate(boards.SHARES, 1))

    def test_of_very_many_there_is_none(self):
        names = [f"c{at}" for at in range(21)]
        board = boards.board(parts=(boards.part(names),))
        assert PLOTS["wins"](shown(board)) is None
        assert not pictures.has_pairs(board.parts[0])


class TestCut:
    def test_shortens_what_would_run_into_the_picture(self):
        assert pictures.cut("plain") == "plain"
        assert pictures.cut("x" * 50) == "x" * 29 + "…"
