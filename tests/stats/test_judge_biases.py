"""Leanings of a judge against people on the same matchups, and whether it carries over."""

import numpy as np
import pytest

from service.stats import judge_biases
from service.stats.judge_biases import transport


class TestPosition:
    def test_is_half_for_a_judge_that_always_takes_the_first_shown(self):
        found = judge_biases.position(np.ones(40), np.zeros(40), np.arange(40))
        assert found.is_found
        assert found.bias.value == pytest.approx(0.5)
        assert found.bias.lower > 0.3

    def test_is_none_for_one_that_never_flips(self):
        said = np.random.default_rng(1).integers(0, 2, 60)
        assert not judge_biases.position(said, said, np.arange(60)).is_found


class TestLength:
    def test_leaves_out_texts_of_one_length_and_turns_to_the_longer(self):
        found = judge_biases.length([0.5] * 3, [1, 0, 1], [9, 1, 5], [1, 9, 5], [0, 1, 2])
        assert found.units == 2
        assert found.bias.value == pytest.approx(0.5)

    def test_says_nothing_of_nothing(self):
        found = judge_biases.length([0.5], [1], [5], [5], [0])
        assert (found.bias, found.units, found.is_found) == (None, 0, False)


class TestLeniency:
    def test_is_in_grades(self):
        found = judge_biases.leniency([1, 2, 3, 4], [2, 3.5, 4, 5], [0, 1, 2, 3])
        assert found.bias.value == pytest.approx(1.125)
        assert found.is_found


def carried(residuals, number, seed=2):
    """Return the states of three items where the judge gives the first so much too much."""
    rng = np.random.default_rng(seed)
    first, second = np.zeros(number, int), np.tile([1, 2], number // 2)
    people = rng.choice([0, 0.5, 1.0], number)
    judge = people + residuals + rng.normal(0, 0.1, number)
    found = transport(3, first, second, people, judge, np.arange(number))
    return [one.state for one in found]


class TestTransport:
    def test_is_borrowed_below_twenty_of_its_own(self):
        assert carried(0.0, 30) == ["passed", "borrowed", "borrowed"]

    def test_fails_where_the_judge_gives_it_more_than_people_do(self):
        assert carried(0.3, 60)[0] == "failed"

    def test_is_unclear_where_neither_is_shown(self):
        rng = np.random.default_rng(1)
        people, judge = rng.integers(0, 2, 24), rng.integers(0, 2, 24)
        found = transport(2, np.zeros(24, int), np.ones(24, int), people, judge, np.arange(24))
        assert {one.state for one in found} == {"unclear"}

    def test_fails_one_that_has_no_spread_and_is_always_wrong(self):
        found = transport(2, [0] * 25, [1] * 25, [0] * 25, [1] * 25, np.arange(25))
        assert {one.state for one in found} == {"failed"}
