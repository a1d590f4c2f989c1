from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from service import stats
from service.stats import Outcome, StatsError, covariance
from service.stats.covariance import Effort
from service.stats.scale import POINTS
from tests.oracles import simulate
from tests.stats import published

STRENGTHS = np.linspace(-0.8, 0.8, 5)


def votes(number=600, raters=12, seed=4, **kinds):
    world = simulate.World(STRENGTHS, prompts=15, raters=raters, **kinds)
    rng = np.random.default_rng(seed)
    return world.populate(rng).vote(number, rng)


def contrasts(matrix, size=5):
    """Return the covariance of strengths against the first item."""
    against = np.column_stack([-np.ones(size - 1), np.eye(size - 1)])
    return against @ matrix[:size, :size] @ against.T


def regression(sample, **kinds):
    table = np.zeros((len(sample), 5))
    table[np.arange(len(sample)), sample.first] += 1
    table[np.arange(len(sample)), sample.second] -= 1
    won = sample.outcome == Outcome.FIRST
    model = sm.GLM(won, table[:, 1:], family=sm.families.Binomial())
    return model.fit(tol=1e-12, **kinds).cov_params()


def leave_out_exactly(fitted, cells):
    """Leave every cluster out in turn, from the definition: one Newton step each."""
    steps = []
    for index in range(len(cells.clusters)):
        own = cells.only(cells.cluster == index)
        moments = covariance.residuals(fitted, own)
        size = len(fitted.items)
        score = np.zeros(len(fitted.bread))
        information = np.zeros_like(fitted.bread)
        for row in range(len(own)):
            x = np.zeros(len(fitted.bread))
            x[own.first[row]], x[own.second[row]] = 1, -1
            x[size : size + moments.table.shape[1]] = moments.table[row]
            score += own.votes[row] * moments.wins[row] * x
            weight = own.votes[row] * moments.moments.variance[row]
            information += weight * np.outer(x, x)
        left = fitted.information + np.diag(fitted.precision) - information
        steps.append(np.linalg.pinv(left, rcond=1e-10) @ score)
    groups = len(steps)
    return (groups - 1) / groups * np.array(steps).T @ np.array(steps)


class TestSandwich:
    def test_agrees_with_statsmodels(self):
        sample = votes()
        fitted = stats.fit(sample.counts(), prior=0)
        expected = regression(sample, cov_type="HC0")
        assert contrasts(covariance.sandwich(fitted)) == pytest.approx(expected, rel=1e-8)

    def test_counts_the_square_of_a_weight(self):
        weight = np.array([2.0, 1.0, 1.0])
        counts = stats.from_counts(2, [0, 0, 0], [1, 1, 1], [1, 1, 4], weight, squares=weight**2)
        fitted = stats.fit(counts, prior=0)
        share, votes_ = 3 / 4, 4
        meat = (4 + 1) * (1 - share) ** 2 + share**2
        expected = meat / (votes_ * share * (1 - share)) ** 2
        found = covariance.sandwich(fitted)
        assert found[0, 0] + found[1, 1] - 2 * found[0, 1] == pytest.approx(expected)

    def test_is_what_was_measured_on_real_votes(self):
        fitted = stats.fit(published.llmfao(), prior=0)
        means = [
            np.sqrt(np.diag(matrix)).mean() * POINTS
            for matrix in (fitted.bread, covariance.sandwich(fitted))
        ]
        assert [round(mean, 1) for mean in means] == [24.4, 18.6]


class TestClusterRobust:
    def test_agrees_with_statsmodels(self):
        sample = votes(rater_spread=0.5)
        fitted = stats.fit(sample.counts(), prior=0)
        expected = regression(
            sample, cov_type="cluster", cov_kwds={"groups": sample.rater, "use_correction": False}
        )
        found = covariance.cluster_robust(fitted, sample.by_rater(), leave_out=False)
        assert contrasts(found) == pytest.approx(expected * 12 / 11, rel=1e-8)

    @pytest.mark.parametrize("position", [False, True])
    @pytest.mark.parametrize("few", [0, 100])
    def test_leaves_out_exactly_what_one_newton_step_does(self, position, few):
        effort = Effort(few=few, settled=1e-9, rounds=60)
        sample = votes(raters=20, rater_spread=0.5, rater_skew=1.2, position=0.3)
        fitted = stats.fit(sample.counts(), prior=0, position=position)
        expected = leave_out_exactly(fitted, sample.by_rater())
        found = covariance.cluster_robust(fitted, sample.by_rater(), effort=effort)
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-9)

    def test_answers_where_a_cluster_holds_more_than_the_fit_knows(self):
        sample = votes()
        fitted = stats.fit(sample.counts(), prior=0)
        whole = sample.by_rater()
        found = covariance.cluster_robust(fitted, replace(whole, votes=50 * whole.votes))
        usual = covariance.cluster_robust(fitted, whole)
        assert np.isfinite(found).all()
        assert (np.diag(found) > np.diag(usual)).all()

    def test_settles_near_enough(self):
        sample = votes(number=4000, raters=300, rater_spread=0.5, tie_strength=0.7)
        fitted = stats.fit(sample.counts(), model="davidson")
        quick = covariance.cluster_robust(fitted, sample.by_rater())
        one_by_one = Effort(few=1000)
        exact = covariance.cluster_robust(fitted, sample.by_rater(), effort=one_by_one)
        assert np.diag(quick) == pytest.approx(np.diag(exact), rel=1e-3)

    def test_does_not_depend_on_how_clusters_are_divided_into_blocks(self):
        sample = votes(raters=40, rater_spread=0.5)
        fitted = stats.fit(sample.counts())
        whole = covariance.cluster_robust(fitted, sample.by_rater())
        parts = covariance.cluster_robust(fitted, sample.by_rater(), effort=Effort(block=35))
        assert parts == pytest.approx(whole, rel=1e-3)

    def test_has_nothing_to_say_about_one_cluster(self):
        sample = votes(raters=1)
        fitted = stats.fit(sample.counts())
        assert not covariance.cluster_robust(fitted, sample.by_rater()).any()

    def test_is_what_was_measured_on_real_votes(self):
        fitted = stats.fit(published.llmfao(), prior=0)
        means = [
            np.sqrt(np.diag(covariance.cluster_robust(fitted, cells, leave_out=False))).mean()
            for cells in published.llmfao_clusters()
        ]
        assert [round(mean * POINTS, 1) for mean in means] == [21.2, 31.7]

    def test_refuses_cells_about_other_items(self):
        fitted = stats.fit(votes().counts())
        with pytest.raises(StatsError):
            covariance.cluster_robust(fitted, stats.from_clusters(2, 1, [0], [0], [1], [1]))


class TestTwoWay:
    def test_takes_each_vote_with_itself_away_once(self):
        rater, prompt, alone = np.eye(2) * 5, np.eye(2) * 4, np.eye(2) * 3
        assert covariance.two_way(rater, prompt, alone) == pytest.approx(np.eye(2) * 6)

    def test_clusters_of_one_vote_leave_the_sandwich(self):
        sample = votes()
        fitted = stats.fit(sample.counts())
        single = stats.from_clusters(
            5, len(sample), np.arange(len(sample)), sample.first, sample.second, sample.outcome
        )
        alone = covariance.sandwich(fitted)
        each = covariance.cluster_robust(fitted, single, leave_out=False)
        found = covariance.two_way(each, each, alone)
        assert found == pytest.approx(alone, rel=0.01, abs=1e-6)


class TestAtLeast:
    def test_leaves_alone_what_is_wide_enough(self):
        matrix = np.array([[2.0, 0.5], [0.5, 3.0]])
        assert covariance.at_least(matrix, np.eye(2)) == pytest.approx(matrix)

    def test_makes_the_matrix_definite_and_no_variance_smaller(self):
        matrix = np.array([[1.0, 2.0], [2.0, 1.0]])
        found = covariance.at_least(matrix, 2 * np.eye(2))
        assert np.linalg.eigvalsh(found)[0] >= -1e-12
        assert (np.diag(found) >= 2 - 1e-12).all()


class TestCaution:
    def test_vanishes_beside_many_votes(self):
        few, many = (stats.fit(votes(number).counts()) for number in (300, 30_000))
        extra = [
            np.diag(covariance.caution(one)) / np.diag(covariance.sandwich(one))
            for one in (few, many)
        ]
        assert 0.005 < extra[0].max() < 0.1
        assert extra[1].max() < 0.001

    def test_keeps_only_ties_from_looking_certain(self):
        fitted = stats.fit(stats.from_counts(2, [0], [1], [Outcome.TIE], [30]), prior=0)
        assert covariance.sandwich(fitted)[0, 0] == 0
        gap_error = 2 * covariance.caution(fitted)[0, 0] ** 0.5
        # At most 3 of 30 unseen wins, all on one side: the share may be .55 rather than .5.
        assert gap_error * 1.96 == pytest.approx(np.log(0.55 / 0.45), rel=0.2)


def cells(sizes):
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    zeros = np.zeros(len(cluster), dtype=int)
    return stats.from_clusters(2, len(sizes), cluster, zeros, zeros + 1, zeros + 1)


class TestEffectiveNumber:
    def test_is_the_number_where_clusters_are_equal(self):
        assert covariance.count_effective(cells([3, 3, 3, 3])) == pytest.approx(4)

    def test_falls_with_inequality(self):
        assert covariance.count_effective(cells([97, 1, 1, 1])) == pytest.approx(1.0624, abs=1e-3)

    def test_of_nothing_is_nothing(self):
        empty = cells([0, 0])
        assert covariance.count_effective(empty) == 0
        assert covariance.count_clusters(empty) == 0


class TestNumber:
    def test_counts_only_clusters_with_votes(self):
        assert covariance.count_clusters(cells([2, 0, 1])) == 2


class TestBlocks:
    def test_hold_every_vote_of_a_cluster_together(self):
        given = cells([1, 4, 0, 2, 3])
        given = given.only(np.random.default_rng(1).permutation(len(given)))
        parts = list(covariance._blocks(given, 2, block=4))
        names = [part.clusters[index] for part in parts for index in part.cluster]
        assert sorted(names) == sorted(given.clusters[index] for index in given.cluster)
        assert [len(part.clusters) for part in parts] == [2, 2, 1]
