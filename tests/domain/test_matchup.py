"""Which prompt comes next and which of its matchups, by counting what chance draws."""

import random
from collections import Counter

import pytest

from service.domain import matchup
from service.domain.matchup import Entrant, Offer

ROUNDS = 3000
TRIO = [Entrant(7, 70, "b"), Entrant(8, 80, "a"), Entrant(9, 90, "c")]


def nobody_asks() -> frozenset[int]:
    pytest.fail("what was dealt last matters only where nothing is unseen")


def offer(prompt_id: int, times_seen: int) -> Offer:
    return Offer(prompt_id, matchups=3, places_open=3, times_seen=times_seen, dealt=times_seen)


class TestPickPrompt:
    def test_takes_unseen_prompts_first_and_each_as_often(self):
        rng = random.Random(1)
        offers = [offer(1, 1), offer(2, 0), offer(3, 0), offer(4, 2)]
        drawn = Counter(
            matchup.pick_prompt(offers, nobody_asks, rng).prompt_id for _ in range(ROUNDS)
        )
        assert drawn.keys() == {2, 3}
        assert abs(drawn[2] / ROUNDS - 0.5) < 0.03

    def test_takes_what_was_seen_least_but_not_just_now(self):
        rng = random.Random(2)
        offers = [offer(1, 1), offer(2, 1), offer(3, 2)]
        drawn = {matchup.pick_prompt(offers, lambda: {1}, rng).prompt_id for _ in range(50)}
        assert drawn == {2}

    def test_takes_one_seen_just_now_where_there_is_no_other(self):
        drawn = matchup.pick_prompt([offer(1, 1)], lambda: {1}, random.Random(3))
        assert drawn == offer(1, 1)

    def test_returns_nothing_where_nothing_is_offered(self):
        assert matchup.pick_prompt([], nobody_asks, random.Random(4)) is None

    def test_the_draw_follows_the_order_and_no_id(self):
        def places(ids: list[int]) -> list[int]:
            rng = random.Random(5)
            offers = [offer(identity, 0) for identity in ids]
            return [
                ids.index(matchup.pick_prompt(offers, nobody_asks, rng).prompt_id)
                for _ in range(40)
            ]

        assert places([1, 2, 3]) == places([30, 7, 11])


class TestAlike:
    def test_names_what_has_one_look_on_both_sides(self):
        entrants = [
            *(Entrant(1, 10, "a"), Entrant(2, 20, "a"), Entrant(3, 30, "b"), Entrant(9, 90, "a")),
            *(Entrant(4, 40, "b"), Entrant(5, 50, "a"), Entrant(5, 51, "b")),
        ]
        assert matchup.alike(entrants) == {(1, 2), (1, 9), (2, 9), (3, 4)}

    def test_knows_samples_that_are_all_the_same(self):
        entrants = [Entrant(1, 10, "a"), Entrant(1, 11, "a"), Entrant(2, 20, "a")]
        assert matchup.alike(entrants) == {(1, 2)}


class TestPick:
    def test_takes_other_samples_where_those_it_drew_look_the_same(self):
        rng = random.Random(16)
        entrants = [Entrant(1, 10, "a"), Entrant(1, 11, "b"), Entrant(2, 20, "a")]
        for _ in range(20):
            draw = matchup.pick(entrants, {}, frozenset(), 1, None, rng)
            assert {draw.first.completion_id, draw.second.completion_id} == {11, 20}

    def test_draws_evenly_among_the_matchups_with_the_fewest_votes(self):
        rng = random.Random(6)
        taken = {(7, 8): 1}
        drawn = Counter(
            frozenset((draw.first.configuration_id, draw.second.configuration_id))
            for draw in (
                matchup.pick(TRIO, taken, frozenset(), 2, None, rng) for _ in range(ROUNDS)
            )
        )
        assert drawn.keys() == {frozenset({7, 9}), frozenset({8, 9})}
        assert abs(drawn[frozenset({7, 9})] / ROUNDS - 0.5) < 0.03

    def test_deals_none_that_is_full_or_was_seen(self):
        rng = random.Random(7)
        taken = {(7, 8): 1, (7, 9): 1}
        drawn = matchup.pick(TRIO, taken, frozenset(), 1, None, rng)
        assert (drawn.first.configuration_id, drawn.second.configuration_id) == (8, 9)
        assert drawn.probability == 1
        assert matchup.pick(TRIO, taken, frozenset({(8, 9)}), 1, None, rng) is None

    def test_a_full_matchup_may_come_in_an_adaptive_study_and_a_seen_one_may_not(self):
        rng = random.Random(8)
        weights = {(7, 8): 3.0, (7, 9): 1.0, (8, 9): 6.0}
        draws = [
            matchup.pick(TRIO, {(7, 8): 9}, frozenset({(8, 9)}), 1, weights, rng)
            for _ in range(ROUNDS)
        ]
        pairs = Counter(
            matchup.pair_of(one.first.configuration_id, one.second.configuration_id)
            for one in draws
        )
        assert pairs.keys() == {(7, 8), (7, 9)}
        assert abs(pairs[7, 8] / ROUNDS - 0.75) < 0.03
        assert {round(one.probability, 2) for one in draws} == {0.75, 0.25}

    def test_one_of_several_samples_stands_for_a_configuration(self):
        rng = random.Random(9)
        entrants = [Entrant(1, 10, "a"), Entrant(1, 11, "b"), Entrant(2, 20, "c")]
        drawn = Counter(
            matchup.pick(entrants, {}, frozenset(), 1, None, rng).first.completion_id
            for _ in range(ROUNDS)
        )
        assert drawn.keys() == {10, 11}
        assert abs(drawn[10] / ROUNDS - 0.5) < 0.03
