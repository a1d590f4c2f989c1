from dataclasses import replace

from service.reporting import captions, charts
from service.reporting.words import ENGLISH
from tests import boards


def intervals(board):
    return charts.intervals(board, board.parts[0], {})


class TestOfIntervals:
    def test_explains_brackets_where_there_are_any(self):
        rows = intervals(boards.board())
        said = captions.of_intervals(rows, ENGLISH)
        assert "A bracket joins configurations that cannot be told apart. Brackets allow" in said
        alone = intervals(boards.with_part(boards.board(), groups=()))
        assert "bracket" not in captions.of_intervals(alone, ENGLISH)


class TestOfMatrix:
    def test_names_the_clearest_field(self):
        _, cells = charts.matrix(boards.board())
        said = captions.of_matrix(cells.values(), ENGLISH)
        assert "retrieval won 12 of 20 against fine-tune." in said

    def test_does_not_call_a_single_vote_the_clearest(self):
        first, *others = boards.board().matrix
        one = replace(first, first_wins=1, second_wins=0, ties=0, both_bad=0)
        _, cells = charts.matrix(boards.board(matrix=(one, *others)))
        assert "won 12 of 20" in captions.of_matrix(cells.values(), ENGLISH)

    def test_chooses_before_it_rounds(self):
        # Both are 60 % when rounded to tenths, and the first has more votes.
        first, second = (
            replace(boards.board().matrix[at], first_wins=wins, second_wins=20 - wins, ties=0)
            for at, wins in ((0, 11), (1, 12))
        )
        cells = [replace(one, both_bad=0) for one in (first, second)]
        _, found = charts.matrix(boards.board(matrix=tuple(cells)))
        assert "won 12 of 20 against plain-prompt" in captions.of_matrix(found.values(), ENGLISH)

    def test_names_no_field_where_all_are_even(self):
        even = [replace(one, first_wins=5) for one in boards.board().matrix]
        _, cells = charts.matrix(boards.board(matrix=tuple(even)))
        assert "clearest" not in captions.of_matrix(cells.values(), ENGLISH)

    def test_says_that_there_is_none(self):
        assert captions.of_matrix([], ENGLISH) == "No matchup has a vote yet."
