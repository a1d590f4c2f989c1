"""Every assignment is built here, with a fair coin, an exchange, or the sides of elsewhere."""

import random
from dataclasses import fields

import pytest

from service.blinding import sides
from service.domain.vote import Choice, Outcome
from service.store.models import Assignment
from tests.factories import later

TO = sides.Recipient(study_id=1, rater_id=2, now=later(0), lease_until=later(30))
LOW, HIGH = sides.Text(3, 30), sides.Text(4, 40)


def shown(made: sides.NewAssignment) -> tuple[int, int]:
    """Return the completions as they stand, left and right."""
    return sides.left_and_right(made.first_completion_id, made.second_completion_id, made.sides)


def test_what_is_built_has_every_column_of_an_assignment_but_its_id():
    columns = {column.key for column in Assignment.__table__.c} - {"id"}
    assert {field.name for field in fields(sides.NewAssignment)} == columns


class TestDeal:
    @pytest.mark.parametrize("texts", [(LOW, HIGH), (HIGH, LOW)])
    def test_tosses_a_fair_coin_over_texts_and_names_matchups_by_id(self, texts):
        rng = random.Random(1)
        made = [sides.deal(rng, TO, 5, texts) for _ in range(4000)]
        left = sum(shown(one)[0] == LOW.completion_id for one in made)
        assert abs(left - 2000) < 4.5 * 4000**0.5 / 2
        assert {(one.first_completion_id, one.second_completion_id) for one in made} == {(30, 40)}

    def test_stands_by_the_coin_alone_whoever_has_the_lower_id(self):
        renamed = (sides.Text(9, 30), sides.Text(4, 40))
        for seed in range(20):
            one = sides.deal(random.Random(seed), TO, 5, (LOW, HIGH))
            other = sides.deal(random.Random(seed), TO, 5, renamed)
            assert shown(one) == shown(other)


class TestRepeat:
    @pytest.mark.parametrize("seed", range(8))
    def test_exchanges_the_sides(self, seed):
        first = sides.deal(random.Random(seed), TO, 5, (LOW, HIGH))
        again = sides.repeat(TO, 5, LOW, HIGH, first.sides)
        assert shown(again) == shown(first)[::-1]
        assert again.kind == "repeat"


class TestImported:
    @pytest.mark.parametrize(("left", "right"), [(LOW, HIGH), (HIGH, LOW)])
    def test_keeps_the_sides_of_elsewhere(self, left, right):
        made = sides.imported(TO, 5, left, right)
        assert shown(made) == (left.completion_id, right.completion_id)
        assert (made.state, made.ended_at) == ("voted", later(0))


class TestReading:
    @pytest.mark.parametrize("stand", sides.BOTH)
    def test_what_is_said_of_sides_comes_back_as_said_of_texts(self, stand):
        left, right = sides.left_and_right("first", "second", stand)
        assert sides.first_and_second(left, right, stand) == ("first", "second")
        choice = Choice.LEFT if left == "first" else Choice.RIGHT
        assert sides.unblind(choice, stand) == Outcome.FIRST
        assert sides.unblind(Choice.BOTH_BAD, stand) == Outcome.BOTH_BAD
