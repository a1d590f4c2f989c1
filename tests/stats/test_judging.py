"""Agreement of a judge with people: majorities, kappas of peers, and what may be replaced."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from service.stats import judging
from service.stats.findings import StatsError
from service.stats.judging import FIRST, SECOND, TIE
from service.stats.proportions import Estimate


class TestMajority:
    def test_is_what_most_say_and_a_tie_where_people_are_divided(self):
        said = judging.majority([[2, 0, 1], [1, 0, 1], [0, 2, 0], [0, 1, 3], [1, 1, 0]])
        assert said.tolist() == [FIRST, TIE, TIE, SECOND, TIE]


class TestCompare:
    def test_gives_the_kappa_of_scikit_learn(self):
        rng = np.random.default_rng(3)
        people = rng.integers(0, 3, 300)
        judge = np.where(rng.random(300) < 0.6, people, rng.integers(0, 3, 300))
        found = judging.compare(people, judge, rng.integers(0, 40, 300))
        assert found.kappa.value == pytest.approx(cohen_kappa_score(people, judge))
        assert found.observed.value == (people == judge).mean()
        assert found.kappa.lower < found.kappa.value < found.kappa.upper

    def test_has_no_kappa_where_all_say_the_same(self):
        found = judging.compare(np.zeros(30, int), np.zeros(30, int), np.arange(30))
        assert found.kappa is None
        assert found.observed.lower < 0.9

    def test_refuses_other_codes(self):
        with pytest.raises(StatsError):
            judging.compare([3], [0], [0])


class TestCompareGrades:
    def test_gives_the_linear_kappa_of_scikit_learn(self):
        people, judge = [1, 2, 3, 4, 5, 5, 2], [2, 2, 3.4, 4, 4.6, 4, 1]
        found = judging.compare_grades(people, judge)
        rounded = np.rint(judge).astype(int)
        assert found.coefficient.value == pytest.approx(
            cohen_kappa_score(people, rounded, weights="linear", labels=[1, 2, 3, 4, 5])
        )


class TestBesidePeople:
    def test_counts_pairs_of_votes_and_votes_with_the_verdict(self):
        votes = [[2, 0, 1], [0, 2, 0], [1, 0, 0]]
        found = judging.beside_people(votes, [FIRST, SECOND, FIRST], [0, 1, 2])
        assert found.people.value == pytest.approx(2 / 4)  # one of three pairs, one of one
        assert found.judge.value == pytest.approx(2 / 5)
        assert found.gap.value == pytest.approx(2 / 5 - 2 / 4)
        assert found.matchups == 2

    def test_is_silent_where_nobody_judged_twice(self):
        assert judging.beside_people([[1, 0, 0]], [FIRST], [0]) is None

    def test_refuses_votes_counted_otherwise(self):
        with pytest.raises(StatsError):
            judging.beside_people([[1, 0]], [FIRST], [0])


def compared(lower, value, upper, matchups):
    return judging.Compared(Estimate(value, lower, upper), None, matchups)


class TestMayReplace:
    def test_never_decides_on_a_handful(self):
        found = judging.may_replace(compared(0.85, 0.97, 1, 29), None)
        assert (found.state, found.rule) == ("not_enough", "threshold")
        assert found.needed >= judging.LEAST

    @pytest.mark.parametrize(
        ("ends", "state"),
        [
            ((0.81, 0.9, 0.95), "may"),
            ((0.6, 0.7, 0.79), "may_not"),
            ((0.7, 0.85, 0.9), "not_enough"),
        ],
    )
    def test_holds_single_votes_against_the_threshold(self, ends, state):
        assert judging.may_replace(compared(*ends, 100), None).state == state

    @pytest.mark.parametrize(
        ("ends", "state"),
        [
            ((-0.04, 0.0, 0.04), "may"),
            ((-0.3, -0.2, -0.1), "may_not"),
            ((-0.2, 0.0, 0.2), "not_enough"),
        ],
    )
    def test_prefers_people_beside_it_where_there_are_enough(self, ends, state):
        lower, value, upper = ends
        half = Estimate(0.6, 0.5, 0.7)
        beside = judging.Beside(half, half, Estimate(value, lower, upper), 60)
        found = judging.may_replace(compared(0.9, 0.95, 1, 60), beside)
        assert (found.state, found.rule) == (state, "beside_people")
        assert (found.needed is not None) == (state == "not_enough")

    def test_forecasts_coarsely_and_not_at_all_where_it_is_close(self):
        close = judging.may_replace(compared(0.7, 0.805, 0.9, 100), None)
        far = judging.may_replace(compared(0.78, 0.9, 1.0, 100), None)
        assert close.needed == judging.LEAST or close.needed is None
        assert far.needed is not None
        assert far.needed % 50 == 0
