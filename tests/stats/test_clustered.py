"""Intervals that leave out clusters: against formulas known otherwise, and where nothing varies."""

import numpy as np
import pytest

from service.stats import clustered
from service.stats.findings import StatsError
from service.stats.proportions import critical, wilson


def mean_of(sums):
    return sums[..., 1] / sums[..., 0]


class TestEstimate:
    def test_is_students_interval_where_each_unit_is_its_own_cluster(self):
        values = np.random.default_rng(1).normal(3, 2, 40)
        found = clustered.estimate(
            clustered.sum_columns(np.arange(40), np.ones(40), values), mean_of
        )
        half = critical(0.95, 39) * values.std(ddof=1) / np.sqrt(40)
        assert (found.value, found.upper) == pytest.approx((values.mean(), values.mean() + half))

    def test_is_wider_where_units_of_a_cluster_say_the_same(self):
        values = np.random.default_rng(1).normal(0, 1, 20)
        alone = clustered.estimate(
            clustered.sum_columns(np.arange(20), np.ones(20), values), mean_of
        )
        thrice = clustered.estimate(
            clustered.sum_columns(np.tile(np.arange(20), 3), np.ones(60), np.tile(values, 3)),
            mean_of,
        )
        assert thrice.upper == pytest.approx(alone.upper)

    def test_makes_up_no_interval_where_nothing_varies(self):
        assert clustered.estimate(clustered.sum_columns([0, 1], [1, 1], [1, 1]), mean_of) is None
        assert clustered.estimate(clustered.sum_columns([0], [1], [1]), mean_of) is None

    def test_refuses_columns_of_other_lengths(self):
        with pytest.raises(StatsError):
            clustered.sum_columns([0, 1], [1])


class TestShare:
    def test_is_wilsons_where_units_are_independent(self):
        good = np.array([1, 0] * 30 + [1] * 40)
        found = clustered.share(good, np.ones(100), np.arange(100))
        by_t = wilson(70, 100, freedom=99)
        assert (found.lower, found.upper) == pytest.approx((by_t.lower, by_t.upper), abs=0.01)

    def test_counts_a_cluster_once_where_all_agree(self):
        found = clustered.share(np.ones(50), np.ones(50), np.repeat(np.arange(5), 10))
        assert found.lower == pytest.approx(wilson(5, 5).lower)

    def test_says_nothing_of_nothing(self):
        found = clustered.share([], [], [])
        assert (found.lower, found.upper) == (0, 1)
