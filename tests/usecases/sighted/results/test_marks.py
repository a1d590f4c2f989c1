import random

import pytest

from service.domain.marks import Grading, Wanted
from service.reporting.marks import of_grades
from service.reporting.words import ENGLISH
from service.usecases.sighted.results import marks
from service.usecases.sighted.results.fold import Given
from service.usecases.sighted.results.marks import MarksBasis

NAMES = {1: "A", 2: "B", 3: "C"}
PEOPLE, PROMPTS = range(7), range(10)


def graded(grades, people=PEOPLE, prompts=PROMPTS):
    """Everybody's grades of some configurations for every prompt."""
    given = Given()
    for identity, grade in grades.items():
        for rater in people:
            said = [grade(rater, prompt) if callable(grade) else grade for prompt in prompts]
            given.add([identity] * len(said), said, [rater] * len(said), list(prompts))
    return given


def sentences(given, grading=Grading.ONLY, retired=()):
    asked = Wanted((), grading)
    found = marks.compute(MarksBasis(asked, NAMES, given, {}, frozenset(retired)))
    return of_grades(found, ENGLISH)


def some(low, high):
    rng = random.Random(1)
    return lambda _rater, _prompt: rng.choice((low, high))


class TestSentences:
    def test_do_not_crown_who_has_one_grade(self):
        given = graded({2: some(4, 5), 3: 2})
        given.add([1], [5], [0], [0])
        first, apart, above, few = sentences(given)
        assert first.startswith("B has the highest mean grade, 4.")
        assert first.endswith(", by 7 people.")
        assert apart == "Its grades are higher than those of C."
        assert above == "A has a higher mean, of too few grades to compare."
        assert few.startswith("Too few grades for an interval: A.")

    def test_count_the_people_who_graded_the_best(self):
        given = graded({1: some(4, 5)}, people=range(5))
        given.add(*graded({3: 1}).columns)
        assert sentences(given)[0].endswith(", by 5 people.")

    def test_do_not_crown_what_is_retired(self):
        first = sentences(graded({1: 5, 2: some(3, 4), 3: 1}), retired={1})[0]
        assert first.startswith("B has the highest mean grade")

    def test_say_who_may_be_as_good(self):
        by_prompt, by_rater = (lambda _, at: 4 + (at > 3)), (lambda at, _: 4 + (at > 3))
        first, apart = sentences(graded({1: by_prompt, 2: by_rater, 3: 1}))
        assert first.endswith(", by 7 people, but B may be as good.")
        assert apart == "Its grades are higher than those of C."

    def test_compare_several_on_top_with_the_rest(self):
        said = sentences(graded({1: 5, 2: 5, 3: 1}))
        assert said == [
            "A and B have the highest mean grade, 5.0 of 5, by 7 people.",
            "Their grades are higher than those of C.",
        ]

    def test_crown_nobody_where_there_are_too_few(self):
        said = sentences(graded({1: 5, 2: 1}, people=range(4), prompts=range(4)))
        assert said[0] == "It is too early to say whose mean grade is the highest."
        assert "highest mean grade," not in " ".join(said)

    @pytest.mark.parametrize("grading", list(Grading)[1:])
    def test_prefer_votes_where_there_are_any(self, grading):
        last = sentences(graded({1: 5, 2: 1}), grading)[-1]
        assert ("votes compare better" in last) is (grading is Grading.WITH_VOTES)

    def test_of_nothing_are_none(self):
        assert sentences(Given()) == []
