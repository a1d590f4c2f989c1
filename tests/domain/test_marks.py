import pytest

from service.domain import marks
from service.domain.marks import Given, Grading, Lead, MarksIncomplete, MarksNotWanted, Wanted

BOTH = Wanted(("Kind", "Right"), Grading.WITH_VOTES)


class TestWanted:
    def test_is_nothing_by_default(self):
        assert not marks.wanted_of({}).is_anything

    def test_is_read_from_the_options_of_a_study(self):
        assert marks.wanted_of({"criteria": ["Kind", "Right"], "grades": "with_votes"}) == BOTH
        assert marks.wanted_of({"grades": "only"}).replaces_vote


class TestParse:
    def test_returns_what_is_whole(self):
        given = marks.parse(BOTH, ["left", "equal"], [5, 1])
        assert given == Given((Lead.LEFT, Lead.EQUAL), (5, 1))
        assert marks.parse(Wanted(("Kind",)), ["right"], []) == Given((Lead.RIGHT,))

    @pytest.mark.parametrize(
        ("criteria", "grades"),
        [
            (["left"], [5, 1]),
            (["left", "left", "left"], [5, 1]),
            (["left", "middle"], [5, 1]),
            (["left", None], [5, 1]),
            (["left", ["left"]], [5, 1]),
            (["left", "left"], []),
            (["left", "left"], [5]),
            (["left", "left"], [5, 0]),
            (["left", "left"], [6, 1]),
            (["left", "left"], [5, "1"]),
            (["left", "left"], [5, 1.5]),
            (["left", "left"], [5, None]),
        ],
    )
    def test_refuses_the_rest(self, criteria, grades):
        with pytest.raises(MarksIncomplete):
            marks.parse(BOTH, criteria, grades)

    def test_refuses_grades_where_none_are_asked(self):
        with pytest.raises(MarksIncomplete):
            marks.parse(Wanted(("Kind",)), ["left"], [1, 2])
        with pytest.raises(MarksNotWanted):
            marks.parse(Wanted(), [], [])


class TestBodyHash:
    def test_differs_with_all_that_was_said(self):
        given = Given((Lead.LEFT,), (5, 1))
        bodies = {
            marks.hash_of_marks("t", given, 0),
            marks.hash_of_marks("u", given, 0),
            marks.hash_of_marks("t", given, 1),
            marks.hash_of_marks("t", None, 0),
            marks.hash_of_marks("t", Given((Lead.LEFT,), (1, 5)), 0),
            marks.hash_of_marks("t", Given((Lead.RIGHT,), (5, 1)), 0),
            marks.hash_of_marks("t", Given((), (5, 1)), 0),
        }
        assert len(bodies) == 7
        assert marks.hash_of_marks("t", given, 0) == marks.hash_of_marks("t", given, 0)
