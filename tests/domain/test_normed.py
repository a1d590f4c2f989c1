import pytest

from service.domain import normed
from service.domain.normed import Reasoned, Split, Stage


def split(one, neither, other, **fields):
    return Split("p", "P?", ("x", "y"), ("A", "B"), one, neither, other, **fields)


class TestSplit:
    @pytest.mark.parametrize(
        ("said", "divides"),
        [
            ((0, 0, 0), False),
            ((1, 0, 0), False),
            ((1, 0, 1), True),
            ((3, 0, 1), True),
            ((5, 9, 1), False),
            ((0, 7, 0), False),
            ((3, 5, 3), True),
        ],
    )
    def test_divides_where_a_quarter_stands_against_the_rest(self, said, divides):
        assert split(*said).divides is divides


class TestStage:
    @pytest.mark.parametrize(
        ("splits", "raters", "stage"),
        [
            ([split(0, 0, 0)], 0, Stage.NO_VOTES),
            ([split(1, 0, 0)], 1, Stage.ONE_RATER),
            ([split(1, 0, 0), split(0, 0, 1)], 2, Stage.ALONE),
            ([split(0, 4, 0), split(0, 2, 0)], 4, Stage.TIES),
            ([split(4, 0, 0), split(0, 1, 3)], 4, Stage.AGREED),
            ([split(4, 0, 0), split(2, 0, 2)], 4, Stage.DIVIDED),
        ],
    )
    def test_says_what_came_of_it(self, splits, raters, stage):
        assert normed.stage_of(splits, raters) is stage


class TestProposed:
    def test_are_reasons_where_people_divide_those_given_most_first(self):
        given = (Reasoned("tone", 1, 3, 0), Reasoned("clear", 0, 0, 1), Reasoned("length", 4, 1, 0))
        splits = [
            split(2, 0, 2, reasons=given),
            split(4, 0, 0, reasons=(Reasoned("safe", 9, 0, 0),)),
        ]
        assert normed.proposed(splits, ()) == ("length", "tone", "clear")
        assert normed.proposed(splits, ("a", "b", "c", "d")) == ("length",)
        assert normed.proposed(splits, tuple("abcde")) == ()
