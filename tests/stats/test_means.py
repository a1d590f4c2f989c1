import json

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from service.stats import means
from service.stats.findings import Code, StatsError
from service.stats.means import Given, LeftOut, clusters_of
from service.stats.proportions import wilson
from tests.oracles.found import codes

GRADES = (1.0, 5.0)


def found(value, rater, prompt, item=None, items=("A",), scale=GRADES):
    number = np.ones(len(value))
    item = np.zeros(len(value), int) if item is None else item
    return means.find_means(items, item, value, number, rater=rater, prompt=prompt, scale=scale)


def crossed(raters, prompts, each=1):
    """Every rater for every prompt, so many times."""
    rater, prompt = np.meshgrid(np.arange(raters), np.arange(prompts), indexing="ij")
    return np.repeat(rater.ravel(), each), np.repeat(prompt.ravel(), each)


def grades(rng, rater, prompt, middle=3.6):
    """Grades of raters with scales of their own, for easy and hard prompts."""
    latent = middle + rng.normal(0, 0.5, rater.max() + 1)[rater]
    latent = latent + rng.normal(0, 0.5, prompt.max() + 1)[prompt]
    return np.clip(np.rint(latent + rng.normal(0, 0.9, len(rater))), 1, 5)


class TestFindMeans:
    def test_has_the_variance_of_statsmodels_where_clusters_are_equal(self):
        rater, prompt = crossed(8, 12, each=2)
        value = grades(np.random.default_rng(4), rater, prompt)
        fitted = sm.OLS(value, np.ones(len(value))).fit(
            cov_type="cluster", cov_kwds={"groups": np.column_stack([rater, prompt])}
        )
        assert found(value, rater, prompt).covariance[0, 0] == pytest.approx(
            float(fitted.cov_params()[0, 0]), rel=1e-9
        )

    def test_of_equal_values_is_wilsons_interval_of_that_many_trials(self):
        result = found(np.full(20, 5.0), np.zeros(20, int), np.arange(20))
        expected = wilson(20, 20, freedom=19)
        assert (result.low[0] - 1) / 4 == pytest.approx(expected.lower, abs=0.01)
        assert result.high[0] == 5

    def test_stays_on_the_scale_and_holds_the_mean(self):
        rng = np.random.default_rng(6)
        for _ in range(50):
            rater, prompt = rng.integers(0, 6, (2, 30))
            value = np.clip(rng.integers(3, 9, 30), 1, 5).astype(float)
            result = found(value, rater, prompt)
            assert 1 <= result.low[0] < result.values[0] <= result.high[0] <= 5

    def test_counts_a_value_as_often_as_it_was_given(self):
        once = found([1.0, 1, 1, 4, 5, 2, 3], np.zeros(7, int), [0, 0, 0, 1, 2, 3, 4])
        counted = means.find_means(
            ("A",), [0] * 5, [1.0, 4, 5, 2, 3], [3, 1, 1, 1, 1],
            rater=[0] * 5, prompt=range(5), scale=GRADES,
        )  # fmt: skip
        assert counted.to_dict() == once.to_dict()

    @pytest.mark.parametrize(
        ("raters", "prompts", "middle"),
        [(5, 5, 3.6), (5, 12, 4.8), (8, 24, 3.6), (20, 30, 4.8)],
    )
    def test_covers_raters_and_prompts_in_general(self, raters, prompts, middle):
        rng = np.random.default_rng(7)
        latent = rng.normal(middle, np.sqrt(0.25 + 0.25 + 0.81), 400_000)
        truth = np.clip(np.rint(latent), 1, 5).mean()
        rater, prompt = crossed(raters, prompts)
        hits = 0
        for _ in range(300):
            kept = rng.random(len(rater)) < 0.7
            result = found(grades(rng, rater, prompt, middle)[kept], rater[kept], prompt[kept])
            hits += result.low[0] <= truth <= result.high[0]
        assert hits / 300 >= 0.93

    def test_covers_for_these_raters_where_they_are_few(self):
        rng = np.random.default_rng(8)
        leaning, hits = np.array([-1.0, 0.2]), 0
        rater, prompt = crossed(2, 10)
        # With grades that are not cut off, the truth is the middle and the mean leaning.
        for _ in range(300):
            hard = rng.normal(0, 0.4, 10)[prompt]
            value = np.clip(3.3 + leaning[rater] + hard + rng.normal(0, 0.4, 20), 1, 5)
            result = found(value, rater, prompt)
            hits += result.low[0] <= 2.9 <= result.high[0]
        assert hits / 300 >= 0.93
        assert codes(result.findings) == {Code.THESE_RATERS_ONLY}

    def test_is_wider_than_taking_values_for_independent(self):
        rng = np.random.default_rng(9)
        rater, prompt = crossed(6, 30)
        value = np.clip(np.rint(3 + rng.normal(0, 1, 6)[rater]), 1, 5)
        alone = stats.t.interval(0.95, 179, value.mean(), stats.sem(value))
        result = found(value, rater, prompt)
        assert result.high[0] - result.low[0] > 3 * (alone[1] - alone[0])

    def test_gives_none_where_there_are_too_few(self):
        item = np.array([0] * 4 + [1] * 5)
        result = found(
            np.full(9, 3.0), np.zeros(9, int), [0, 1, 2, 3, 0, 1, 2, 3, 4], item, ("A", "B", "C")
        )
        assert [result.has_interval(at) for at in range(3)] == [False, True, False]
        assert [bool(np.isfinite(low)) for low in result.low] == [False, True, False]
        few = next(one for one in result.findings if one.code is Code.TOO_FEW)
        assert few.items == ("A", "C")
        assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["low"][0] is None

    def test_of_nothing_says_so(self):
        result = found([], [], [])
        assert codes(result.findings) == {Code.NO_VOTES}
        assert not result.has_interval(0)

    @pytest.mark.parametrize(
        ("value", "rater", "item"),
        [([6.0], [0], [0]), ([3.0], [0], [1]), ([3.0], [0, 1], [0]), ([3.0, 3.0], [0, 0], [0])],
    )
    def test_refuses_what_lies_outside(self, value, rater, item):
        with pytest.raises(StatsError):
            means.find_means(
                ("A",), item, value, np.ones(len(value)), rater=rater, prompt=rater, scale=GRADES
            )

    @pytest.mark.parametrize(
        ("value", "number"), [(np.nan, 1), (np.inf, 1), (3.0, np.nan), (3.0, np.inf), (3.0, 0)]
    )
    def test_refuses_what_is_no_number(self, value, number):
        with pytest.raises(StatsError):
            means.find_means(("A",), [0], [value], [number], rater=[0], prompt=[0], scale=GRADES)


class TestToldApart:
    def test_takes_what_stood_side_by_side_together(self):
        rng = np.random.default_rng(10)
        rater, prompt = crossed(6, 12)
        base = rng.normal(2.5, 1.0, 12)[prompt] + rng.normal(0, 0.7, 6)[rater]
        pair = np.clip(np.concatenate([base + 0.6, base]) + rng.normal(0, 0.2, 144), 1, 5)
        twice = np.tile(np.arange(2), 1).repeat(72)
        result = found(pair, np.tile(rater, 2), np.tile(prompt, 2), twice, ("A", "B"))
        assert result.low[0] < result.high[1]
        assert result.told_apart(0, 1)
        assert result.difference(0, 1).lower > 0.2
        assert not result.told_apart(0, 0)

    @pytest.mark.parametrize(
        ("raters", "prompts", "items", "most"), [(5, 40, 2, 5), (8, 15, 2, 5), (6, 10, 5, 5)]
    )
    def test_seldom_finds_a_difference_among_alike(self, raters, prompts, items, most):
        # Raters and prompts add the same to all items, which cancels in every difference.
        rng = np.random.default_rng(3)
        rater, prompt = crossed(raters, prompts)
        item = np.repeat(np.arange(items), len(rater))
        pairs = [(at, to) for at in range(items) for to in range(at)]
        false, narrow = 0, 0
        for _ in range(100):
            base = 3 + rng.normal(0, 0.6, raters)[rater] + rng.normal(0, 0.6, prompts)[prompt]
            value = np.tile(base, items) + rng.normal(0, 0.6, len(item))
            result = found(
                np.clip(np.rint(value), 1, 5), np.tile(rater, items), np.tile(prompt, items),
                item, tuple("ABCDE"[:items]),
            )  # fmt: skip
            false += any(result.told_apart(*pair) for pair in pairs)
            gaps = [result.difference(*pair) for pair in pairs]
            narrow += any(gap.upper - gap.lower < 0.1 for gap in gaps)
        assert false <= most
        assert narrow == 0

    def test_keeps_a_width_where_all_differ_by_the_same(self):
        rater, prompt = crossed(6, 10)
        value = np.concatenate([1.0 + prompt % 3, 2.0 + prompt % 3])
        item = np.repeat(np.arange(2), 60)
        gap = found(value, np.tile(rater, 2), np.tile(prompt, 2), item, ("A", "B")).difference(1, 0)
        assert gap.value == pytest.approx(1)
        assert 0.05 < gap.upper - gap.lower < 1.0
        assert gap.lower > 0

    def test_says_nothing_of_those_without_an_interval(self):
        result = found([1.0, 5.0], [0, 0], [0, 0], np.array([0, 1]), ("A", "B"))
        assert result.difference(0, 1) is None
        assert not result.told_apart(0, 1)


def left_out(value, cluster):
    given = Given.of(1, np.zeros(len(value), int), value, np.ones(len(value)), (0.0, 1.0))
    return LeftOut.each(given, np.asarray(cluster))


class TestLeftOut:
    def test_of_single_values_is_the_usual_standard_error(self):
        value = np.array([0, 0.2, 0.2, 0.5, 0.5, 0.5, 0.7, 0.7, 1, 1, 0, 0.2])
        found = left_out(value, np.arange(12))
        assert found.covariance[0, 0] == pytest.approx(stats.sem(value) ** 2)
        assert (found.groups[0], found.effective[0], found.total) == (12, 12, 12)

    def test_leaves_out_one_cluster_after_the_other_where_they_are_unequal(self):
        rng = np.random.default_rng(5)
        cluster = np.repeat(np.arange(7), [1, 9, 3, 3, 12, 2, 5])
        value = rng.random(len(cluster))
        without = [value[cluster != at].mean() - value.mean() for at in range(7)]
        found = left_out(value, cluster)
        assert found.covariance[0, 0] == pytest.approx(6 / 7 * np.square(without).sum())
        assert found.effective[0] == pytest.approx(35**2 / (1 + 81 + 9 + 9 + 144 + 4 + 25))

    def test_is_that_of_statsmodels_where_clusters_are_equal(self):
        rng = np.random.default_rng(6)
        cluster = np.repeat(np.arange(9), 4)
        value = np.clip(rng.random(9)[cluster] + rng.normal(0, 0.1, 36), 0, 1)
        fitted = sm.OLS(value, np.ones(36)).fit(cov_type="cluster", cov_kwds={"groups": cluster})
        assert left_out(value, cluster).covariance[0, 0] == pytest.approx(
            float(fitted.cov_params()[0, 0])
        )

    def test_knows_nothing_from_one_cluster(self):
        assert left_out([0.1, 0.9], [0, 0]).covariance[0, 0] == 0


class TestClustersOf:
    def test_counts_raters_prompts_and_both_together_from_nought(self):
        given = Given.of(1, [0] * 4, [0.5] * 4, [1] * 4, (0.0, 1.0))
        raters, prompts, both = clusters_of(given, [70, 70, 9, 9], [3, 5, 3, 3])
        assert (list(raters), list(prompts)) == ([1, 1, 0, 0], [0, 1, 0, 0])
        assert list(both) == [1, 2, 0, 0]
