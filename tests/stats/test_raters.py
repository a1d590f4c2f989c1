import json

import numpy as np
import pytest

from service.stats import fit, from_clusters, from_counts, raters
from service.stats.findings import StatsError
from service.stats.raters import Flag, RaterVotes
from tests.oracles.crowd import HONEST, crowd


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
