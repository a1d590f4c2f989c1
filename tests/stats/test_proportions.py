import numpy as np
import pytest
from statsmodels.stats import multitest, proportion

from service.stats import proportions
from service.stats.findings import StatsError


class TestWilson:
    @pytest.mark.parametrize(("successes", "trials"), [(0, 5), (5, 5), (3, 17), (50, 100)])
    def test_equals_statsmodels(self, successes, trials):
        found = proportions.wilson(successes, trials)
        theirs = proportion.proportion_confint(successes, trials, method="wilson")
        assert (found.lower, found.upper) == pytest.approx(theirs, abs=1e-12)

    def test_without_trials_everything_is_possible(self):
        found = proportions.wilson(0, 0)
        assert (found.lower, found.upper) == (0, 1)


class TestDifference:
    def test_equals_statsmodels(self):
        found = proportions.difference((9, 3), (20, 18))
        theirs = proportion.confint_proportions_2indep(9, 20, 3, 18, method="newcomb")
        assert (found.lower, found.upper) == pytest.approx(theirs, abs=1e-12)


class TestSignTest:
    def test_is_exact(self):
        assert proportions.sign_test([5, 0, 3], [0, 0, 3]).tolist() == [0.0625, 1.0, 1.0]


class TestHolm:
    def test_equals_statsmodels(self):
        p = np.random.default_rng(1).random(9) ** 3
        theirs = multitest.multipletests(p, method="holm")[1]
        assert proportions.holm(p) == pytest.approx(theirs)


class TestCritical:
    def test_refuses_a_confidence_of_one(self):
        with pytest.raises(StatsError):
            proportions.critical(1.0)
