import json

import numpy as np
import pytest

from service.stats import fit, from_clusters, from_counts, loo_agreement, raters
from service.stats.findings import StatsError
from service.stats.raters import Flag, RaterVotes

STRENGTHS = np.array([0.8, 0.4, 0.0, -0.4, -0.8])
HONEST = 60


def crowd(seed, kinds, each=100, honest=HONEST, taste=0.0, prompts=20):
    """Return votes of honest raters and of bots: 5 items, every fifth vote a tie."""
    rng = np.random.default_rng(seed)
    number = honest + len(kinds)
    rater = np.repeat(np.arange(number), each)
    size = len(rater)
    first = rng.integers(5, size=size)
    second = (first + rng.integers(1, 5, size=size)) % 5
    prompt, left = rng.integers(prompts, size=size), rng.integers(2, size=size)
    effects = rng.normal(0, 0.6, (prompts, 5))[prompt] + rng.normal(0, taste, (number, 5))[rater]
    row = np.arange(size)
    gap = STRENGTHS[first] - STRENGTHS[second] + effects[row, first] - effects[row, second]
    wins = rng.random(size) < 1 / (1 + np.exp(-2 * gap))
    tie = rng.random(size) < 0.2
    for index, kind in enumerate(kinds, start=honest):
        own = rater == index
        if kind == "left":
            wins[own], tie[own] = left[own] == 1, False
        elif kind == "random":
            wins[own] = rng.random(each) < 0.5
        elif kind == "contrarian":
            wins[own] = ~wins[own]
        elif kind == "fan":
            fan = own & ((first == 4) | (second == 4))
            wins[fan], tie[fan] = first[fan] == 4, False
        elif kind == "tie":
            tie[own] = True
    outcome = np.where(tie, 2, np.where(wins, 1, 4))
    return RaterVotes(5, number, first, second, outcome, left, rater, prompt)


def flagged(votes):
    review = raters.review_raters(votes)
    return [record.flags for record in review.records[HONEST:]], [
        record.flags for record in review.records[:HONEST]
    ]


class TestReviewRaters:
    def test_finds_who_always_presses_left_within_twenty_votes(self):
        votes = crowd(1, ["left"] * 20, each=20)
        assert all(Flag.ONE_SIDE in flags for flags in flagged(votes)[0])

    @pytest.mark.parametrize("kind", ["left", "random", "contrarian", "fan"])
    def test_finds_who_disagrees_within_a_hundred_votes(self, kind):
        found = [
            Flag.DISAGREES in flags
            for seed in range(10)
            for flags in flagged(crowd(seed, [kind] * 4))[0]
        ]
        assert np.mean(found) >= 0.85

    @pytest.mark.parametrize("prompts", [20, 600])
    def test_leaves_honest_raters_alone(self, prompts):
        found = [
            bool(flags)
            for seed in range(12)
            for flags in flagged(crowd(seed, [], prompts=prompts))[1]
        ]
        assert np.mean(found) <= 0.01

    def test_leaves_raters_of_their_own_taste_alone(self):
        found = [
            bool(flags) for seed in range(8) for flags in flagged(crowd(seed, [], taste=0.4))[1]
        ]
        assert np.mean(found) <= 0.02

    def test_finds_who_never_takes_a_side(self):
        assert flagged(crowd(2, ["tie"]))[0] == [(Flag.ONLY_TIES,)]

    def test_finds_who_votes_faster_than_anyone_reads(self):
        votes = crowd(3, ["honest"])
        seconds = np.where(votes.rater == HONEST, 2.0, 30.0)
        words = np.full(len(seconds), 200.0)
        review = raters.review_raters(
            RaterVotes(**{**vars(votes), "seconds": seconds, "words": words})
        )
        assert review.flagged == (HONEST,)
        assert review.records[HONEST].median_seconds == 2
        assert review.records[0].fast_share == 0

    def test_answers_without_votes(self):
        none = np.zeros(0, int)
        review = raters.review_raters(RaterVotes(3, 2, none, none, none, none, none, none))
        assert review.flagged == ()
        assert json.dumps(review.to_dict(), allow_nan=False)

    def test_refuses_arrays_of_unequal_length(self):
        none = np.zeros(0, int)
        with pytest.raises(StatsError):
            raters.review_raters(RaterVotes(3, 2, none, none, none, none, none, np.zeros(1, int)))


class TestLeaveOneOutAgreement:
    def test_expects_what_honest_raters_do(self):
        votes = crowd(4, [])
        found = loo_agreement.leave_one_out_agreement(
            5, votes.first, votes.second, votes.outcome, votes.prompt, votes.rater, votes.raters
        )
        assert found.agreement.mean() == pytest.approx(found.expected.mean(), abs=0.01)
        assert abs(found.z.mean()) < 0.4
        assert found.correlation > 0.02

    def test_does_not_ask_a_rater_about_itself(self):
        # Two raters, opposite on everything: each disagrees with the other in full.
        first, second = np.zeros(40, int), np.ones(40, int)
        outcome, rater = np.repeat([1, 4], 20), np.repeat([0, 1], 20)
        prompt = np.tile(np.arange(20), 2)
        found = loo_agreement.leave_one_out_agreement(2, first, second, outcome, prompt, rater, 2)
        assert found.agreement.tolist() == [0, 0]

    def test_own_votes_on_a_matchup_are_no_evidence(self):
        # Nine raters are of one mind on each of 60 prompts; the tenth judges others, alone.
        rng = np.random.default_rng(5)
        rater = np.repeat(np.arange(10), 60)
        prompt = np.tile(np.arange(60), 10) + np.where(rater == 9, 60, 0)
        mind = rng.choice([1, 4], size=60)
        outcome = np.where(rater == 9, rng.choice([1, 4], size=600), np.tile(mind, 10))
        found = loo_agreement.leave_one_out_agreement(
            2, np.zeros(600, int), np.ones(600, int), outcome, prompt, rater, 10
        )
        assert found.agreement[:9].tolist() == [1] * 9
        assert found.agreement[9] < 0.7

    def test_turning_pairs_round_changes_nothing(self):
        votes = crowd(6, ["random"])
        turn = np.random.default_rng(0).random(len(votes.first)) < 0.5
        swapped = np.array([5, 4, 2, 3, 1, 0, 6])[votes.outcome]
        one = loo_agreement.leave_one_out_agreement(
            5, votes.first, votes.second, votes.outcome, votes.prompt, votes.rater, votes.raters
        )
        two = loo_agreement.leave_one_out_agreement(
            5,
            np.where(turn, votes.second, votes.first),
            np.where(turn, votes.first, votes.second),
            np.where(turn, swapped, votes.outcome),
            votes.prompt,
            votes.rater,
            votes.raters,
        )
        assert one.z == pytest.approx(two.z)


class TestWithAndWithout:
    def test_one_tenth_of_bots_excluded_restores_the_ranks(self):
        votes = crowd(8, ["left"] * 7, each=60)
        review = raters.review_raters(votes)
        assert set(review.flagged) >= set(range(HONEST, HONEST + 7))
        cells = from_clusters(
            5, votes.raters, votes.rater, votes.first, votes.second, votes.outcome
        )
        whole = fit(from_counts(5, votes.first, votes.second, votes.outcome))
        found = raters.with_and_without(whole, cells, review.flagged)
        kept = ~np.isin(votes.rater, review.flagged)
        alone = fit(from_counts(5, votes.first[kept], votes.second[kept], votes.outcome[kept]))
        assert found.strengths_without == pytest.approx(alone.strengths, abs=1e-6)
        assert found.votes_with - found.votes_without == (~kept).sum()
        assert np.argsort(-found.strengths_without).tolist() == [0, 1, 2, 3, 4]
        assert json.dumps(found.to_dict())
