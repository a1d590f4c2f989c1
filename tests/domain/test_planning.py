from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy import stats

from service.domain import planning
from service.domain.planning import Plan, PlanInvalid, Short
from service.stats import ahead, sequential
from tests.oracles import looks
from tests.oracles.looks import Pair

PLANS = [
    Plan(2, 2, 60, 120),
    Plan(2, 2, 60, 120, has_end=True),
    Plan(2, 10, 20, 200),
    Plan(2, 10, 20, 200, has_end=True),
    Plan(2, 20, 60, 800),
    Plan(2, 30, 4, 120),
]


def simulated(plan, share, runs=400):
    """Return in which part of studies the rule of the card finds the better one, by this plan."""
    # Averaged over raters and prompts that differ a share is nearer to one half (Zeger 1988).
    differ = 0.345843 * sum(
        spread**2
        for spread, count in (
            (plan.rater_spread, plan.raters),
            (plan.prompt_spread, plan.prompts),
        )
        if count >= planning.ENOUGH
    )
    among = 0.5 + (share - 0.5) / (1 - plan.ties)
    among = 1 / (1 + (1 / among - 1) ** (1 + differ) ** 0.5)
    pair = Pair(plan.raters, plan.prompts, plan.rater_spread, plan.prompt_spread, among, plan.ties)
    cast = pair.cast(runs, plan.votes, np.random.default_rng(5))
    end = plan.votes if plan.has_end else None
    return looks.look(cast, end=end, begin=20, every=10).won()


class TestDetectable:
    @pytest.mark.parametrize("plan", PLANS)
    def test_is_found_by_four_of_five_studies_judged_by_the_rule_of_the_card(self, plan):
        share = planning.detectable(plan)
        assert 0.74 <= simulated(plan, share) <= 0.93

    @pytest.mark.parametrize("plan", PLANS)
    def test_what_is_well_below_it_is_missed_by_most(self, plan):
        share = planning.detectable(plan)
        assert simulated(plan, 0.5 + (share - 0.5) / 2) < 0.5

    def test_is_none_where_nothing_can_be_told(self):
        assert planning.detectable(Plan(2, 1, 3, 3)) is None

    def test_more_votes_do_not_replace_prompts(self):
        assert planning.detectable(Plan(2, 30, 8, 10**6)) > 0.6

    def test_an_end_declared_tells_more_there(self):
        for plan in PLANS:
            ended, not_ended = (replace(plan, has_end=one) for one in (True, False))
            assert planning.detectable(ended) < planning.detectable(not_ended)

    def test_more_configurations_share_the_votes(self):
        few, many = (planning.detectable(Plan(number, 10, 40, 400)) for number in (2, 5))
        assert few < many


class TestLimit:
    def test_is_the_one_of_the_card(self):
        assert (planning.ALPHA, planning.LEAST_ADDED) == (ahead.ALPHA, ahead.LEAST_ADDED)
        assert (planning.CAUTION, planning.DRAWN) == (ahead.CAUTION, ahead.DRAWN)
        assert (planning.BEFORE_END, planning.AT_END) == (ahead.BEFORE_END, ahead.AT_END)
        assert pytest.approx(ahead.TIGHTEST_AT / sequential.tightest(ahead.ALPHA)) == planning.ETA

    @pytest.mark.parametrize("configurations", [2, 3, 6])
    @pytest.mark.parametrize("plan", PLANS)
    def test_equals_what_the_card_asks_of_such_scores(self, plan, configurations):
        plan = replace(plan, configurations=configurations)
        found = planning.scores(plan, 0.6)

        def part(kind, count):
            added = found.estimates.get(kind)
            if added is None:
                return None
            freedom = min(count, found.information) - 1
            return np.array([added]), np.array([freedom])

        scores = ahead.Scores.of(
            np.array([found.mean]),
            np.array([found.information]),
            np.array([found.decided]),
            np.array([found.independent]),
            part(Short.RATERS, plan.raters),
            part(Short.PROMPTS, plan.prompts),
        )
        assert scores.variance[0] == pytest.approx(found.variance)
        assert scores.freedom[0] == pytest.approx(found.freedom)
        alpha = ahead.ALPHA / ahead.count_open(configurations, 0)
        if plan.has_end:
            expected = ahead.reach_at_end(scores, ahead.AT_END * alpha)[0]
        else:
            expected = ahead.reach(scores, alpha)[0]
        assert planning.limit(plan, found) == pytest.approx(expected, rel=1e-6)


class TestScores:
    def test_a_round_robin_speaks_about_each_pair_through_the_others(self):
        # Fisher information of 6 equal items with 50 votes on each pair, inverted.
        size, votes = 6, 50
        information = votes / 4 * (size * np.eye(size) - 1)
        covariance = np.linalg.pinv(information)
        expected = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
        plan = Plan(size, 40, 60, votes * 15, ties=0)
        # A share of s is a difference of 4 (s - 1/2) in strengths near one half: m is half of it.
        assert 4 * planning.scores(plan, 0.5).independent == pytest.approx(expected)

    def test_fewer_than_five_speak_for_themselves(self):
        found = planning.scores(Plan(2, 4, 4, 16), 0.6)
        assert (found.raters, found.prompts, found.freedom) == (0, 0, inf)


class TestNeeded:
    @pytest.mark.parametrize("share", [0.55, 0.6, 0.7])
    @pytest.mark.parametrize("plan", PLANS[:4])
    def test_suffices_and_one_vote_less_does_not(self, plan, share):
        need = planning.needed(plan, share)
        assert planning.tells(need.plan, share)
        assert need.plan.votes <= need.plan.most_votes
        if need.plan.votes > plan.votes:
            assert not planning.tells(replace(need.plan, votes=need.plan.votes - 1), share)

    def test_names_what_is_short(self):
        assert planning.needed(Plan(2, 50, 200, 100), 0.65).short == (Short.VOTES,)
        assert Short.PROMPTS in planning.needed(Plan(2, 100, 8, 800), 0.6).short
        enough = Plan(2, 200, 200, 5000)
        assert planning.needed(enough, 0.6) == planning.Need(enough, (Short.NOTHING,))

    def test_says_when_nothing_does_it(self):
        assert planning.needed(Plan(2, 3, 5, 15), 0.501).plan is None
        assert planning.needed(Plan(2, 3, 5, 15, ties=0.5), 0.8).plan is None

    def test_is_worked_out_at_once_for_any_plan(self):
        """Few steps lead from the smallest to the largest."""
        for configurations in (2, 30):
            planning.needed(Plan(configurations, 1, 1, 1), 0.51)


class TestPlan:
    def test_counts_the_work(self):
        plan = Plan(4, 7, 10, 120)
        assert (plan.pairs, plan.most_votes, plan.votes_per_rater) == (6, 420, 18)

    @pytest.mark.parametrize("change", [{"configurations": 1}, {"raters": 0}, {"ties": 1.0}])
    def test_refuses_numbers_that_are_no_plan(self, change):
        with pytest.raises(PlanInvalid):
            replace(Plan(2, 3, 5, 1), **change)


class TestQuantiles:
    @pytest.mark.parametrize("freedom", [1, 2, 3, 4.5, 10, 99, 1e4, 1e6, inf])
    @pytest.mark.parametrize("probability", [0.01, 0.2, 0.5, 0.9, 0.975, 0.9999])
    def test_equals_scipy(self, probability, freedom):
        expected = stats.t.ppf(probability, freedom)
        assert planning.t_quantile(probability, freedom) == pytest.approx(expected, abs=1e-9)

    def test_refuses_certainty(self):
        with pytest.raises(planning.ProbabilityInvalid):
            planning.t_quantile(1.0, 5)
