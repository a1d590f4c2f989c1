from dataclasses import replace
from xml.etree import ElementTree as ET

from service.domain.leaderboard import Cell
from service.reporting import charts
from service.reporting.words import ENGLISH
from tests import boards


def intervals(board, colour):
    return charts.intervals(board, board.parts[0], colour)


class TestShareAxis:
    def test_holds_every_interval_and_the_middle(self):
        axis = charts.share_axis(rating for _, rating in boards.board().competing)
        assert (axis.low, axis.high) == (0.2, 0.7)
        assert axis.ticks == (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
        assert axis.at(0.45) == "50.00%"

    def test_keeps_the_middle_among_sparse_ticks(self):
        axis = charts.share_axis([boards.rating(0.5, 0.01, 0.99)])
        assert (axis.low, axis.high) == (0.0, 1.0)
        assert 0.5 in axis.ticks
        assert len(axis.ticks) == 5

    def test_is_drawn_without_any_rating(self):
        axis = charts.share_axis([])
        assert (axis.low, axis.high) == (0.4, 0.6)


class TestIntervals:
    def test_keeps_the_order_and_the_colour_of_each_configuration(self):
        colour = {"plain-prompt": 0, "retrieval": 1}
        rows = intervals(boards.board(), colour)
        assert [row.name for row in rows] == list(boards.SHARES)
        assert rows[0].colour == 1
        assert rows[0].share == 0.61
        assert rows[0].figure(ENGLISH) == "61\xa0% [54–68]"

    def test_show_the_one_expected_share_of_a_configuration(self):
        # Not what would be expected against an average rival: that is another number.
        other = boards.rating(0.61, 0.54, 0.68, points=1200.0)
        board = boards.with_rows(
            boards.board(), lambda at, row: row if at else replace(row, rating=other)
        )
        assert intervals(board, {})[0].figure(ENGLISH) == "61\xa0% [54–68]"

    def test_leave_out_who_does_not_compete(self):
        board = boards.board()
        rows = (*board.ratings, boards.waiting("new"), boards.waiting("old", is_retired=True))
        assert len(intervals(replace(board, ratings=rows), {})) == 4


class TestBrackets:
    def test_joins_a_group_from_its_first_to_its_last(self):
        marks = charts.brackets(["a", "b", "c", "d"], [["a", "b"], ["b", "d"], ["c"]])
        assert marks == {
            "a": ("start", "none"),
            "b": ("end", "start"),
            "c": ("none", "pass"),
            "d": ("none", "end"),
        }

    def test_draws_none_where_there_are_too_many_to_read(self):
        names = [str(number) for number in range(20)]
        groups = [names[place : place + 3] for place in range(12)]
        assert charts.brackets(names, groups) == {}


class TestMatrix:
    def test_shows_each_matchup_from_both_sides(self):
        names, cells = charts.matrix(boards.board())
        assert names == list(boards.SHARES)
        won, lost = cells["retrieval", "fine-tune"], cells["fine-tune", "retrieval"]
        assert (won.wins, won.losses, won.ties) == (12, 5, 3)
        assert (lost.wins, lost.losses, lost.ties) == (5, 12, 3)
        assert won.shade + lost.shade == 10
        assert won.shade == 7

    def test_leaves_out_what_has_no_votes(self):
        board = boards.board()
        empty = Cell("retrieval", "fine-tune", 0, 0, 0, 0)
        board = replace(board, matrix=(empty, *board.matrix[1:]))
        assert ("retrieval", "fine-tune") not in charts.matrix(board)[1]


class TestSvg:
    """Pictures are well formed, hold every figure once, and take names for text."""

    def test_of_intervals_stand_where_the_axis_says(self):
        board = boards.board()
        axis = charts.share_axis(rating for _, rating in board.competing)
        row = intervals(board, {"retrieval": 3})[0]
        drawn = ET.fromstring(row.svg(axis))
        spans = [line for line in drawn if line.get("class") == "span c3"]
        assert [(line.get("x1"), line.get("x2")) for line in spans] == [
            (axis.at(row.low), axis.at(row.high))
        ]
        assert len([line for line in drawn if "grid" in line.get("class", "")]) == len(axis.ticks)
        assert len([line for line in drawn if line.get("class") == "grid middle"]) == 1

    def test_of_axes_say_their_figures(self):
        axis = charts.share_axis(rating for _, rating in boards.board().competing)
        under = ET.fromstring(charts.axis_svg(axis, ENGLISH))
        assert [each.text for each in under] == [ENGLISH.share(tick) for tick in axis.ticks]


class TestColours:
    def test_is_one_for_each_configuration_and_begins_again_after_eight(self):
        colour = charts.colours([str(number) for number in range(10)])
        assert list(colour.values()) == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]
