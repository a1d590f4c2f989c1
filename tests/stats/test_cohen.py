import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from service.stats import cohen
from service.stats.cohen import Weights
from service.stats.findings import StatsError


def two_raters(seed, number=200, values=4, noise=0.4):
    rng = np.random.default_rng(seed)
    one = rng.integers(values, size=number)
    return one, np.where(rng.random(number) < noise, rng.integers(values, size=number), one)


class TestCohenKappa:
    @pytest.mark.parametrize("weights", list(Weights))
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_equals_scikit_learn(self, weights, seed):
        one, two = two_raters(seed)
        theirs = cohen_kappa_score(
            one, two, weights=None if weights is Weights.NONE else weights.value
        )
        found = cohen.cohen_kappa(one, two, 4, weights=weights)
        assert found.coefficient.value == pytest.approx(theirs, abs=1e-12)

    @pytest.mark.parametrize("weights", list(Weights))
    def test_standard_error_equals_statsmodels(self, weights):
        one, two = two_raters(4)
        joint = np.zeros((4, 4))
        np.add.at(joint, (one, two), 1)
        wt = {Weights.NONE: None, Weights.LINEAR: "linear", Weights.QUADRATIC: "quadratic"}[weights]
        theirs = inter_rater.cohens_kappa(joint, wt=wt)
        found = cohen.cohen_kappa(one, two, 4, weights=weights).coefficient
        assert found.lower == pytest.approx(theirs.kappa_low, abs=1e-10)
        assert found.upper == pytest.approx(theirs.kappa_upp, abs=1e-10)

    def test_perfect_agreement_keeps_a_width(self):
        found = cohen.cohen_kappa([0, 1, 0, 1], [0, 1, 0, 1], 2).coefficient
        assert found.value == 1
        assert 0 < found.lower < 0.5

    def test_one_constant_answer_is_not_defined(self):
        assert not cohen.cohen_kappa([1, 1, 1], [1, 1, 1], 3).is_defined

    def test_no_units_give_no_claim(self):
        found = cohen.cohen_kappa(np.zeros(0, int), np.zeros(0, int), 3)
        assert (found.units, found.coefficient.lower, found.coefficient.upper) == (0, -1, 1)

    def test_refuses_raters_of_different_units(self):
        with pytest.raises(StatsError):
            cohen.cohen_kappa([0, 1], [0], 2)
