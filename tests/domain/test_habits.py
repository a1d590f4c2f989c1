import random

import pytest

from service.domain import habits
from service.domain.habits import Habit, Said, Sign
from service.domain.vote import OFFERED, Choice

KEYS = list(OFFERED)


def said(choices, seconds=None, words=None):
    return [Said(Choice(one), seconds, words) for one in choices]


def found(choices, **more):
    return habits.signs(said(choices, **more))


class TestSigns:
    @pytest.mark.parametrize("number", [0, 1, 11])
    def test_are_none_of_few_votes(self, number):
        assert found(["left"] * number, seconds=0.1) == ()

    def test_find_one_side_with_its_figure(self):
        assert found([*["left"] * 5, "right", "both_bad", *["left_much", "left"] * 6, "left"]) == (
            Sign(Habit.ONE_SIDE, 18, 19, "left"),
        )
        assert found(["right"] * 9 + ["right_much"] * 9)[0].detail == "right"

    def test_find_one_key_for_a_side_and_leave_ties_alone(self):
        assert found(["left"] * 14) == (Sign(Habit.ONE_SIDE, 14, 14, "left"),)
        assert found(["both_bad"] * 14) == ()

    @pytest.mark.parametrize("length", [2, 3, 6])
    def test_find_keys_in_turn(self, length):
        sign = found([KEYS[0], KEYS[-1], *KEYS[1:-1]][:length] * 9)
        assert [(one.habit, one.detail) for one in sign] == [(Habit.IN_TURN, str(length))]
        assert sign[0].number == sign[0].of

    def test_find_keys_in_turn_with_a_slip_now_and_then(self):
        choices = ["left", "right"] * 15
        choices[9] = choices[20] = "both_good"
        (sign,) = found(choices)
        assert (sign.habit, sign.of) == (Habit.IN_TURN, 28)

    def test_find_votes_too_fast_to_have_read(self):
        honest = ["left", "right", "right", "left", "both_good", "left", "right", "both_bad"] * 2
        slow, fast = said(honest, 30.0, 300.0), said(honest, 19.0, 300.0)
        assert habits.signs(slow) == ()
        assert habits.signs(fast + slow[:3]) == (Sign(Habit.TOO_FAST, 16, 19),)
        assert habits.signs(said(honest, 2.9)) == (Sign(Habit.TOO_FAST, 16, 16),)
        assert habits.signs(said(honest, 3.1)) == ()

    def test_come_to_hardly_anybody_who_judges_by_texts(self):
        """Ties and strengths as people give them, the better text on either side by a coin."""
        rng = random.Random(7)
        weights = [
            (1, 3, 2, 1, 3, 1),
            (0, 1, 0, 0, 1, 0),
            (1, 2, 8, 8, 2, 1),
            (0, 1, 18, 0, 1, 0),
        ]
        number = 0
        for world in range(4000):
            choices = rng.choices(KEYS, weights[world % 4], k=rng.randrange(12, 201))
            number += bool(found(choices, seconds=20.0, words=200.0))
        assert number <= 16

    def test_hold_the_whole_distribution(self):
        assert habits.at_least(0, 7, 0.3) == pytest.approx(1)
        assert habits.at_least(9, 10, 0.5) == pytest.approx(11 / 1024)


class TestSecondsFor:
    def test_is_the_median_of_what_is_known(self):
        assert habits.seconds_for([]) is None
        assert habits.seconds_for(said(["left"] * 2)) is None
        three = said(["left"], 4.0) + said(["left"], 90.0) + said(["left"], 8.0)
        assert habits.seconds_for(three + said(["left"])) == 8.0
