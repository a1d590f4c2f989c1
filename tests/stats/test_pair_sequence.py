import json

import numpy as np
import pytest

from service.stats.findings import Code, StatsError
from service.stats.pair_sequence import judge_pair, pair_sequence
from service.stats.verdicts import Short, State


def split(seed, number, wins=0.45, ties=0.3):
    rng = np.random.default_rng(seed)
    return rng.choice([1, 0, -1], p=[wins, ties, 1 - wins - ties], size=number)


def looks(sign, every=20, **clusters):
    for stop in range(every, len(sign) + 1, every):
        yield stop, pair_sequence(sign[:stop], **{k: v[:stop] for k, v in clusters.items()}).share


class TestPairSequence:
    def test_equal_items_win_falsely_in_at_most_one_of_twenty_series(self):
        false = sum(
            any(
                share.lower > 0.5 or share.upper < 0.5
                for _, share in looks(split(seed, 1000, 0.35))
            )
            for seed in range(150)
        )
        assert false / 150 <= 0.05

    def test_a_plain_split_is_decided_within_500_votes(self):
        stops = [
            next((n for n, share in looks(split(seed, 1000)) if share.lower > 0.5), 1000)
            for seed in range(60)
        ]
        assert np.median(stops) <= 500

    def test_more_votes_of_the_same_raters_do_not_wear_it_down(self):
        rng = np.random.default_rng(3)
        leaning = rng.normal(0, 0.25, 12) + 0.5
        rater = rng.integers(12, size=20_000)
        sign = np.where(rng.random(20_000) < leaning[rater], 1, -1)
        found = pair_sequence(sign, rater=rater)
        assert np.ptp([found.share.lower, found.share.upper]) > 0.2
        assert found.raters_variance > 10 * found.votes_variance
        alone = pair_sequence(sign).share
        assert np.ptp([alone.lower, alone.upper]) < 0.03

    def test_clusters_never_narrow_it(self):
        sign, code = split(5, 400), np.arange(400) % 40
        alone, apart = pair_sequence(sign).share, pair_sequence(sign, rater=code, prompt=code).share
        assert apart.lower <= alone.lower
        assert apart.upper >= alone.upper

    @pytest.mark.parametrize("sign", [[], [0] * 9, [1], [1] * 50, [-1] * 50])
    def test_always_answers_with_some_width(self, sign):
        share = pair_sequence(sign).share
        assert 0 <= share.lower <= share.value <= share.upper <= 1
        assert share.upper - share.lower > 0.05

    def test_raters_and_prompts_together_widen_it_more_than_either(self):
        rng = np.random.default_rng(9)
        rater, prompt = rng.integers(40, size=4000), rng.integers(40, size=4000)
        lean = 0.5 + rng.normal(0, 0.15, 40)[rater] + rng.normal(0, 0.15, 40)[prompt]
        sign = np.where(rng.random(4000) < lean, 1, -1)
        widths = [
            np.ptp([found.share.lower, found.share.upper])
            for found in (
                pair_sequence(sign, rater=rater),
                pair_sequence(sign, prompt=prompt),
                pair_sequence(sign, rater=rater, prompt=prompt),
            )
        ]
        assert widths[2] > 1.15 * max(widths[:2])

    def test_counts_clusters_by_what_they_are_worth(self):
        rater = np.repeat(np.arange(7), [60, 10, 10, 10, 10, 10, 10])
        shares = np.bincount(rater) / 120
        found = pair_sequence(split(2, 120), rater=rater, prompt=np.arange(120))
        assert found.freedom == pytest.approx(1 / (shares**2).sum() - 1)

    def test_few_raters_speak_for_themselves(self):
        found = pair_sequence(split(1, 90), rater=np.arange(90) % 3, prompt=np.arange(90) // 3)
        assert found.for_these_raters
        assert Code.THESE_RATERS_ONLY in [finding.code for finding in found.findings]

    def test_one_prompt_allows_no_claim(self):
        found = pair_sequence([1] * 200, prompt=np.zeros(200, int)).share
        assert (found.lower, found.upper) == (0, 1)

    def test_can_be_written_as_json(self):
        text = json.dumps(pair_sequence([1, 0, -1]).to_dict(), allow_nan=False)
        assert json.loads(text)["votes"] == 3

    def test_refuses_clusters_of_another_length(self):
        with pytest.raises(StatsError):
            pair_sequence([1, 0], rater=[0])


def cast(wins, ties, losses):
    sign = np.repeat([1, 0, -1], [wins, ties, losses])
    return np.random.default_rng(0).permutation(sign)


class TestJudgePair:
    def test_decides_for_either_side(self):
        verdict = judge_pair(pair_sequence(cast(180, 120, 100)))
        assert (verdict.state, verdict.winner) == (State.DECIDED, 0)
        verdict = judge_pair(pair_sequence(cast(100, 120, 180)))
        assert (verdict.state, verdict.winner) == (State.DECIDED, 1)

    def test_calls_equal_what_lies_within_the_margin(self):
        verdict = judge_pair(pair_sequence(cast(600, 1000, 600)), margin=0.05)
        assert verdict.state is State.PRACTICALLY_EQUAL
        assert (
            judge_pair(pair_sequence(cast(600, 1000, 600)), margin=None).state is State.KEEP_GOING
        )

    def test_foresees_the_votes_it_takes(self):
        shown = judge_pair(pair_sequence(cast(33, 22, 25)), margin=None)
        assert (shown.state, shown.shortage.kind) == (State.KEEP_GOING, Short.VOTES)
        grown = 1 + shown.shortage.more / 80
        enough = cast(round(33 * grown * 1.05), round(22 * grown * 1.05), round(25 * grown * 1.05))
        assert judge_pair(pair_sequence(enough)).state is State.DECIDED
        scarce = cast(round(33 * grown * 0.8), round(22 * grown * 0.8), round(25 * grown * 0.8))
        assert judge_pair(pair_sequence(scarce), margin=None).state is State.KEEP_GOING

    @pytest.mark.parametrize("scarce", ["rater", "prompt"])
    def test_names_the_clusters_that_are_short(self, scarce):
        rng = np.random.default_rng(8)
        code = rng.integers(10, size=3000)
        leaning = np.array([0.9, 0.8, 0.75, 0.6, 0.3, 0.25, 0.85, 0.4, 0.7, 0.35])
        sign = np.where(rng.random(3000) < leaning[code], 1, -1)
        verdict = judge_pair(pair_sequence(sign, **{scarce: code}), margin=None)
        assert verdict.shortage.kind == scarce + "s"
        assert verdict.shortage.more > 5

    def test_without_votes_asks_for_cast(self):
        verdict = judge_pair(pair_sequence([]))
        assert verdict.shortage.kind is Short.VOTES
        assert json.dumps(verdict.to_dict())

    def test_refuses_a_margin_of_nothing(self):
        with pytest.raises(StatsError):
            judge_pair(pair_sequence([1]), margin=0)
