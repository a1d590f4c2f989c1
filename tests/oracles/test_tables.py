import pytest

from service.stats import Outcome, StatsError
from tests.oracles import tables

FIRST, SECOND, TIE = Outcome.FIRST, Outcome.SECOND, Outcome.TIE


def cells(counts):
    columns = (counts.first, counts.second, counts.outcome, counts.left, counts.votes)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


class TestFromWins:
    def test_reads_ties_from_both_triangles_or_one(self):
        wins = [[0, 3], [2, 0]]
        both = tables.from_wins(wins, [[0, 4], [4, 0]])
        upper = tables.from_wins(wins, [[0, 4], [0, 0]])
        expected = [(0, 1, FIRST, -1, 3.0), (0, 1, SECOND, -1, 2.0), (0, 1, TIE, -1, 4.0)]
        assert cells(both) == cells(upper) == expected

    def test_refuses_what_is_not_square(self):
        with pytest.raises(StatsError):
            tables.from_wins([[1, 2]])
