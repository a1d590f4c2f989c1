import pytest

from service.domain.witnessed import Filters, Look, Witnessed
from service.reporting import witness_words
from service.reporting.words import ENGLISH

VOTE = Witnessed(
    "p1", "Why?", (), "second_much", "a/large-models/x", "a/large-models/y", "r", "", ""
)


def look(votes=1, number=1, start=0, looked_at=1, next_start=None):
    return Look((VOTE,) * votes, number, start, looked_at, next_start)


class TestHeading:
    @pytest.mark.parametrize(
        ("filters", "said"),
        [
            (Filters(), "All counted votes"),
            (Filters(first="a"), "a against all others"),
            (Filters(second="a"), "a against all others"),
            (Filters(first="a", second="b", tag="legal"), "a against b, on “legal”"),
            (Filters(prompt="p1"), "Votes on the prompt p1"),
            (Filters(first="a", second="b", prompt="p1"), "a against b, on the prompt p1"),
            (Filters(outcomes="both_bad"), "Votes that found both bad"),
            (Filters(outcomes="tied", tag="legal"), "Votes that preferred neither, on “legal”"),
        ],
    )
    def test_says_what_is_asked_for(self, filters, said):
        assert witness_words.heading(filters, ENGLISH) == said


class TestCounted:
    def test_says_what_is_shown_of_how_many(self):
        every = witness_words.counted(look(3, 3, 0, 3), Filters(), ENGLISH)
        assert every == ("3 counted votes, prompt by prompt. Open one to read what was judged.")
        page = witness_words.counted(look(3, 1200, 3, 3, 6), Filters(), ENGLISH)
        assert "1,200 counted votes, prompt by prompt. Shown: 4 to 6." in page

    def test_says_how_far_was_searched(self):
        found = witness_words.counted(look(0, 5000, 2000, 2000, 4000), Filters(sought="x"), ENGLISH)
        assert found.endswith("Votes 2,001 to 4,000 were searched; 0 hold what you seek.")


class TestOutcome:
    def test_calls_configurations_as_elsewhere(self):
        words = ENGLISH.naming([VOTE.first, VOTE.second])
        assert witness_words.outcome(VOTE, words) == "…y much better"


class TestGrade:
    def test_is_said_where_one_was_given(self):
        assert witness_words.grade(4, ENGLISH) == "graded 4 of 5"
        assert witness_words.grade(None, ENGLISH) == ""
