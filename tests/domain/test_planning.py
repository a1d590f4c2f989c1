from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy import stats

from service.domain import planning
from service.domain.planning import Plan, PlanInvalid, Short
from service.stats import fit
from service.stats.counts import SIGN
from tests.oracles import simulate as simulate_votes


def simulate(plan, nats, rounds, seed):
    """Return how often a two-way clustered t test finds a difference, and the estimates' spread."""
    rng = np.random.default_rng(seed)
    votes = plan.votes_per_pair
    grid = np.stack(np.meshgrid(np.arange(plan.raters), np.arange(plan.prompts))).reshape(2, -1)
    found, estimates = 0, []
    flat = planning.attenuation(2 * plan.prompt_spread**2 + 2 * plan.rater_spread**2)
    for _ in range(rounds):
        rater, prompt = grid[:, rng.permutation(grid.shape[1])[:votes]]
        u = rng.normal(0, plan.rater_spread * 2**0.5, plan.raters)[rater]
        u += rng.normal(0, plan.prompt_spread * 2**0.5, plan.prompts)[prompt]
        q = 1 / (1 + np.exp(-(nats / flat + u)))
        y = np.where(rng.random(votes) < q, 1.0, -1.0) * (rng.random(votes) >= plan.tie_share)
        mean = y.mean()
        residual = y - mean
        parts = [(np.bincount(code, residual) ** 2).sum() for code in (rater, prompt)]
        variance = max(sum(parts) - (residual**2).sum(), *parts) / votes**2
        freedom = min(plan.raters, plan.prompts) - 1
        found += mean / variance**0.5 > stats.t.ppf(0.975, freedom)
        estimates.append(2 * mean / (1 - plan.tie_share))
    return found / rounds, float(np.std(estimates))


class TestDetectable:
    @pytest.mark.parametrize(
        "plan",
        [
            Plan(2, 40, 60, 600, tie_share=0.0, prompt_spread=0, rater_spread=0),
            Plan(2, 40, 60, 600, tie_share=0.0),
            Plan(2, 15, 200, 900, tie_share=0.0, rater_spread=0.6, prompt_spread=0.2),
            Plan(2, 100, 25, 1000, tie_share=0.0, rater_spread=0.3, prompt_spread=0.6),
        ],
    )
    def test_promises_the_power_that_a_simulation_finds(self, plan):
        nats = planning.detectable(plan, power=0.8).nats
        power, spread = simulate(plan, nats, 1000, seed=1)
        assert 0.72 <= power <= 0.88
        assert spread == pytest.approx(planning.variance(plan).total ** 0.5, rel=0.12)

    def test_ties_carry_no_noise(self):
        plan = Plan(2, 40, 60, 600, prompt_spread=0, rater_spread=0)
        tied = replace(plan, tie_share=0.5)
        ratio = planning.variance(tied).votes / planning.variance(plan).votes
        assert ratio == pytest.approx(0.5 / 0.8)

    def test_a_round_robin_speaks_about_each_pair_through_the_others(self):
        # Fisher information of 6 equal items with 50 votes on each pair, inverted.
        size, votes = 6, 50
        information = votes / 4 * (size * np.eye(size) - 1)
        covariance = np.linalg.pinv(information)
        expected = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
        plan = Plan(size, 40, 60, votes, tie_share=0, prompt_spread=0, rater_spread=0)
        assert planning.variance(plan).total == pytest.approx(expected)

    @pytest.mark.parametrize(("rater_spread", "prompt_spread"), [(0.0, 0.0), (0.5, 0.4)])
    def test_foresees_the_spread_of_a_fit_of_several(self, rater_spread, prompt_spread):
        world = simulate_votes.World(
            np.zeros(4),
            prompts=40,
            raters=20,
            rater_spread=rater_spread,
            prompt_spread=prompt_spread,
            tie_strength=0.8,
        )
        gaps, ties = [], []
        for seed in range(250):
            rng = np.random.default_rng(seed)
            counts = world.populate(rng).vote(1200, rng).counts()
            strengths = fit(counts).strengths
            gaps += [strengths[0] - strengths[1], strengths[2] - strengths[3]]
            ties.append(counts.votes[SIGN[counts.outcome] == 0].sum() / 1200)
        tied = float(np.mean(ties))
        # The world's spreads are under Davidson's ties; half ties shrink them by 1 - t.
        spreads = (1 - tied) * prompt_spread, (1 - tied) * rater_spread
        plan = Plan(4, 20, 40, 200, tied, *spreads)
        assert np.std(gaps) == pytest.approx(planning.variance(plan).total ** 0.5, rel=0.12)

    def test_more_votes_do_not_replace_prompts(self):
        plan = Plan(2, 30, 20, 600)
        many = planning.detectable(replace(plan, votes_per_pair=10**9))
        assert many.nats > 0.4
        assert many.largest_part in {Short.PROMPTS, Short.RATERS}

    def test_fewer_than_five_raters_speak_for_themselves(self):
        assert planning.detectable(Plan(2, 4, 20, 60)).for_these_raters
        assert planning.variance(Plan(2, 4, 20, 60)).raters == 0
        assert not planning.detectable(Plan(2, 5, 20, 60)).for_these_raters

    def test_more_comparisons_detect_less(self):
        plan = Plan(5, 30, 50, 100)
        assert planning.detectable(plan, comparisons=4).nats > planning.detectable(plan).nats

    def test_share_and_nats_are_one_difference(self):
        found = planning.detectable(Plan(3, 10, 10, 30))
        assert planning.share_to_log_odds(found.share) == pytest.approx(found.nats)


class TestNeeded:
    @pytest.mark.parametrize("share", [0.55, 0.6, 0.7])
    def test_suffices_and_one_vote_less_does_not(self, share):
        need = planning.needed(Plan(4, 12, 30, 10), share)
        assert need.is_reachable
        assert need.detectable.share <= share
        less = replace(need.plan, votes_per_pair=need.plan.votes_per_pair - 1)
        assert planning.detectable(less).share > share

    def test_names_votes_where_votes_do(self):
        need = planning.needed(Plan(2, 50, 200, 20, rater_spread=0, prompt_spread=0), 0.6)
        assert need.short == (Short.VOTES,)
        # The textbook figure: (1.96 + .8416)^2 * 4 * .8 / ln(1.5)^2, a little more for t.
        assert 153 <= need.plan.votes_per_pair <= 165

    def test_names_the_clusters_that_votes_cannot_replace(self):
        need = planning.needed(Plan(2, 100, 8, 400), 0.6)
        assert Short.PROMPTS in need.short
        assert need.more_prompts > 10

    def test_asks_for_nothing_where_there_is_enough(self):
        need = planning.needed(Plan(2, 200, 200, 5000), 0.6)
        assert need.short == (Short.NOTHING,)
        assert (need.more_votes, need.more_prompts, need.more_raters) == (0, 0, 0)

    def test_never_wants_two_votes_of_one_rater_on_one_matchup(self):
        need = planning.needed(Plan(2, 3, 5, 1), 0.55)
        assert need.plan.votes_per_pair <= need.plan.most_votes_per_pair

    @pytest.mark.parametrize("share", [0.5, 1.0, 0.2])
    def test_refuses_shares_that_are_no_lead(self, share):
        with pytest.raises(PlanInvalid):
            planning.needed(Plan(2, 3, 5, 1), share)


class TestPlan:
    def test_counts_the_work(self):
        plan = Plan(4, 7, 10, 20)
        assert (plan.pairs, plan.total_votes, plan.votes_per_rater) == (6, 120, 18)

    @pytest.mark.parametrize("change", [{"configurations": 1}, {"raters": 0}, {"tie_share": 1.0}])
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

    def test_shares_and_log_odds_are_inverse(self):
        for share in (0.01, 0.4, 0.5, 0.99):
            difference = planning.share_to_log_odds(share)
            assert planning.log_odds_to_share(difference) == pytest.approx(share)
