import numpy as np
import pytest
from scipy import stats

from service.stats import paired
from service.stats.findings import StatsError

NAN = np.nan


class TestMean:
    def test_gives_an_interval_that_stays_positive(self):
        found = paired.mean([1.0, 9.0, NAN])
        assert (found.value, found.units) == (5.0, 2)
        assert 0 < found.low < 5 < found.high

    def test_of_a_single_unit_has_none(self):
        assert paired.mean([NAN, 4.0]) == paired.Measured(4.0, None, None, 1)
        assert paired.mean([NAN]) is None

    def test_of_what_is_free_is_nothing(self):
        assert paired.mean([0.0, 0.0]) == paired.Measured(0.0, 0.0, 0.0, 2)

    def test_is_students_interval_where_the_spread_is_small(self):
        values = np.array([9.9, 10.0, 10.1, 10.05, 9.95])
        wanted = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
        found = paired.mean(values)
        assert (found.low, found.high) == pytest.approx(wanted, rel=1e-4)

    def test_refuses_a_negative_cost(self):
        with pytest.raises(StatsError):
            paired.mean([1.0, -1.0])

    def test_covers_what_it_promises_with_long_tails(self):
        rng = np.random.default_rng(5)
        truth = np.exp(0.6**2 / 2)
        found = [paired.mean(np.exp(0.6 * rng.standard_normal(25))) for _ in range(600)]
        assert np.mean([one.low <= truth <= one.high for one in found]) > 0.91


class TestGaps:
    def test_are_students_paired_intervals(self):
        rng = np.random.default_rng(3)
        first, second = rng.gamma(2, 1, 20), rng.gamma(2, 1, 20)
        (found,) = paired.gaps(first, [second])
        wanted = stats.ttest_rel(first, second).confidence_interval()
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))
        assert found.units == 20

    def test_rest_on_the_units_that_both_have(self):
        (found,) = paired.gaps(
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, NAN], [[9.0, NAN, 9.0, 9.0, 9.0, 9.0, 0.0]]
        )
        assert (found.units, found.first, found.second) == (5, 3.8, 9.0)

    def test_pairing_finds_what_means_alone_would_not(self):
        """The planted counter-example: prompts differ far more than the two on each of them."""
        base = np.linspace(1.0, 100.0, 12)
        (found,) = paired.gaps(base * 0.97, [base])
        assert found.told_apart
        assert stats.ttest_ind(base * 0.97, base).pvalue > 0.9

    def test_claim_nothing_of_few_units(self):
        (found,) = paired.gaps([1.0] * 4, [[9.0] * 4])
        assert (found.low, found.high, found.told_apart) == (None, None, False)
        assert paired.gaps([NAN], [[1.0]]) == [None]

    def test_of_two_that_are_free_are_surely_nothing(self):
        (found,) = paired.gaps([0.0] * 6, [[0.0] * 6])
        assert (found.low, found.high, found.told_apart) == (0.0, 0.0, False)

    def test_of_what_is_the_same_everywhere_are_exact(self):
        (found,) = paired.gaps([0.3] * 9, [[0.1] * 9])
        assert found.low == found.high == pytest.approx(0.2)
        assert found.told_apart

    def test_many_pairs_are_claimed_less_easily(self):
        rng = np.random.default_rng(9)
        first = rng.gamma(2, 1, 30)
        second = first + 0.35 * rng.standard_normal(30) + 0.16
        assert paired.gaps(first, [second])[0].told_apart
        assert not paired.gaps(first, [second], pairs=4950)[0].told_apart

    def test_are_wrong_about_any_pair_in_one_of_twenty_tables_at_most(self):
        rng, wrong = np.random.default_rng(11), 0
        for _ in range(200):
            prompts = rng.gamma(2, 1, 24)
            table = prompts * np.exp(0.3 * rng.standard_normal((5, 24)))
            wrong += any(
                found.told_apart
                for at in range(5)
                for found in paired.gaps(table[at], table[at + 1 :], pairs=10)
            )
        assert wrong <= 18

    def test_refuse_values_of_other_units(self):
        with pytest.raises(StatsError):
            paired.gaps([1.0, 2.0], [[1.0]])


class TestCovariance:
    def test_is_numpys_where_nothing_is_missing(self):
        table = np.random.default_rng(1).gamma(2, 1, (3, 9))
        assert paired.covariance(table) == pytest.approx(np.cov(table) / 9)

    def test_of_one_unit_is_nothing(self):
        assert paired.covariance([[1.0, NAN], [2.0, 3.0]])[0].tolist() == [0.0, 0.0]
