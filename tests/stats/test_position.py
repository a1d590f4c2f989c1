import json

import numpy as np
import pytest
from scipy import stats

from service.stats import position
from service.stats.findings import Code, StatsError


class TestPositionBias:
    def test_is_the_exact_binomial_test(self):
        found = position.position_bias([1] * 63 + [-1] * 41 + [0] * 20)
        assert found.p_value == pytest.approx(stats.binomtest(63, 104).pvalue)
        assert (found.left, found.right, found.ties) == (63, 41, 20)

    def test_the_test_keeps_its_level_though_raters_and_items_differ(self):
        rng = np.random.default_rng(1)
        false = 0
        for _ in range(400):
            rater = rng.integers(8, size=300)
            prefers_first = rng.random(8)[rater]
            first_is_left = rng.random(300) < 0.5
            wins = rng.random(300) < prefers_first
            side = np.where(wins == first_is_left, 1, -1)
            false += position.position_bias(side, rater).p_value < 0.05
        assert false / 400 <= 0.07

    def test_interval_allows_for_raters_who_differ(self):
        rng = np.random.default_rng(2)
        covered = {True: 0, False: 0}
        for _ in range(300):
            leaning = rng.beta(4, 3, 20)
            rater = rng.integers(20, size=2000)
            side = np.where(rng.random(2000) < leaning[rater], 1, -1)
            for known in covered:
                found = position.position_bias(side, rater if known else None).left_share
                covered[known] += found.lower <= 4 / 7 <= found.upper
        assert covered[True] / 300 >= 0.92
        assert covered[False] / 300 <= 0.6

    @pytest.mark.parametrize("side", [[], [0, 0], [1], [1] * 40])
    def test_always_has_a_width(self, side):
        found = position.position_bias(side, np.zeros(len(side), int))
        assert found.left_share.upper - found.left_share.lower > 0.05
        assert json.dumps(found.to_dict(), allow_nan=False)

    def test_says_when_no_side_was_ever_chosen(self):
        assert position.position_bias([0, 0]).findings[0].code is Code.ONLY_TIES
        assert position.position_bias([]).findings[0].code is Code.NO_VOTES

    def test_refuses_raters_of_other_votes(self):
        with pytest.raises(StatsError):
            position.position_bias([1, -1], [0])


class TestPositionBiasByRater:
    def test_finds_the_rater_who_always_presses_left(self):
        rng = np.random.default_rng(3)
        rater = np.repeat(np.arange(10), 20)
        side = np.where(rater == 4, 1, rng.choice([1, -1], size=200))
        share, p_value = position.position_bias_by_rater(side, rater, 11)
        assert p_value[4] < 1e-5
        assert share[4] == 1
        assert (p_value[[0, 1, 2, 3, 5, 6, 7, 8, 9]] > 0.001).all()
        assert (share[10], p_value[10]) == (0.5, 1)


class TestSelfConsistency:
    def test_counts_what_was_said_again(self):
        found = position.self_consistency(
            [1, 1, 0, -1, 1], [1, -1, 0, 1, 0], [True, True, False, False, True]
        )
        assert (found.same.value, found.reversed.value) == (0.4, 0.4)
        # 1 then -1 with the first item left, then right: left twice; -1 then 1 likewise.
        assert found.side_share.value == 1

    def test_a_rater_who_looks_at_the_side_is_seen(self):
        rng = np.random.default_rng(4)
        left_before = rng.random(60) < 0.5
        found = position.self_consistency(
            np.where(left_before, 1, -1), np.where(left_before, -1, 1), left_before
        )
        assert found.side_p_value < 1e-9
        assert found.same.upper < 0.1

    def test_answers_without_repeats(self):
        found = position.self_consistency([], [], [])
        assert (found.same.lower, found.same.upper, found.repeats) == (0, 1, 0)

    def test_refuses_unequal_lengths(self):
        with pytest.raises(StatsError):
            position.self_consistency([1], [1, 1], [True])
