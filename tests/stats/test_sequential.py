import numpy as np
import pytest
from scipy import stats

from service.stats import sequential
from service.stats.findings import StatsError


class TestBoundary:
    def test_is_the_normal_mixture(self):
        # Robbins' mixture, written with V = 40, eta = 5.
        expected = np.sqrt((40 + 5) * np.log((40 + 5) / (5 * 0.05**2)) / 40)
        assert float(sequential.boundary(8.0)) == pytest.approx(expected, rel=1e-12)

    def test_is_tightest_where_it_says(self):
        best = sequential.tightest(0.05)
        around = sequential.boundary(best * np.array([0.8, 1.0, 1.25]))
        assert around.argmin() == 1

    def test_tends_to_the_normal_one_with_many_clusters(self):
        assert float(sequential.boundary(8, 1e7)) == pytest.approx(float(sequential.boundary(8)))

    def test_widens_with_fewer_clusters_and_ends_in_no_claim(self):
        found = sequential.boundary(8, [np.inf, 99, 9, 4, 1])
        assert (np.diff(found) > 0).all()
        assert np.isinf(found[-1])

    def test_t_mixture_is_a_bayes_factor_of_one_over_alpha(self):
        # exp. value of the likelihood ratio of a scale-invariant t test: numerically.
        f, r, alpha = 9, 8.0, 0.05
        t = float(sequential.boundary(r, f, alpha=alpha))
        prior = np.linspace(-60, 60, 20_001)
        density = stats.norm.pdf(prior, scale=np.sqrt(r))
        ratio = np.trapezoid(stats.nct.pdf(t, f, prior) * density, prior) / stats.t.pdf(t, f)
        assert ratio == pytest.approx(1 / alpha, rel=1e-3)

    def test_refuses_impossible_errors(self):
        with pytest.raises(StatsError):
            sequential.boundary(1.0, alpha=0)


class TestContrastIntervals:
    def test_hold_at_all_looks_together(self):
        # 20 clusters of unknown variance, looked at after each of 400 steps of the clock.
        rng = np.random.default_rng(1)
        missed = 0
        for _ in range(600):
            x = rng.normal(size=300)
            n = np.arange(3, 301)
            mean = np.cumsum(x)[2:] / n
            error = np.sqrt((np.cumsum(x**2)[2:] / n - mean**2) / (n - 1))
            low, high = sequential.contrast_intervals(mean, error, n - 1, usual_difference=0.3)
            missed += bool((low > 0).any() or (high < 0).any())
        assert missed / 600 <= 0.05

    def test_share_the_error_among_comparisons(self):
        one = np.diff(sequential.contrast_intervals(0.0, 0.1), axis=0)
        ten = np.diff(sequential.contrast_intervals(0.0, 0.1, comparisons=10), axis=0)
        assert ten > one

    def test_refuse_a_standard_error_of_zero(self):
        with pytest.raises(StatsError):
            sequential.contrast_intervals([0.1], [0.0])
