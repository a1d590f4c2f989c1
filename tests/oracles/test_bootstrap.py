import numpy as np
import pytest

from service import stats
from service.stats import covariance
from tests.oracles import bootstrap, simulate

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
        assert errors(np.cov(draws.T)) == pytest.approx(expected, rel=0.12)
        assert draws.mean(axis=0) == pytest.approx(fitted.parameters, abs=0.02)

    def test_weighted_votes_vary_more(self):
        sample = votes(number=1000)
        arrays = (5, sample.first, sample.second, sample.outcome)
        weights = np.where(np.arange(1000) % 2, 3.0, 1.0)
        fitted = stats.fit(stats.from_counts(*arrays, weights, squares=weights**2))
        draws = bootstrap.resample_votes(fitted, rounds=600)
        assert errors(np.cov(draws.T)) == pytest.approx(
            errors(covariance.sandwich(fitted)), rel=0.15
        )


class TestResampleClusters:
    @pytest.mark.parametrize("model", ["bradley_terry", "davidson"])
    def test_agrees_with_the_clustered_sandwich(self, model):
        sample = votes(rater_spread=0.6)
        fitted = stats.fit(sample.counts(), model=model)
        draws = bootstrap.resample_clusters(fitted, sample.by_rater(), rounds=600)
        expected = errors(covariance.cluster_robust(fitted, sample.by_rater(), leave_out=False))
        assert errors(np.cov(draws.T)) == pytest.approx(expected, rel=0.15)
        independent = errors(np.cov(bootstrap.resample_votes(fitted, rounds=300).T))
        assert errors(np.cov(draws.T))[:5].mean() > 1.3 * independent[:5].mean()
