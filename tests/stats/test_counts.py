import json

import numpy as np
import pytest

from service import stats
from service.stats import Outcome
from service.stats.counts import OUTCOME_NAMES, SIGN, SWAPPED, sum_by


class TestOutcome:
    def test_exchanging_sides_twice_gives_the_same(self):
        assert SWAPPED[SWAPPED].tolist() == list(Outcome)
        assert (SIGN[SWAPPED] == -SIGN).all()
        assert OUTCOME_NAMES[Outcome.BOTH_BAD] == "both_bad"


class TestCells:
    def counts(self):
        kinds = [Outcome.FIRST, Outcome.BOTH_BAD, Outcome.TIE]
        return stats.from_counts(["a", "b"], [0] * 3, [1] * 3, kinds, [2, 3, 4])

    def test_know_their_number_and_their_votes(self):
        counts = self.counts()
        assert (len(counts), counts.total) == (3, 9.0)

    def test_leave_out_both_bad(self):
        kept = self.counts().without_both_bad()
        assert isinstance(kept, stats.Counts)
        assert kept.outcome.tolist() == [Outcome.FIRST, Outcome.TIE]
        assert kept.votes.tolist() == [2, 4]

    def test_keep_clusters_beside_their_cells(self):
        cells = stats.from_clusters(2, 3, [0, 1, 2], [0] * 3, [1] * 3, [1, 3, 4])
        assert cells.without_both_bad().cluster.tolist() == [0, 2]

    def test_become_plain_json_and_come_back(self):
        counts = self.counts()
        read = json.loads(json.dumps(counts.to_dict(), allow_nan=False))
        again = stats.from_counts(
            read["items"], read["first"], read["second"], read["outcome"], read["votes"]
        )
        assert np.array_equal(again.votes, counts.votes)


class TestSumBy:
    def test_sums_and_fills(self):
        found = sum_by(np.array([2, 0, 2]), np.array([1.0, 2.0, 4.0]), 4)
        assert found.tolist() == [2, 0, 5, 0]
        assert found.dtype == np.float64

    def test_of_nothing_are_floats(self):
        found = sum_by(np.zeros(0, dtype=int), np.zeros(0), 2)
        assert found == pytest.approx([0, 0])
        assert found.dtype == np.float64
