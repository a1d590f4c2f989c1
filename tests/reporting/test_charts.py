from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from service.domain.leaderboard import Cell
from service.reporting import charts
from service.reporting.words import ENGLISH
from tests import boards


def intervals(board, colour):
    return charts.intervals(board, board.parts[0], colour)


def scatter(board):
    return charts.scatter(board, board.parts[0], {})


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


class TestScatter:
    def test_shows_known_costs_and_names_the_unknown(self):
        picture = scatter(boards.board())
        assert [point.name for point in picture.points] == [
            "retrieval",
            "fine-tune",
            "plain-prompt",
        ]
        assert picture.unknown == ("small-model",)
        assert picture.cost.ticks == (0.0, 1.0, 2.0, 3.0)
        assert picture.points[0].label_left

    @pytest.mark.parametrize("cost", [None, 0.0])
    def test_is_not_drawn_where_it_would_say_nothing(self, cost):
        board = boards.with_rows(boards.board(), lambda _, row: boards.costing(row, cost))
        assert scatter(board) is None

    def test_pushes_labels_apart(self):
        board = boards.with_rows(
            boards.board(),
            lambda _, row: replace(boards.costing(row, 1.0), rating=boards.rating(0.5, 0.4, 0.6)),
        )
        labels = [float(point.label_y[:-1]) for point in scatter(board).points]
        gaps = [after - before for before, after in pairwise(labels)]
        assert min(gaps) > 5

    @pytest.mark.parametrize("most", [0.00031, 0.08, 1.0, 2.6, 9.9, 10.0, 740.0])
    def test_chooses_round_costs(self, most):
        board = boards.with_rows(boards.board(), lambda _, row: boards.costing(row, most))
        ticks = scatter(board).cost.ticks
        assert 3 <= len(ticks) <= 6
        assert ticks[-1] >= most > ticks[-2]


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

    def test_of_quality_and_cost_names_each_point(self):
        board = boards.with_rows(
            boards.board(),
            lambda at, row: row if at else replace(row, configuration="<b>&"),
        )
        picture = scatter(board)
        drawn = ET.fromstring(picture.svg(ENGLISH))
        labels = [each.text for each in drawn if each.get("class") == "label"]
        assert labels == ["<b>&", "fine-tune", "plain-prompt"]
        assert len([each for each in drawn if each.tag == "circle"]) == 3

    def test_of_axes_say_their_figures(self):
        picture = scatter(boards.board())
        costs = ET.fromstring(picture.cost_axis_svg(ENGLISH))
        assert [each.text for each in costs] == ["$0", "$1.00", "$2.00", "$3.00"]
        shares = ET.fromstring(picture.share_axis_svg(ENGLISH))
        assert [each.text for each in shares] == ["40\xa0%", "50\xa0%", "60\xa0%", "70\xa0%"]
        under = ET.fromstring(charts.axis_svg(picture.share, ENGLISH))
        assert [each.text for each in under] == [each.text for each in shares]


class TestColours:
    def test_is_one_for_each_configuration_and_begins_again_after_eight(self):
        colour = charts.colours([str(number) for number in range(10)])
        assert list(colour.values()) == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]
