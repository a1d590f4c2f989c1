import numpy as np
import pytest
from scipy import optimize, special

from service.stats import fit, from_clusters, from_counts, rivals
from service.stats.rivals import Clusters
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from tests.oracles import looks, simulate
from tests.oracles.looks import Pair, Sums


def score_both_ways(pair, votes, seed=1):
    cast = pair.cast(1, votes, np.random.default_rng(seed))
    sums = Sums.none(1, pair)
    for at in range(votes):
        sums.add(cast, at)
    sign, none = cast.sign[0], np.zeros(votes, dtype=int)
    outcome = np.where(sign > 0, 1, np.where(sign < 0, 4, 6))
    cells = [
        from_clusters(2, number, code[0], none, none + 1, outcome)
        for number, code in ((pair.raters, cast.rater), (pair.prompts, cast.prompt))
    ]
    plain = fit(merge_clusters(cells[0]), prior=0.0)
    bounded = bound_clusters(cells[0])
    whole = plain if bounded is cells[0] else fit(merge_clusters(bounded), prior=0.0)
    found = rivals.score_rivals(
        0, np.array([1]), whole, Clusters(whole, bounded), Clusters(plain, cells[1])
    )
    return found, looks.score(sums)


class TestScoreRivals:
    @pytest.mark.parametrize(
        "pair", [Pair(10, 20, 0.3, 0.5, 0.7, 0.2), Pair(12, 30, 0.3, 0.5, 0.6, busiest=0.6)]
    )
    def test_is_the_mean_of_signs_for_two_items(self, pair):
        found, many = score_both_ways(pair, 400)
        for name in ("mean", "information", "decided", "variance", "freedom"):
            assert getattr(found, name)[0] == pytest.approx(getattr(many, name)[0], rel=1e-5)

    def test_is_the_slope_of_the_profile_at_the_null(self):
        rng = np.random.default_rng(2)
        world = simulate.World(np.array([0.5, 0.0, -0.4, 0.2]), prompts=30, raters=8)
        votes = world.populate(rng).vote(300, rng)
        whole = fit(votes.counts(), prior=0.0)
        found = rivals.score_rivals(
            0,
            np.array([2]),
            whole,
            Clusters(whole, votes.by_rater()),
            Clusters(whole, votes.by_prompt()),
        )
        step = 1e-3
        slope = (profile(votes, 0, 2, step) - profile(votes, 0, 2, -step)) / (2 * step)
        assert found.mean[0] * found.information[0] / 2 == pytest.approx(slope, rel=1e-3)

    def test_votes_by_way_of_others_count(self):
        # 0 met 1 and 1 met 2: together they say something of 0 and 2.
        counts = from_counts(3, [0, 0, 1, 1], [1, 1, 2, 2], [1, 4, 1, 4], [30, 10, 30, 10])
        whole = fit(counts, prior=0.0)
        nobody = from_clusters(
            3, 1, [0] * 4, [0, 0, 1, 1], [1, 1, 2, 2], [1, 4, 1, 4], [30, 10] * 2
        )
        kind = Clusters(whole, nobody)
        found = rivals.score_rivals(0, np.array([1, 2]), whole, kind, kind)
        assert found.information == pytest.approx([40.0, 20.0], rel=0.05)
        assert found.mean[1] > found.mean[0] > 0


def profile(votes, one, other, gap):
    """Return the largest log-likelihood with this gap between two of the items."""
    counts = votes.counts()
    points = np.array([1, 1, 0.5, 0.5, 0, 0, 0.5])[counts.outcome]

    def negative(free):
        strengths = np.insert(np.append(free, 0.0), other, 0.0)
        strengths[other] = strengths[one] - gap
        chance = special.expit(strengths[counts.first] - strengths[counts.second])
        told = points * np.log(chance) + (1 - points) * np.log1p(-chance)
        return -float(counts.votes @ told)

    return -optimize.minimize(negative, np.zeros(2), tol=1e-12).fun
