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
