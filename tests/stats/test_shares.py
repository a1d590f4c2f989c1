import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from service import stats
from service.stats import Outcome, shares
from tests.oracles import simulate

BAD = np.array([Outcome.BOTH_BAD])


def clusters(bad, votes):
    """Return the votes on two items, `bad` of `votes` in each cluster both bad."""
    size = len(bad)
    cluster = np.repeat(np.arange(size), 2)
    outcome = np.tile([Outcome.BOTH_BAD, Outcome.FIRST], size)
    number = np.column_stack([bad, np.subtract(votes, bad)]).ravel().astype(float)
    item = np.zeros(2 * size, dtype=int)
    return stats.from_clusters(2, size, cluster, item, item + 1, outcome, number)


def counts(cells):
    return stats.from_counts(2, cells.first, cells.second, cells.outcome, cells.votes)


class TestShareOfVotes:
    def test_of_independent_votes_is_wilsons(self):
        found = shares.share_of_votes(counts(clusters([3], [20])), BAD)
        expected = proportion_confint(3, 20, method="wilson")
        assert found.value == 3 / 20
        assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-12)

    def test_leaves_each_cluster_out_in_turn(self):
        bad, votes = [0, 4, 1, 6, 2, 9, 0], [10, 12, 8, 14, 10, 20, 6]
        cells = clusters(bad, votes)
        found = shares.share_of_votes(counts(cells), BAD, raters=cells)
        share, total = sum(bad) / sum(votes), sum(votes)
        left = [(sum(bad) - x) / (total - n) for x, n in zip(bad, votes, strict=True)]
        variance = 6 / 7 * sum((one - share) ** 2 for one in left)
        assert variance > share * (1 - share) / total
        # The interval is that of as many independent votes as have this variance.
        worth = share * (1 - share) / variance
        ends = np.array([found.lower, found.upper])
        z = np.abs(ends - share) / np.sqrt(ends * (1 - ends) / worth)
        assert z[0] == pytest.approx(z[1])
        assert z[0] > 1.96

    def test_is_never_surer_than_independent_votes(self):
        even = clusters([2] * 10, [10] * 10)
        alone = shares.share_of_votes(counts(even), BAD)
        found = shares.share_of_votes(counts(even), BAD, raters=even, prompts=even)
        assert found.lower <= alone.lower
        assert found.upper >= alone.upper

    def test_does_not_estimate_from_few_clusters(self):
        few = clusters([9, 0, 0, 1], [10] * 4)
        assert shares.share_of_votes(counts(few), BAD, raters=few) == shares.share_of_votes(
            counts(few), BAD
        )

    def test_of_one_cluster_with_nearly_all_says_next_to_nothing(self):
        lone = clusters([50, 0, 0, 0, 1], [100, 1, 1, 1, 1])
        found = shares.share_of_votes(counts(lone), BAD, raters=lone)
        assert found.upper - found.lower > 0.8

    @pytest.mark.parametrize("bad", [0, 10])
    def test_is_never_empty_where_all_agree(self, bad):
        same = clusters([bad] * 6, [10] * 6)
        found = shares.share_of_votes(counts(same), BAD, raters=same)
        assert found.value == bad / 10
        assert 0.03 < found.upper - found.lower < 0.1

    def test_of_no_votes_is_unknown(self):
        none = stats.from_counts(2, [], [], [])
        found = shares.share_of_votes(none, BAD)
        assert (found.lower, found.upper) == (0.0, 1.0)

    def test_covers_where_raters_differ(self):
        rng = np.random.default_rng(4)
        missed = 0
        for _ in range(300):
            rate = rng.beta(2, 4, size=12)
            votes = rng.integers(5, 40, size=12)
            cells = clusters(rng.binomial(votes, rate), votes)
            found = shares.share_of_votes(counts(cells), BAD, raters=cells)
            missed += not found.lower <= 1 / 3 <= found.upper
        assert missed / 300 < 0.08

    def test_of_ties_of_every_kind(self):
        votes = simulate.World(np.zeros(3), tie_strength=1.0).populate(np.random.default_rng(1))
        counted = votes.vote(2000, np.random.default_rng(2)).counts()
        tied = np.flatnonzero(stats.counts.SIGN == 0)
        assert shares.share_of_votes(counted, tied).value == pytest.approx(1 / 3, abs=0.03)
