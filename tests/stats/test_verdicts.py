import numpy as np
import pytest

from service.stats import fit, from_clusters, from_counts, intervals, sequential, verdicts
from service.stats.findings import StatsError
from service.stats.verdicts import Evidence, Short, State


class TestJudgeBest:
    def test_decides_a_clear_leader(self):
        verdict = verdicts.judge_best([0.0, 0.9, 0.1], np.eye(3) * 0.01)
        assert (verdict.state, verdict.winner) == (State.DECIDED, 1)

    def test_waits_while_the_runner_up_is_near(self):
        verdict = verdicts.judge_best([0.0, 0.9, 0.8], np.eye(3) * 0.01)
        assert verdict.state is State.KEEP_GOING
        assert verdict.winner is None

    def test_calls_all_equal_within_a_margin(self):
        verdict = verdicts.judge_best([0.0, 0.01, 0.02], np.eye(3) * 1e-4, margin=0.2)
        assert verdict.state is State.PRACTICALLY_EQUAL

    def test_few_clusters_ask_for_more_of_them(self):
        evidence = Evidence(5000, 2, 0, 0.001, 0.01, freedom=1)
        verdict = verdicts.judge_best([0.0, 2.0], np.eye(2) * 0.005, 1, evidence=evidence)
        assert verdict.shortage.kind is Short.PROMPTS
        assert 2 <= verdict.shortage.more <= 20

    def test_is_the_pair_test_for_two_items(self):
        # K = 2: the level per comparison is alpha itself.
        error = 0.1
        edge = error * float(sequential.boundary((0.3 / error) ** 2))
        for gap, state in ((edge * 1.001, State.DECIDED), (edge * 0.999, State.KEEP_GOING)):
            assert verdicts.judge_best([gap, 0.0], np.eye(2) * error**2 / 2).state is state

    def test_the_error_is_shared_among_candidates(self):
        error = 0.1
        reach = float(sequential.boundary((0.3 / error) ** 2, alpha=2 * 0.05 / 4))
        for factor, state in ((1.001, State.DECIDED), (0.999, State.KEEP_GOING)):
            strengths = [error * reach * factor, 0.0, 0.0, 0.0]
            verdict = verdicts.judge_best(strengths, np.eye(4) * error**2 / 2)
            assert verdict.state is state

    def test_refuses_a_single_item(self):
        with pytest.raises(StatsError):
            verdicts.judge_best([0.0], [[1.0]])


class TestJudgeIntervals:
    def study(self, votes, rater_spread, seed=0):
        rng = np.random.default_rng(seed)
        first = rng.integers(3, size=votes)
        second = (first + rng.integers(1, 3, size=votes)) % 3
        rater, prompt = rng.integers(12, size=votes), rng.integers(80, size=votes)
        lean = rng.normal([0.5, 0.0, -0.5], rater_spread, (12, 3))
        gap = lean[rater, first] - lean[rater, second]
        outcome = np.where(rng.random(votes) < 1 / (1 + np.exp(-gap)), 1, 4)
        counts = from_counts(3, first, second, outcome)
        by = [
            from_clusters(3, number, code, first, second, outcome)
            for number, code in ((12, rater), (80, prompt))
        ]
        found = intervals.find_intervals(fit(counts), raters=by[0], prompts=by[1])
        return verdicts.judge_intervals(found, raters=by[0], prompts=by[1])

    def test_decides_what_the_votes_show(self):
        verdict = self.study(6000, 0.0)
        assert (verdict.state, verdict.winner) == (State.DECIDED, 0)

    def test_asks_for_raters_where_raters_differ(self):
        verdict = self.study(6000, 1.5)
        assert verdict.state is State.KEEP_GOING
        assert verdict.shortage.kind is Short.RATERS

    def test_asks_for_votes_where_there_are_few(self):
        verdict = self.study(60, 0.0)
        assert verdict.state is State.KEEP_GOING
        assert verdict.shortage.kind is Short.VOTES
