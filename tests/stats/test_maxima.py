import numpy as np
import pytest

from service.stats import maxima


def covariance(size, seed, spread=1.0):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((size, size)) * np.exp(spread * rng.standard_normal(size))[:, None]
    matrix = root @ root.T
    centre = np.eye(size) - 1 / size
    return centre @ matrix @ centre


def largest_of_all(noise, matrix, component):
    """Look at every pair of every draw."""
    errors = np.sqrt(maxima.gap_variances(matrix))
    found = np.zeros(noise.shape[1])
    for i in range(len(noise)):
        for j in range(i):
            if component[i] == component[j]:
                found = np.maximum(found, np.abs(noise[i] - noise[j]) / errors[i, j])
    return found


class TestCriticalValue:
    @pytest.mark.parametrize("seed", range(6))
    @pytest.mark.parametrize("spread", [0.0, 1.5])
    def test_setting_draws_aside_changes_nothing(self, seed, spread):
        matrix = covariance(9, seed, spread)
        component = np.array([0, 0, 0, 1, 0, 1, 2, 1, 0])
        noise = maxima.draw_noise(matrix, 6.0, np.random.default_rng(seed), 400)
        for level in (0.5, 0.95, 0.999):
            expected = np.quantile(largest_of_all(noise, matrix, component), level)
            found = maxima.critical_value(noise, matrix, component, level)
            assert found == pytest.approx(expected, rel=1e-4)

    def test_one_item_has_nothing_to_differ_from(self):
        noise = np.ones((1, 10), dtype=np.float32)
        assert maxima.critical_value(noise, np.eye(1), np.zeros(1, dtype=int), 0.95) == 0


class TestDrawNoise:
    def test_has_the_covariance_up_to_a_common_shift(self):
        matrix = covariance(5, 1)
        noise = maxima.draw_noise(matrix, np.inf, np.random.default_rng(0), 200_000)
        found = maxima.gap_variances(np.cov(noise))
        expected = maxima.gap_variances(matrix)
        assert found == pytest.approx(expected, rel=0.03, abs=1e-3)

    def test_has_students_tails(self):
        noise = maxima.draw_noise(np.diag([1.0, 1.0]), 3.0, np.random.default_rng(0), 100_000)
        gap = (noise[0] - noise[1]) / 2**0.5
        assert np.quantile(gap, 0.975) == pytest.approx(3.182, rel=0.03)

    def test_takes_a_covariance_without_full_rank(self):
        noise = maxima.draw_noise(np.zeros((3, 3)), np.inf, np.random.default_rng(0), 10)
        assert np.abs(noise - noise[0]).max() == 0
