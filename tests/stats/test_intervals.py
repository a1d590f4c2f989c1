import json

import numpy as np
import pytest

from service import stats
from service.stats import Code, Method, StatsError
from service.stats.intervals import quantile
from service.stats.ranks import gap_errors
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters
from tests.oracles import simulate
from tests.oracles.found import codes

STRENGTHS = np.linspace(-0.8, 0.8, 5)


def votes(raters=20, prompts=30, number=1000, seed=4, **kinds):
    world = simulate.World(STRENGTHS, prompts=prompts, raters=raters, **kinds)
    rng = np.random.default_rng(seed)
    return world.populate(rng).vote(number, rng)


def intervals(sample, **kinds):
    return stats.find_intervals(
        stats.fit(sample.counts()), raters=sample.by_rater(), prompts=sample.by_prompt(), **kinds
    )


class TestFindIntervals:
    def test_from_counts_alone_say_what_they_ignore(self):
        found = stats.find_intervals(stats.fit(votes().counts()))
        assert found.method is Method.INDEPENDENT
        assert np.isinf(found.degrees)
        assert codes(found.findings) == {Code.RATERS_UNKNOWN, Code.PROMPTS_UNKNOWN}

    def test_cluster_both_ways_with_the_smaller_effective_number(self):
        found = intervals(votes(rater_skew=0.7))
        assert found.method is Method.TWO_WAY
        assert 5 < found.raters < 20 < found.prompts <= 30
        assert found.degrees == pytest.approx(found.raters - 1)
        assert not found.findings

    def test_speak_for_these_raters_when_there_are_fewer_than_five(self):
        for raters in (2, 3, 4):
            found = intervals(votes(raters=raters))
            assert found.method is Method.BY_PROMPT
            assert codes(found.findings) == {Code.THESE_RATERS_ONLY}
            assert found.raters == 0
        assert intervals(votes(raters=5)).method is Method.TWO_WAY

    def test_one_rater_is_said(self):
        found = intervals(votes(raters=1))
        assert codes(found.findings) == {Code.THESE_RATERS_ONLY, Code.ONE_RATER}

    def test_speak_for_these_prompts_when_there_are_fewer_than_five(self):
        found = intervals(votes(prompts=4))
        assert found.method is Method.BY_RATER
        assert codes(found.findings) == {Code.THESE_PROMPTS_ONLY}

    def test_a_dominant_rater_widens_them_unless_bounded(self):
        even, sample = intervals(votes(raters=10)), votes(raters=10, rater_skew=1.5)
        skewed = intervals(sample)
        assert skewed.quantile > even.quantile
        plain, bounded = stats.fit(sample.counts()), bound_clusters(sample.by_rater())
        found = stats.find_intervals(
            stats.fit(merge_clusters(bounded)),
            raters=bounded,
            prompts=sample.by_prompt(),
            unweighed=plain,
        )
        assert found.quantile < skewed.quantile

    @pytest.mark.parametrize("spread", [0.0, 0.6])
    def test_never_narrower_than_with_independent_votes(self, spread):
        sample = votes(raters=6, rater_spread=spread, prompt_spread=spread)
        alone = stats.find_intervals(stats.fit(sample.counts()))
        found = intervals(sample)
        assert (found.standard_errors >= alone.standard_errors - 1e-12).all()
        assert (gap_errors(found) >= gap_errors(alone) - 1e-12).all()
        weights = np.array([1.0, 1, -1, -1, 0])
        assert found.contrast(weights)[1] >= alone.contrast(weights)[1] - 1e-12

    def test_widen_where_raters_differ(self):
        same, different = intervals(votes()), intervals(votes(rater_spread=1.0))
        assert different.standard_errors.mean() > 1.5 * same.standard_errors.mean()

    def test_drop_both_bad_from_the_clusters_as_from_the_fit(self):
        sample = votes(tie_strength=1.0)
        fitted = stats.fit(sample.counts(), both_bad="drop")
        kept = sample.by_rater().without_both_bad()
        with_all = stats.find_intervals(fitted, raters=sample.by_rater())
        without = stats.find_intervals(fitted, raters=kept)
        assert with_all.standard_errors == pytest.approx(without.standard_errors)

    def test_a_higher_level_is_wider(self):
        low, high = (intervals(votes(), level=level) for level in (0.8, 0.99))
        assert (high.high > low.high).all()
        assert (high.low < low.low).all()

    def test_know_the_position(self):
        sample = votes(position=0.5, number=4000)
        fitted = stats.fit(sample.counts(), position=True)
        value, error, low, high = stats.find_intervals(fitted).coefficients["position"]
        assert low < 0.5 < high
        assert error == pytest.approx(2 / 4000**0.5, rel=0.2)
        assert value == pytest.approx((low + high) / 2)

    def test_refuse_misuse(self):
        fitted = stats.fit(votes().counts())
        for level in (0, 1, 1.5, np.nan):
            with pytest.raises(StatsError):
                stats.find_intervals(fitted, level=level)

    def test_become_plain_json(self):
        found = intervals(votes(raters=3, position=0.3)).to_dict()
        read = json.loads(json.dumps(found, allow_nan=False))
        assert read["method"] == "by_prompt"
        assert read["findings"][0]["code"] == "these_raters_only"
        assert len(read["ratings_low"]) == 5


class TestQuantile:
    def test_is_students(self):
        assert quantile(0.95, np.inf) == pytest.approx(1.959964)
        assert quantile(0.95, 4) == pytest.approx(2.776445)
