import random
from collections import Counter

import pytest

from service.domain import norming
from service.domain.norming import Matchups


class TestSize:
    @pytest.mark.parametrize(
        ("wanted", "there_are", "found"),
        [(0, 100, 0), (7, 100, 7), (7, 13, 6), (7, 10, 5), (7, 9, 0), (5, 10, 5)],
    )
    def test_is_half_of_all_at_most_and_five_or_nothing(self, wanted, there_are, found):
        assert norming.size(wanted, there_are) == found


class TestDrawPrompts:
    def test_gives_every_matchup_the_same_chance_where_prompts_are_alike(self):
        rng = random.Random(1)
        offered = [Matchups(number, 3) for number in range(12)]
        counted: Counter[int] = Counter()
        for _ in range(4000):
            counted.update(norming.draw_prompts(offered, 6, rng))
        assert sum(counted.values()) == 24_000
        # 2000 each, with a standard deviation of 32.
        assert all(abs(number - 2000) < 140 for number in counted.values())

    def test_draws_the_first_by_how_many_matchups_a_prompt_makes(self):
        rng = random.Random(2)
        offered = [Matchups(1, 1), Matchups(2, 3)]
        first = Counter(next(iter(norming.draw_prompts(offered, 1, rng))) for _ in range(4000))
        assert abs(first[2] - 3000) < 120

    def test_takes_a_prompt_twice_only_once_all_have_come(self):
        offered = [Matchups(number, 3) for number in range(4)]
        drawn = norming.draw_prompts(offered, 6, random.Random(3))
        assert sorted(drawn.values()) == [1, 1, 2, 2]

    def test_takes_no_more_than_there_are(self):
        assert norming.draw_prompts([Matchups(1, 2)], 5, random.Random(3)) == {1: 2}
