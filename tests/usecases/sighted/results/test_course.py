import random

import numpy as np
import pytest

from service.usecases.sighted.results import course
from service.usecases.sighted.results.looks import Looks
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.results.planted import Vote, fair


def moments(number, parts=6):
    return tuple((number * at // parts, f"2026-03-12T0{at}:00:00") for at in range(1, parts + 1))


class TestFollow:
    def test_ends_where_the_leaderboard_stands(self):
        votes = fair(pairs=((1, 2), (1, 3), (2, 3)))
        found = planted.board(votes, looks=Looks(moments=moments(len(votes))))
        last = found.course.moments[-1]
        assert last.votes == found.votes
        now = {row.configuration: rating for row, rating in found.competing}
        assert [one.configuration for one in last.standings] == [*now]
        for one in last.standings:
            assert one.share == pytest.approx(now[one.configuration].expected_share)
            # It holds at every look, so it is wider than the interval of one.
            assert one.low < now[one.configuration].expected_low
            assert one.high > now[one.configuration].expected_high

    def test_leaves_out_moments_at_which_votes_join_nobody(self):
        votes = [*fair(pairs=((1, 2),)), *fair(pairs=((2, 3),))]
        found = planted.board(votes, looks=Looks(moments=moments(len(votes), 2)))
        assert [moment.votes for moment in found.course.moments] == [160]

    def test_says_why_there_is_none(self):
        assert planted.board([Vote(1, 1, "first")]).course.why == "too_few_votes"
        many = planted.board(fair(), history=(), looks=Looks())
        assert many.course.why == "too_many_votes"

    def test_misses_the_truth_at_any_look_seldom(self):
        rng = random.Random(8)
        missed = 0
        for _ in range(60):
            votes = [
                Vote(at % 20, at % 23, "first" if rng.random() < 0.6 else "second")
                for at in range(160)
            ]
            told = planted.basis(votes).history
            found = course.follow(told, {1: "Alpha", 2: "Beta"}, moments(160, 5))
            standings = [moment.standings for moment in found.moments]
            of_alpha = [one for each in standings for one in each if one.configuration == "Alpha"]
            missed += any(not one.low <= 0.6 <= one.high for one in of_alpha)
        assert missed / 60 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)


class TestVotes:
    def test_are_of_the_largest_part_alone(self):
        votes = [*fair(), *fair(prompts=4, pairs=((3, 4),))]
        found = planted.board(
            votes,
            names=("Alpha", "Beta", "Gamma", "Delta"),
            looks=Looks(moments=moments(len(votes))),
        )
        names = {one.configuration for one in found.course.moments[-1].standings}
        assert names == {"Alpha", "Beta"}
