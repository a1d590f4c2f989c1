"""Strengths with a judge's verdicts: the same as without where it adds nothing, and they cover."""

from dataclasses import replace

import numpy as np
import pytest

from service import stats
from service.stats import corrected
from service.stats.findings import StatsError
from tests.oracles import judges, resampled


@pytest.fixture(scope="module")
def real():
    return resampled.units(judges.mt_bench())


def few(judged, every=10):
    """Return the same matchups with people's votes on every tenth."""
    kept = np.arange(len(judged.first)) % every == 0
    return replace(
        judged, votes=np.where(kept, judged.votes, 0), points=np.where(kept, judged.points, 0)
    )


def only(judged, chosen):
    """Return some of the matchups."""
    return corrected.Judged(*(getattr(judged, each)[chosen] for each in vars(judged)))


class TestRate:
    def test_gives_the_strengths_of_the_fit_without_a_judge(self, real):
        judged, items = real
        found = corrected.rate(items, judged, weight=0.0)
        wins, losses = judged.points, judged.votes - judged.points
        fit = stats.fit(
            stats.from_counts(
                items,
                np.tile(judged.first, 2),
                np.tile(judged.second, 2),
                np.repeat([1, 4], len(wins)),
                np.concatenate([wins, losses]),
            )
        )
        assert found.values == pytest.approx(fit.strengths, abs=1e-6)
        assert found.weight == 0
        assert found.is_bounded

    def test_a_judge_that_says_what_people_say_gives_the_strengths_of_all_votes(self, real):
        judged, items = real
        told = replace(
            judged, verdict=judged.points / judged.votes, votes=np.ones_like(judged.votes)
        )
        told = replace(told, points=told.verdict)
        whole = corrected.rate(items, told, weight=0.0)
        found = corrected.rate(items, few(told))
        alone = corrected.rate(items, few(told), weight=0.0)
        assert found.weight == pytest.approx(1, abs=0.15)
        apart = [np.abs(one.values - whole.values).max() for one in (found, alone)]
        assert apart[0] < 0.5 * apart[1]
        assert found.errors.mean() < 0.6 * alone.errors.mean()

    @pytest.mark.parametrize("lie", [lambda said: 1 - said, lambda said: said * 0 + 0.5])
    def test_does_not_lean_on_one_that_reverses_or_says_nothing(self, real, lie):
        judged, items = real
        told = few(replace(judged, verdict=lie(judged.verdict)))
        assert corrected.rate(items, told).weight == 0

    def test_what_a_judge_leans_to_on_a_pair_cancels(self, real):
        judged, items = real
        told = few(judged)
        # It gives item 0 a fifth more, always: the same on votes and beyond.
        lenient = 0.2 * ((judged.first == 0) * 1.0 - (judged.second == 0))
        leaning = replace(told, verdict=told.verdict + lenient)
        one, two = (corrected.rate(items, each) for each in (told, leaning))
        assert two.values == pytest.approx(one.values, abs=1e-6)

    def test_turned_matchups_say_the_same(self, real):
        judged, items = real
        told = few(judged)
        turned = corrected.Judged(
            told.second,
            told.first,
            told.prompt,
            told.votes,
            told.votes - told.points,
            1 - told.verdict,
        )
        one, two = (corrected.rate(items, each) for each in (told, turned))
        assert two.values == pytest.approx(one.values)
        assert two.errors == pytest.approx(one.errors)

    def test_says_nothing_of_items_that_votes_do_not_join(self):
        nothing = np.full(3, np.nan)
        judged = corrected.Judged(
            np.array([0, 0, 2]), np.array([1, 1, 3]), np.arange(3),
            np.array([4.0, 4, 1]), np.array([2.0, 1, 1]), nothing,
        )  # fmt: skip
        found = corrected.rate(5, judged)
        assert np.isfinite(found.values).tolist() == [True, True, False, False, False]

    def test_is_wide_and_finite_where_an_item_won_everything(self):
        judged = corrected.Judged(
            np.zeros(6, int), np.ones(6, int), np.arange(6), np.ones(6), np.ones(6), np.ones(6)
        )
        found = corrected.rate(2, judged)
        assert not found.is_bounded
        assert np.isfinite(found.values).all()
        assert found.errors.min() > 0.5

    def test_without_any_votes_there_is_nothing(self):
        none = np.zeros(2)
        judged = corrected.Judged(
            np.array([0, 0]), np.array([1, 1]), np.arange(2), none, none, none
        )
        assert np.isnan(corrected.rate(2, judged).values).all()

    def test_refuses_arrays_of_other_lengths(self, real):
        judged, items = real
        with pytest.raises(StatsError):
            corrected.rate(items, replace(judged, votes=np.ones(3)))

    def test_errors_are_those_of_refits_without_each_prompt(self, real):
        judged, items = real
        few_prompts = only(judged, judged.prompt < 10)
        found = corrected.rate(items, few_prompts, weight=0.0)
        refits = np.array(
            [
                corrected.rate(
                    items, only(few_prompts, few_prompts.prompt != at), weight=0.0
                ).values
                for at in range(10)
            ]
        )
        errors = np.sqrt(0.9 * ((refits - found.values) ** 2).sum(axis=0))
        assert found.errors == pytest.approx(errors, rel=0.03)

    def test_an_item_that_rests_on_one_prompt_has_fewer_to_be_sure_by(self):
        prompt = np.repeat(np.arange(10), 2)
        votes = np.tile([4.0, 1.0], 10)
        votes[1] = 40  # of item 2, nearly all stand under prompt 0
        judged = corrected.Judged(
            np.zeros(20, int), np.tile([1, 2], 10), prompt, votes, votes / 2, np.full(20, np.nan)
        )
        found = corrected.rate(3, judged)
        assert found.clusters[1] == pytest.approx(8.9, abs=0.5)
        assert 1 <= found.clusters[2] < 2.5
        assert found.critical[2] > 2 * found.critical[1] > 2 * 2.2

    def test_raters_who_differ_widen_it(self):
        rng = np.random.default_rng(3)
        prompts, raters = 60, 6
        unit = np.repeat(np.arange(prompts), raters)
        rater = np.tile(np.arange(raters), prompts)
        taste = np.array([0.9, 0.1, 0.8, 0.2, 0.9, 0.1])
        points = (rng.random(len(unit)) < taste[rater]).astype(float)
        judged = corrected.Judged(
            np.zeros(prompts, int), np.ones(prompts, int), np.arange(prompts),
            np.full(prompts, float(raters)), np.bincount(unit, points), np.full(prompts, np.nan),
        )  # fmt: skip
        alone = corrected.rate(2, judged)
        both = corrected.rate(2, judged, votes=corrected.Votes(unit, rater, points))
        assert both.errors.min() > 2 * alone.errors.max()


class TestCoverage:
    def test_holds_the_truth_in_93_to_97_percent_of_real_prompts_drawn_anew(self):
        held = resampled.resample(judges.mt_bench(), voted=0.1, rounds=150)
        assert 0.93 <= held.both <= 0.97
        assert held.width < 0.97

    def test_holds_it_with_thirteen_prompts_and_fifty_nine_items_too(self):
        held = resampled.resample(judges.llmfao(), voted=0.5, rounds=40)
        assert 0.93 <= held.both <= 0.97
