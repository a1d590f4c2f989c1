import numpy as np
import pytest

from service.stats import davidson


class TestProbabilities:
    def test_follow_the_definition(self):
        one, two, ties = 3.0, 0.5, 0.8
        first, tie, second = davidson.probabilities(np.log([one / two]), np.log(ties))
        total = one + two + ties * (one * two) ** 0.5
        assert first[0] == pytest.approx(one / total)
        assert second[0] == pytest.approx(two / total)
        assert tie[0] == pytest.approx(ties * (one * two) ** 0.5 / total)

    def test_stay_finite_far_out(self):
        found = davidson.probabilities(np.array([-2000.0, 0.0, 2000.0]), 900.0)
        assert np.isfinite(found).all()
        assert np.sum(found, axis=0) == pytest.approx(np.ones(3))


class TestLogNorm:
    def test_is_the_log_of_the_sum(self):
        found = davidson.log_norm(np.array([0.4]), -0.3)
        assert found[0] == pytest.approx(np.log(np.exp(0.2) + np.exp(-0.2) + np.exp(-0.3)))
