import numpy as np
import pytest

from service import stats
from service.stats import StatsError, bootstrap, covariance, simulate
from service.stats.resampling import Multinomial
from tests.stats import published

STRENGTHS = np.linspace(-0.8, 0.8, 5)


def votes(number=3000, raters=40, seed=4, **kinds):
    world = simulate.World(STRENGTHS, prompts=50, raters=raters, tie_strength=0.6, **kinds)
    rng = np.random.default_rng(seed)
    return world.populate(rng).vote(number, rng)


def errors(matrix):
    return np.sqrt(np.diag(matrix))


class TestResampleVotes:
    @pytest.mark.parametrize("model", ["bradley_terry", "davidson"])
    @pytest.mark.parametrize("position", [False, True])
    def test_agrees_with_the_sandwich(self, model, position):
        fitted = stats.fit(votes(position=0.3).counts(), model=model, position=position)
        draws = bootstrap.resample_votes(fitted, rounds=800)
        expected = errors(covariance.sandwich(fitted))
        assert errors(draws.covariance()) == pytest.approx(expected, rel=0.12)
        assert draws.parameters.mean(axis=0) == pytest.approx(fitted.parameters, abs=0.02)
        assert not draws.findings

    def test_every_draw_is_a_fit_of_its_own(self):
        counts = published.baseball()
        fitted = stats.fit(counts, position=True)
        draws = bootstrap.resample_votes(fitted, rounds=3, seed=2)
        chance = counts.votes / counts.total
        # The same draws by hand: kinds stand in the order of rows, then of who won.
        rows = stats.fit(counts, position=True).rows
        number = np.zeros(3 * len(rows.votes))
        number[0::3] = (rows.votes - rows.ties) / 2 + rows.balance
        number[2::3] = (rows.votes - rows.ties) / 2 - rows.balance
        drawn = Multinomial(number, 273).draw(np.random.default_rng(2), 3).T
        assert chance.sum() == pytest.approx(1)
        for often, parameters in zip(drawn, draws.parameters, strict=True):
            again = stats.from_counts(
                counts.items,
                np.repeat(rows.first, 3),
                np.repeat(rows.second, 3),
                np.tile([1, 6, 4], len(rows.votes)),
                often,
                left=np.repeat((rows.covariates[:, 0] + 1) / 2, 3).astype(int),
            )
            refitted = stats.fit(again, position=True)
            assert parameters == pytest.approx(refitted.parameters, abs=1e-5)

    def test_weighted_votes_vary_more(self):
        sample = votes(number=1000)
        arrays = (5, sample.first, sample.second, sample.outcome)
        weights = np.where(np.arange(1000) % 2, 3.0, 1.0)
        fitted = stats.fit(stats.from_codes(*arrays, weights=weights))
        draws = bootstrap.resample_votes(fitted, rounds=600)
        assert errors(draws.covariance()) == pytest.approx(
            errors(covariance.sandwich(fitted)), rel=0.15
        )

    def test_intervals_are_percentiles(self):
        draws = bootstrap.resample_votes(stats.fit(published.baseball()), rounds=400)
        low, high = draws.interval(0.9)
        inside = (draws.parameters >= low) & (draws.parameters <= high)
        assert inside.mean(axis=0) == pytest.approx(np.full(7, 0.9), abs=0.01)

    def test_no_votes_give_no_spread_and_no_error(self):
        fitted = stats.fit(stats.from_counts(3, [], [], []))
        assert not bootstrap.resample_votes(fitted, rounds=2).parameters.any()

    def test_refuses_less_than_two_rounds(self):
        with pytest.raises(StatsError):
            bootstrap.resample_votes(stats.fit(published.baseball()), rounds=1)


class TestResampleClusters:
    @pytest.mark.parametrize("model", ["bradley_terry", "davidson"])
    def test_agrees_with_the_clustered_sandwich(self, model):
        sample = votes(rater_spread=0.6)
        fitted = stats.fit(sample.counts(), model=model)
        draws = bootstrap.resample_clusters(fitted, sample.by_rater(), rounds=600)
        expected = errors(covariance.cluster_robust(fitted, sample.by_rater(), leave_out=False))
        assert errors(draws.covariance()) == pytest.approx(expected, rel=0.15)
        independent = errors(bootstrap.resample_votes(fitted, rounds=300).covariance())
        assert errors(draws.covariance())[:5].mean() > 1.3 * independent[:5].mean()

    def test_refuses_cells_about_other_items(self):
        cells = stats.from_clusters(2, 1, [0], [0], [1], [1])
        with pytest.raises(StatsError):
            bootstrap.resample_clusters(stats.fit(published.baseball()), cells)
