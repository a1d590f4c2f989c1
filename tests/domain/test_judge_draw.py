import random
from collections import Counter

from service.domain import judge_draw
from service.domain.judge_draw import Matchup, Text

# Prompt 1 has three configurations and two samples of one; prompt 2 two that look alike.
TEXTS = [
    Text(1, 10, 100, "a"),
    Text(1, 10, 101, "b"),
    Text(1, 11, 102, "c"),
    Text(1, 12, 103, "d"),
    Text(2, 10, 104, "e"),
    Text(2, 11, 105, "e"),
    Text(3, 11, 106, "f"),
    Text(3, 12, 107, "g"),
]
THERE = {(100, 102), (100, 103), (101, 102), (101, 103), (102, 103), (106, 107)}


def drawn(number, may=lambda _: True, seed=1):
    return judge_draw.drawn(judge_draw.of(TEXTS), number, may, random.Random(seed))


class TestDrawn:
    def test_finds_every_matchup_once(self):
        found = drawn(100)
        assert {one.texts for one in found} == THERE
        assert len(found) == len(THERE)
        assert Matchup(3, (106, 107)) in found

    def test_takes_no_more_than_wanted_and_only_what_it_may(self):
        assert len(drawn(2)) == 2
        assert [one.texts for one in drawn(9, lambda one: one.prompt == 3)] == [(106, 107)]
        assert judge_draw.drawn(judge_draw.of([]), 5, lambda _: True, random.Random(1)) == []

    def test_draws_each_as_likely_as_any_other(self):
        rounds = 6000
        found = Counter(drawn(1, seed=seed)[0].texts for seed in range(rounds))
        expected = rounds / len(THERE)
        chi_square = sum((found[one] - expected) ** 2 / expected for one in THERE)
        assert chi_square < 20.5  # the 99.9 % point for five degrees of freedom
