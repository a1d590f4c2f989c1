from dataclasses import replace

import numpy as np
import pytest

from service.stats import find_intervals, fit, from_clusters
from service.stats.findings import Code
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters, bound_weights, find_busiest
from tests.oracles import simulate


class TestBoundWeights:
    def test_leaves_even_votes_alone(self):
        assert (bound_weights(np.array([10.0, 12.0, 9.0, 11.0])) == 1).all()

    def test_lets_nobody_count_for_much_more_than_the_mean(self):
        votes = np.array([1800.0] + [109.0] * 11)
        counted = bound_weights(votes) * votes
        assert counted[0] == pytest.approx(1.5 * counted.mean(), rel=1e-6)
        assert (counted[1:] == 109).all()

    def test_one_more_vote_never_makes_a_rater_count_less(self):
        others = [40.0] * 7
        counted = [(bound_weights(np.array([n, *others])) * [n, *others])[0] for n in range(1, 400)]
        assert (np.diff(counted) >= -1e-6).all()

    def test_clusters_without_votes_weigh_nothing(self):
        assert bound_weights(np.array([[5.0, 0.0, 5.0]])).tolist() == [[1.0, 0.0, 1.0]]


class TestBoundClusters:
    def cells(self, votes):
        number = len(votes)
        none = np.zeros(number, dtype=int)
        return from_clusters(2, number, np.arange(number), none, none + 1, none + 1, votes)

    def test_gives_the_same_cells_back_where_nothing_is_bounded(self):
        cells = self.cells([3, 4, 5, 4])
        assert bound_clusters(cells) is cells

    def test_keeps_the_squares_of_the_weights(self):
        found = bound_clusters(self.cells([100, 5, 5, 5, 5]))
        weight = found.votes[0] / 100
        assert found.squares[0] == pytest.approx(100 * weight**2)
        assert found.votes[1:].tolist() == [5.0] * 4


class TestFindBusiest:
    def test_says_what_one_of_several_cast(self):
        cells = TestBoundClusters().cells([60, 10, 10, 10, 10])
        (finding,) = find_busiest(cells)
        assert finding.code is Code.DOMINANT_RATER
        assert finding.figures == {"share": 0.6}

    def test_is_silent_among_even_ones_and_of_a_few(self):
        assert find_busiest(TestBoundClusters().cells([20] * 5)) == ()
        assert find_busiest(TestBoundClusters().cells([60, 10, 10, 10])) == ()


class TestIntervals:
    """One diligent colleague does not unsettle a settled study."""

    @pytest.mark.parametrize("spread", [0.0, 0.3, 0.5])
    def test_more_votes_of_one_rater_never_make_the_answer_less_sure(self, spread):
        even, busy = (
            np.median([self.half_width(spread, share, seed) for seed in range(12)])
            for share in (1 / 12, 0.6)
        )
        assert busy <= 1.05 * even

    def half_width(self, spread, share, seed):
        rng = np.random.default_rng(seed)
        world = simulate.World(
            np.array([0.4, 0.0, -0.4]), prompts=60, raters=12, rater_spread=spread
        )
        number = round(1200 / (1 - share))
        votes = world.populate(rng).vote(number, rng)
        rater = np.where(rng.random(number) < share, 0, rng.integers(1, 12, size=number))
        votes = self.again(world, votes, rater, seed)
        raters, plain = votes.by_rater(), fit(votes.counts(), prior=0.0)
        bounded = bound_clusters(raters)
        whole = fit(merge_clusters(bounded), prior=0.0)
        found = find_intervals(whole, raters=bounded, prompts=votes.by_prompt(), unweighed=plain)
        return float((found.quantile * found.standard_errors).mean())

    def again(self, world, votes, rater, seed):
        """Return the votes as these raters would have cast them."""
        rng = np.random.default_rng(seed)
        effects = world.rater_spread * rng.standard_normal((12, 3))
        gap = (
            world.strengths[votes.first]
            - world.strengths[votes.second]
            + effects[rater, votes.first]
            - effects[rater, votes.second]
        )
        outcome = np.where(rng.random(len(gap)) < 1 / (1 + np.exp(-gap)), 1, 4)
        return replace(votes, rater=rater, outcome=outcome)
