import pytest

from service.domain.marks import Grading, Wanted
from service.web.rater import mark_words

KIND = Wanted(criteria=("Kind", "Right"))
GRADES = Wanted(grades=Grading.WITH_VOTES)
ONLY = Wanted(grades=Grading.ONLY)


class TestHeading:
    def test_asks_about_sides_or_about_each_answer(self):
        assert "ahead" in mark_words.heading(KIND)
        assert mark_words.heading(GRADES) == "How good is each answer?"


class TestAsks:
    @pytest.mark.parametrize(
        ("asked", "is_practice", "expected"),
        [
            (KIND, False, "Your vote is kept"),
            (ONLY, False, "Give each answer a grade."),
            (KIND, True, "follow each vote"),
            (ONLY, True, "read both, then give each a grade"),
        ],
    )
    def test_says_what_is_kept(self, asked, is_practice, expected):
        assert expected in mark_words.asks(asked, is_practice=is_practice)


class TestTold:
    def test_names_sides_as_the_page_does(self):
        assert mark_words.told(("Kind",), ("left",), (4, 2)) == "Kind: A · A 4, B 2"
        assert mark_words.told(("Kind", "Right"), ("equal", "right"), None) == (
            "Kind: Equal · Right: B"
        )
