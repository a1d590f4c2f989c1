import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, studentized_range

from service import stats
from service.stats import intervals, ranks
from tests.oracles import simulate, tables


def ranking(strengths, number=2000, seed=1, fit=None, **kinds):
    world = simulate.World(np.array(strengths))
    rng = np.random.default_rng(seed)
    counts = world.populate(rng).vote(number, rng).counts()
    return stats.rank_items(stats.find_intervals(stats.fit(counts, **(fit or {}))), **kinds)


def clustered(wins, raters):
    """A ranking from a table of wins whose votes go round among raters."""
    items = [str(at) for at in range(len(wins))]
    cells = [
        (first, second)
        for first in range(len(wins))
        for second in range(len(wins))
        for _ in range(int(wins[first, second]))
    ]
    first, second = np.array(cells).T
    counts = tables.from_wins(wins.tolist(), items=items)
    who = np.random.default_rng(1).integers(raters, size=len(first))
    won = np.full(len(first), int(stats.Outcome.FIRST))
    cells = stats.from_clusters(items, [f"r{at}" for at in range(raters)], who, first, second, won)
    return stats.rank_items(stats.find_intervals(stats.fit(counts), raters=cells))


def bonferroni(found):
    sizes = np.bincount(found.intervals.fit.component)
    number = int((sizes * (sizes - 1) // 2).sum())
    return intervals.quantile(1 - 0.05 / number, found.intervals.degrees) + 1e-9


class TestRankItems:
    def test_rank_sets_hold_the_rank_and_close_with_votes(self):
        strengths = [1.0, 0.5, 0.0, -0.5, -1.0]
        few, many = ranking(strengths, 60), ranking(strengths, 20_000)
        for found in (few, many):
            assert (found.rank_low <= found.rank).all()
            assert (found.rank <= found.rank_high).all()
        assert many.rank_low.tolist() == many.rank_high.tolist() == [1, 2, 3, 4, 5]
        assert (few.rank_high - few.rank_low).max() >= 2

    def test_the_critical_value_of_equal_errors_is_tukeys(self):
        found = ranking([0.0] * 6, 30_000, draws=20_000)
        expected = studentized_range.ppf(0.95, 6, 1e6) / 2**0.5
        assert found.critical == pytest.approx(expected, rel=0.01)

    def test_two_items_need_no_correction(self):
        found = ranking([0.0, 0.3], 500, draws=20_000)
        assert found.critical == pytest.approx(1.96, rel=0.02)

    def test_chances_follow_from_the_normal_distribution(self):
        found = ranking([0.0, 0.1], 300, draws=50_000)
        gap, error = found.gaps[1, 0], found.gap_errors[1, 0]
        assert found.p_beats[1, 0] == pytest.approx(norm.cdf(gap / error))
        assert found.p_beats[1, 0] + found.p_beats[0, 1] == pytest.approx(1)
        assert found.p_best[1] == pytest.approx(norm.cdf(gap / error), abs=0.01)
        assert found.p_best.sum() == pytest.approx(1)

    def test_groups_hold_whom_nobody_can_tell_apart(self):
        found = ranking([1.0, 0.98, -1.0, -1.02], 3000)
        assert [set(group) for group in found.groups] == [{"0", "1"}, {"2", "3"}]
        assert not found.told_apart[0, 1]
        assert found.told_apart[1, 2]

    def test_no_two_of_a_group_can_be_told_apart(self):
        found = ranking(np.linspace(0, 1, 12), 4000)
        for tier in set(found.tier.tolist()):
            inside = np.flatnonzero(found.tier == tier)
            assert not found.told_apart[np.ix_(inside, inside)].any()

    def test_the_same_seed_gives_the_same_and_another_nearly(self):
        first, again, other = (ranking([0, 0.1, 0.2], seed=1) for _ in range(3))
        other = stats.rank_items(first.intervals, seed=9)
        assert first.critical == again.critical
        assert first.critical == pytest.approx(other.critical, rel=0.05)
        assert first.critical != other.critical

    def test_components_are_ranked_apart(self):
        counts = tables.from_wins(
            [[0, 90, 0, 0], [10, 0, 0, 0], [0, 0, 0, 80], [0, 0, 20, 0]], items=list("abcd")
        )
        found = stats.rank_items(stats.find_intervals(stats.fit(counts)))
        assert found.rank.tolist() == [1, 2, 1, 2]
        assert found.rank_high.tolist() == [1, 2, 1, 2]
        assert not found.told_apart[:2, 2:].any()
        assert found.p_best == pytest.approx([1, 0, 1, 0], abs=0.01)
        assert 0.2 < found.p_beats[0, 2] < 0.8
        assert found.groups == (("a",), ("b",), ("c",), ("d",))

    def test_few_clusters_make_the_critical_value_larger(self):
        found = ranking([0, 0.1, 0.2, 0.3])
        few = stats.rank_items(replace(found.intervals, degrees=4.0))
        assert few.critical > 1.3 * found.critical

    @pytest.mark.parametrize("votes", [0, 1, 2, 10, 30])
    @pytest.mark.parametrize("raters", [6, 12])
    def test_a_newcomer_changes_nothing_of_what_is_said_of_others(self, votes, raters):
        # 63 to 0, 51 to 7: decided, until a newcomer with a handful of votes came along.
        def decided(newcomer):
            wins = np.zeros((4 if newcomer else 3, 4 if newcomer else 3), dtype=int)
            wins[0, 1], wins[0, 2], wins[1, 2], wins[2, 1] = 63, 51, 40, 9
            wins[2, 0], wins[1, 0] = 7, 1
            if newcomer:
                wins[3, 1] = votes // 2
                wins[1, 3] = votes - votes // 2
            return clustered(wins, raters)

        before, after = decided(newcomer=False), decided(newcomer=True)
        assert after.critical <= bonferroni(after)
        assert after.critical < 1.4 * before.critical
        assert before.told_apart[0, 1:].all()
        assert after.told_apart[0, 1:3].all()

    @pytest.mark.parametrize("size", [2, 5, 20])
    def test_the_critical_value_is_never_above_bonferronis(self, size):
        rng = np.random.default_rng(size)
        wins = rng.integers(0, 9, (size, size))
        np.fill_diagonal(wins, 0)
        for raters in (5, 9):
            found = clustered(wins, raters)
            assert found.critical <= bonferroni(found)

    def test_become_plain_json(self):
        read = json.loads(json.dumps(ranking([0, 0.5, 1]).to_dict(), allow_nan=False))
        assert read["groups"][0] == ["2"]
        assert read["rank_low"] == [3, 2, 1]


def covariance(size, seed, spread=1.0):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((size, size)) * np.exp(spread * rng.standard_normal(size))[:, None]
    matrix = root @ root.T
    centre = np.eye(size) - 1 / size
    return centre @ matrix @ centre


def largest_of_all(noise, matrix, component):
    """Look at every pair of every draw."""
    errors = np.sqrt(ranks.gap_variances(matrix))
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
        noise = ranks.draw_noise(matrix, 6.0, np.random.default_rng(seed), 400)
        for level in (0.5, 0.95, 0.999):
            expected = np.quantile(largest_of_all(noise, matrix, component), level)
            found = ranks.critical_value(noise, matrix, component, level)
            assert found == pytest.approx(expected, rel=1e-4)

    def test_one_item_has_nothing_to_differ_from(self):
        noise = np.ones((1, 10), dtype=np.float32)
        assert ranks.critical_value(noise, np.eye(1), np.zeros(1, dtype=int), 0.95) == 0


class TestDrawNoise:
    def test_has_the_covariance_up_to_a_common_shift(self):
        matrix = covariance(5, 1)
        noise = ranks.draw_noise(matrix, np.inf, np.random.default_rng(0), 200_000)
        found = ranks.gap_variances(np.cov(noise))
        expected = ranks.gap_variances(matrix)
        assert found == pytest.approx(expected, rel=0.03, abs=1e-3)

    def test_has_students_tails(self):
        noise = ranks.draw_noise(np.diag([1.0, 1.0]), 3.0, np.random.default_rng(0), 100_000)
        gap = (noise[0] - noise[1]) / 2**0.5
        assert np.quantile(gap, 0.975) == pytest.approx(3.182, rel=0.03)

    def test_takes_a_covariance_without_full_rank(self):
        noise = ranks.draw_noise(np.zeros((3, 3)), np.inf, np.random.default_rng(0), 10)
        assert np.abs(noise - noise[0]).max() == 0


class TestWithLeader:
    def test_takes_what_was_found_of_the_leader_everywhere(self):
        counts = stats.from_counts(
            3, [0, 1, 0, 2, 1, 2], [1, 0, 2, 0, 2, 1], [1] * 6, [60, 20, 70, 10, 45, 35]
        )
        ranking = stats.rank_items(stats.find_intervals(stats.fit(counts)))
        assert ranking.told_apart[0].tolist() == [False, True, True]
        found = ranks.with_leader(ranking, 0, np.array([False, False, True]))
        assert found.told_apart[0].tolist() == [False, False, True]
        assert (found.told_apart == found.told_apart.T).all()
        assert found.rank_low.tolist() == [1, 1, 2]
        assert found.rank_high.tolist() == [2, 3, 3]
        assert found.groups[0][:2] == ("0", "1")
        # What it was made from stays as it was.
        assert ranking.told_apart[0].tolist() == [False, True, True]
