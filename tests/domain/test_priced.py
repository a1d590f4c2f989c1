import pytest

from service.domain import priced
from service.domain.priced import Mean, Prices, Standing
from tests import boards


class TestGap:
    def test_turned_says_the_same_of_the_other(self):
        one = boards.gap("cost", "a", "b", boards.mean(1.0), boards.mean(4.0))
        other = one.turned()
        assert (other.value, other.low, other.high) == (3.0, -one.high, -one.low)
        assert (other.first_mean, other.second_mean) == (4.0, 1.0)
        assert other.turned() == one

    @pytest.mark.parametrize("costs", [(1.0, 4.0), (1.0, 1.01), (0.0, 0.0), (4.0, 1.0)])
    def test_never_says_of_both_that_they_take_less(self, costs):
        one = boards.gap("cost", "a", "b", *map(boards.mean, costs))
        assert not (one.is_less and one.turned().is_less)
        assert one.is_same == one.turned().is_same

    def test_tells_by_which_part_the_two_differ_on_the_same_prompts(self):
        assert boards.gap("cost", "a", "b", boards.mean(3.6), boards.mean(4.0)).part == (
            pytest.approx(0.1)
        )
        assert boards.gap("cost", "a", "b", boards.mean(3.6), boards.mean(0.0)).part == 0


class TestPrices:
    def test_find_a_gap_from_both_sides(self):
        found = boards.prices({"a": 1.0, "b": 4.0})
        assert found.gap("cost", "b", "a") == found.gap("cost", "a", "b").turned()
        assert found.gap("latency", "a", "b") is None

    def test_know_nothing_of_who_does_not_compete(self):
        assert Prices().of("gone") == Standing("gone")

    def test_tell_means_by_their_measure(self):
        found = boards.prices({"a": 1.0}, {"a": 500.0}).of("a")
        assert found.mean("cost") == Mean(1.0, 0.9, 1.1, 24)
        assert found.mean("latency").value == 500.0
        assert found.frontier("cost") is None
        assert found.frontier("latency") is None


class TestWanted:
    def test_are_pairs_with_those_asked_for_each_once(self):
        assert priced.wanted("abcd", "ac") == [
            ("a", "b"),
            ("a", "c"),
            ("a", "d"),
            ("c", "b"),
            ("c", "d"),
        ]
