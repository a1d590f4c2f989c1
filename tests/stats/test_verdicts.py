import json

import numpy as np
import pytest

from service.stats import verdicts
from service.stats.findings import StatsError
from service.stats.pair_sequence import pair_sequence
from service.stats.verdicts import Short, State


def votes(wins, ties, losses):
    sign = np.repeat([1, 0, -1], [wins, ties, losses])
    return np.random.default_rng(0).permutation(sign)


class TestJudgePair:
    def test_decides_for_either_side(self):
        verdict = verdicts.judge_pair(pair_sequence(votes(180, 120, 100)))
        assert (verdict.state, verdict.winner) == (State.DECIDED, 0)
        verdict = verdicts.judge_pair(pair_sequence(votes(100, 120, 180)))
        assert (verdict.state, verdict.winner) == (State.DECIDED, 1)

    def test_calls_equal_what_lies_within_the_margin(self):
        verdict = verdicts.judge_pair(pair_sequence(votes(600, 1000, 600)), margin=0.05)
        assert verdict.state is State.PRACTICALLY_EQUAL
        assert (
            verdicts.judge_pair(pair_sequence(votes(600, 1000, 600)), margin=None).state
            is State.KEEP_GOING
        )

    def test_foresees_the_votes_it_takes(self):
        shown = verdicts.judge_pair(pair_sequence(votes(33, 22, 25)), margin=None)
        assert (shown.state, shown.shortage.kind) == (State.KEEP_GOING, Short.VOTES)
        grown = 1 + shown.shortage.more / 80
        enough = votes(round(33 * grown * 1.05), round(22 * grown * 1.05), round(25 * grown * 1.05))
        assert verdicts.judge_pair(pair_sequence(enough)).state is State.DECIDED
        scarce = votes(round(33 * grown * 0.8), round(22 * grown * 0.8), round(25 * grown * 0.8))
        assert verdicts.judge_pair(pair_sequence(scarce), margin=None).state is State.KEEP_GOING

    @pytest.mark.parametrize("scarce", ["rater", "prompt"])
    def test_names_the_clusters_that_are_short(self, scarce):
        rng = np.random.default_rng(8)
        code = rng.integers(10, size=3000)
        leaning = np.array([0.9, 0.8, 0.75, 0.6, 0.3, 0.25, 0.85, 0.4, 0.7, 0.35])
        sign = np.where(rng.random(3000) < leaning[code], 1, -1)
        verdict = verdicts.judge_pair(pair_sequence(sign, **{scarce: code}), margin=None)
        assert verdict.shortage.kind == scarce + "s"
        assert verdict.shortage.more > 5

    def test_without_votes_asks_for_votes(self):
        verdict = verdicts.judge_pair(pair_sequence([]))
        assert verdict.shortage.kind is Short.VOTES
        assert json.dumps(verdict.to_dict())

    def test_refuses_a_margin_of_nothing(self):
        with pytest.raises(StatsError):
            verdicts.judge_pair(pair_sequence([1]), margin=0)
