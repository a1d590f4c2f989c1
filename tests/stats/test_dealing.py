import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.stats import dealing, from_counts
from service.stats import fit as fit_counts
from service.stats.dealing import Policy
from service.stats.findings import StatsError

NAMES = ("one", "two", "three", "four", "five")


def posterior(seed, size=5):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size)) * 0.2
    return rng.normal(size=size), root @ root.T + 0.01 * np.eye(size)


def votes_until_found(policy, gaps, votes, seed, batch=20):
    """Return whether the best item leads after that many votes."""
    rng, size = np.random.default_rng(seed), len(gaps)
    names = tuple(map(str, range(size)))
    pairs = np.triu_indices(size, 1)
    chance = 1 / (1 + np.exp(gaps[pairs[1]] - gaps[pairs[0]]))
    wins, losses, found = np.zeros(len(chance)), np.zeros(len(chance)), None
    weights = dealing.uniform_weights(names)
    for dealt in range(0, votes, batch):
        if policy is Policy.TOP_TWO and found is not None:
            weights = dealing.top_two_weights(
                names, found.strengths, found.bread, draws=500, seed=dealt
            )
        share = weights.probability[pairs]
        often = rng.multinomial(batch, share / share.sum())
        won = rng.binomial(often, chance)
        wins, losses = wins + won, losses + often - won
        if policy is Policy.TOP_TWO or dealt + batch >= votes:
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
            policy: np.mean([votes_until_found(policy, gaps, 500, seed) for seed in range(30)])
            for policy in Policy
        }
        assert found[Policy.TOP_TWO] > found[Policy.UNIFORM] + 0.1


class TestConditional:
    def test_is_the_weight_among_those_eligible(self):
        weights = dealing.top_two_weights(NAMES, *posterior(2))
        eligible = np.zeros((5, 5), dtype=bool)
        eligible[0, 1] = eligible[3, 2] = True
        found = dealing.conditional(weights, eligible)
        share = weights.probability[0, 1] / (weights.probability[0, 1] + weights.probability[2, 3])
        assert found[0, 1] == pytest.approx(share)
        assert found.sum() == pytest.approx(1)

    def test_refuses_another_number_of_items(self):
        with pytest.raises(StatsError):
            dealing.conditional(dealing.uniform_weights(NAMES), np.ones((3, 3)))


class TestDraw:
    def test_draws_as_often_as_it_says(self):
        weights = dealing.top_two_weights(NAMES, *posterior(3))
        eligible = np.ones((5, 5), dtype=bool)
        eligible[0, :] = eligible[:, 0] = False
        rng = np.random.default_rng(1)
        seen = np.zeros((5, 5))
        said = {}
        for _ in range(4000):
            drawn = dealing.draw(weights, eligible, rng)
            seen[drawn.first, drawn.second] += 1
            said[drawn.first, drawn.second] = drawn.probability
        assert seen[0].sum() == 0
        for pair, probability in said.items():
            assert seen[pair] / 4000 == pytest.approx(probability, abs=0.03)

    def test_has_nothing_to_draw_where_nothing_is_eligible(self):
        weights = dealing.uniform_weights(NAMES)
        assert dealing.draw(weights, np.eye(5), np.random.default_rng(0)) is None


class TestUniformWeights:
    def test_are_equal_and_can_be_written_down(self):
        weights = dealing.uniform_weights(NAMES)
        assert set(weights.probability[np.triu_indices(5, 1)].tolist()) == {0.1}
        assert json.loads(json.dumps(weights.to_dict()))["policy"] == "uniform"

    def test_refuse_a_single_item(self):
        with pytest.raises(StatsError):
            dealing.uniform_weights(("one",))
