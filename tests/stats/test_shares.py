import json

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from service import stats
from service.stats import Outcome, shares


class TestCountShares:
    def counts(self):
        kinds = [Outcome.FIRST_MUCH, Outcome.SECOND, Outcome.BOTH_GOOD, Outcome.BOTH_BAD]
        return stats.from_counts(["a", "b", "c"], [0, 0, 1, 0], [1, 1, 0, 2], kinds, [5, 1, 2, 4])

    def test_take_all_votes_and_ties_as_half(self):
        found = stats.count_shares(self.counts())
        assert found.votes.tolist() == [12, 8, 4]
        assert found.wins.tolist() == [5, 1, 0]
        assert found.losses.tolist() == [1, 5, 0]
        assert found.share == pytest.approx([8 / 12, 2 / 8, 0.5])
        assert found.tie_share == pytest.approx([6 / 12, 2 / 8, 1])

    def test_report_both_bad_apart(self):
        found = stats.count_shares(self.counts())
        assert found.both_bad.tolist() == [4, 0, 4]
        assert found.bad == pytest.approx([4 / 12, 0, 1])
        assert (found.bad_low < found.bad_high).all()

    def test_say_nothing_without_votes(self):
        found = stats.count_shares(stats.from_counts(1, [], [], []))
        said = [found.share[0], found.share_low[0], found.share_high[0]]
        assert said == pytest.approx([0.5, 0.0, 1.0], abs=1e-9)
        assert found.tie_share[0] == found.bad[0] == 0

    def test_become_plain_json(self):
        read = json.loads(json.dumps(stats.count_shares(self.counts()).to_dict(), allow_nan=False))
        assert read["wins"] == [5, 1, 0]


class TestWilson:
    def test_agrees_with_statsmodels(self):
        part, whole = np.array([0.0, 3, 50, 7]), np.array([5.0, 9, 100, 7])
        share, low, high = shares.wilson(part, whole, 0.9)
        expected = proportion_confint(part, whole, alpha=0.1, method="wilson")
        assert share == pytest.approx(part / whole)
        assert low == pytest.approx(expected[0], abs=1e-12)
        assert high == pytest.approx(expected[1], abs=1e-12)
