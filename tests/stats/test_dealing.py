import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.stats import dealing, from_counts
from service.stats import fit as fit_counts
from service.stats.findings import StatsError

NAMES = ("one", "two", "three", "four", "five")


def posterior(seed, size=5):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size)) * 0.2
    return rng.normal(size=size), root @ root.T + 0.01 * np.eye(size)


def votes_until_found(is_adaptive, gaps, votes, seed, batch=20):
    """Return whether the best item leads after that many votes."""
    rng, size = np.random.default_rng(seed), len(gaps)
    names = tuple(map(str, range(size)))
    pairs = np.triu_indices(size, 1)
    chance = 1 / (1 + np.exp(gaps[pairs[1]] - gaps[pairs[0]]))
    wins, losses, found = np.zeros(len(chance)), np.zeros(len(chance)), None
    share = np.full(len(chance), 1 / len(chance))
    for dealt in range(0, votes, batch):
        if is_adaptive and found is not None:
            share = dealing.top_two_weights(
                names, found.strengths, found.bread, draws=500, seed=dealt
            ).probability[pairs]
        often = rng.multinomial(batch, share / share.sum())
        won = rng.binomial(often, chance)
        wins, losses = wins + won, losses + often - won
        if is_adaptive or dealt + batch >= votes:
            outcome = np.repeat([1, 4], len(chance))
            both = np.tile(pairs, 2)
            counts = from_counts(size, *both, outcome, np.concatenate([wins, losses]))
            found = fit_counts(counts, start=found)
    return found.strengths.argmax() == gaps.argmax()


class TestTopTwoWeights:
    @given(st.integers(0, 10_000), st.floats(0.01, 1.0))
    @settings(max_examples=40, deadline=None)
    def test_are_probabilities_that_leave_no_pair_out(self, seed, exploration):
        weights = dealing.top_two_weights(NAMES, *posterior(seed), exploration=exploration)
        found = weights.probability
        assert np.triu(found, 1).sum() == pytest.approx(1)
        assert found == pytest.approx(found.T)
        assert found[np.triu_indices(5, 1)].min() >= exploration / 10 - 1e-12
        assert np.diag(found).tolist() == [0] * 5

    def test_deal_the_leader_with_its_rival(self):
        weights = dealing.top_two_weights(NAMES, [0, 1.0, 0.95, -1, -2], np.eye(5) * 0.01)
        assert weights.probability.argmax() == 1 * 5 + 2
        assert weights.probability[1, 2] > 0.7

    def test_follow_a_relabelling(self):
        strengths, covariance = posterior(4)
        order = np.array([3, 0, 4, 1, 2])
        one = dealing.top_two_weights(NAMES, strengths, covariance, draws=100_000).probability
        two = dealing.top_two_weights(
            NAMES, strengths[order], covariance[np.ix_(order, order)], draws=100_000
        ).probability
        assert two == pytest.approx(one[np.ix_(order, order)], abs=0.01)

    def test_a_certain_leader_still_meets_everybody(self):
        weights = dealing.top_two_weights(NAMES, [50.0, 0, 0, 0, 0], np.eye(5) * 1e-4)
        assert np.isfinite(weights.probability).all()
        assert weights.probability[0, 1:] == pytest.approx(np.full(4, 0.9 / 4 + 0.01))

    @pytest.mark.parametrize("exploration", [0.0, -0.1, 1.1])
    def test_refuse_to_stop_exploring(self, exploration):
        with pytest.raises(StatsError):
            dealing.top_two_weights(NAMES, *posterior(1), exploration=exploration)

    def test_find_the_best_of_ten_where_uniform_dealing_does_not(self):
        gaps = -0.15 * np.arange(10)
        found = {
            adaptive: np.mean([votes_until_found(adaptive, gaps, 500, seed) for seed in range(30)])
            for adaptive in (True, False)
        }
        assert found[True] > found[False] + 0.1

    def test_refuse_a_single_item(self):
        with pytest.raises(StatsError):
            dealing.top_two_weights(("one",), [0.0], [[1.0]])
