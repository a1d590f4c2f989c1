import krippendorff
import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from service.stats import agreement
from service.stats.agreement import Scale, Weights
from service.stats.findings import Code, StatsError


def crowd(units, raters, values, noise, seed, missing=0.0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(values, size=units)
    said = np.where(
        rng.random((units, raters)) < noise,
        rng.integers(values, size=(units, raters)),
        truth[:, None],
    )
    return np.where(rng.random((units, raters)) < missing, -1, said)


def table_of(said, values):
    unit, rater = np.nonzero(said >= 0)
    return agreement.tabulate(unit, said[unit, rater], values)


class TestKrippendorffAlpha:
    @pytest.mark.parametrize("scale", list(Scale))
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_equals_the_published_program(self, scale, seed):
        said = crowd(60, 5, 5, 0.4, seed, missing=0.35)
        theirs = krippendorff.alpha(
            reliability_data=np.where(said < 0, np.nan, said).T, level_of_measurement=scale.value
        )
        mine = agreement.krippendorff_alpha(table_of(said, 5), scale)
        assert mine.coefficient.value == pytest.approx(theirs, abs=1e-10)

    def test_gives_the_figures_of_the_paper(self):
        # Krippendorff (2011), example C: 4 observers, 12 units; .743, .815, .849.
        observers = np.array(
            [
                [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
                [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
                [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
                [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
            ]
        )
        table = table_of(observers.T - 1, 5)
        found = [agreement.krippendorff_alpha(table, scale).coefficient.value for scale in Scale]
        assert np.round(found, 3).tolist() == [0.743, 0.815, 0.849]

    def test_interval_covers_the_coefficient_of_a_large_sample(self):
        truth = agreement.krippendorff_alpha(table_of(crowd(60_000, 4, 3, 0.5, 0), 3))
        hits = 0
        for seed in range(300):
            found = agreement.krippendorff_alpha(table_of(crowd(40, 4, 3, 0.5, seed + 1), 3))
            hits += found.coefficient.lower <= truth.coefficient.value <= found.coefficient.upper
        assert 0.91 <= hits / 300 <= 0.985

    def test_interval_is_the_jackknife_over_units(self):
        table = table_of(crowd(9, 4, 3, 0.4, 2), 3)
        found = agreement.krippendorff_alpha(table).coefficient
        without = [
            agreement.krippendorff_alpha(np.delete(table, unit, axis=0)).coefficient.value
            for unit in range(9)
        ]
        half = stats.t.ppf(0.975, 8) * np.sqrt(8 * np.var(without))
        assert found.value - found.lower == pytest.approx(half)

    def test_perfect_agreement_keeps_a_width(self):
        found = agreement.krippendorff_alpha([[3, 0], [0, 3], [3, 0], [0, 3], [3, 0]])
        assert found.coefficient.value == 1
        assert found.coefficient.lower < 0.5

    def test_says_so_where_nothing_varies(self):
        found = agreement.krippendorff_alpha([[3, 0], [2, 0]])
        assert not found.is_defined
        assert (found.coefficient.lower, found.coefficient.upper) == (-1, 1)

    def test_names_the_lack_of_votes(self):
        found = agreement.krippendorff_alpha([[1, 0], [0, 1]])
        assert [finding.code for finding in found.findings] == [Code.NO_VOTES]
        assert found.to_dict()["findings"][0]["code"] == "no_votes"

    def test_stays_quick_with_many_units(self):
        said = crowd(100_000, 3, 4, 0.4, 5)
        assert agreement.krippendorff_alpha(table_of(said, 4)).units == 100_000

    def test_refuses_what_is_no_table(self):
        with pytest.raises(StatsError):
            agreement.krippendorff_alpha([1.0, 2.0])


class TestTabulate:
    def test_counts_values_per_unit(self):
        table = agreement.tabulate([7, 7, 9], [0, 2, 1], 3)
        assert table.tolist() == [[1, 0, 1], [0, 1, 0]]

    def test_refuses_unknown_values(self):
        with pytest.raises(StatsError):
            agreement.tabulate([0], [3], 3)


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
        found = agreement.cohen_kappa(one, two, 4, weights=weights)
        assert found.coefficient.value == pytest.approx(theirs, abs=1e-12)

    @pytest.mark.parametrize("weights", list(Weights))
    def test_standard_error_equals_statsmodels(self, weights):
        one, two = two_raters(4)
        joint = np.zeros((4, 4))
        np.add.at(joint, (one, two), 1)
        wt = {Weights.NONE: None, Weights.LINEAR: "linear", Weights.QUADRATIC: "quadratic"}[weights]
        theirs = inter_rater.cohens_kappa(joint, wt=wt)
        found = agreement.cohen_kappa(one, two, 4, weights=weights).coefficient
        assert found.lower == pytest.approx(theirs.kappa_low, abs=1e-10)
        assert found.upper == pytest.approx(theirs.kappa_upp, abs=1e-10)

    def test_perfect_agreement_keeps_a_width(self):
        found = agreement.cohen_kappa([0, 1, 0, 1], [0, 1, 0, 1], 2).coefficient
        assert found.value == 1
        assert 0 < found.lower < 0.5

    def test_one_constant_answer_is_not_defined(self):
        assert not agreement.cohen_kappa([1, 1, 1], [1, 1, 1], 3).is_defined

    def test_no_units_give_no_claim(self):
        found = agreement.cohen_kappa(np.zeros(0, int), np.zeros(0, int), 3)
        assert (found.units, found.coefficient.lower, found.coefficient.upper) == (0, -1, 1)

    def test_refuses_raters_of_different_units(self):
        with pytest.raises(StatsError):
            agreement.cohen_kappa([0, 1], [0], 2)
