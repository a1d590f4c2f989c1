from dataclasses import replace

from service.reporting import captions, charts
from service.reporting.words import ENGLISH
from tests import boards


class TestOfIntervals:
    def test_explains_brackets_where_there_are_any(self):
        rows = charts.intervals(boards.board(), {})
        assert captions.of_intervals(rows, ENGLISH).endswith("that cannot be told apart.")
        alone = charts.intervals(boards.board(groups=()), {})
        assert "bracket" not in captions.of_intervals(alone, ENGLISH)


class TestOfMatrix:
    def test_names_the_clearest_field(self):
        _, cells = charts.matrix(boards.board())
        said = captions.of_matrix(cells.values(), ENGLISH)
        assert "retrieval won 12 of 20 against fine-tune." in said

    def test_says_that_there_is_none(self):
        assert captions.of_matrix([], ENGLISH) == "No matchup has a vote yet."


class TestOfScatter:
    def test_names_the_cheapest_the_best_and_the_unknown(self):
        said = captions.of_scatter(charts.scatter(boards.board(), {}), ENGLISH)
        assert said == (
            "fine-tune is the cheapest ($0.42 per 1,000 requests); "
            "retrieval has the largest share and costs $2.60. "
            "Cost unknown, so not shown: small-model."
        )

    def test_says_so_where_one_is_both(self):
        board = boards.with_rows(
            boards.board(), lambda at, row: boards.costing(row, 0.1 * (at + 1))
        )
        board = replace(board, ratings=board.ratings[:2])
        said = captions.of_scatter(charts.scatter(board, {}), ENGLISH)
        assert said == "retrieval has the largest share and costs the least."

    def test_of_no_picture_is_nothing(self):
        assert captions.of_scatter(None, ENGLISH) == ""
