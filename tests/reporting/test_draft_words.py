from datetime import timedelta

from service.domain import draft
from service.domain.draft import Difficulty, DraftState, Pace
from service.reporting import draft_words
from service.reporting.words import ENGLISH
from tests.factories import later


class TestPace:
    def test_says_what_is_left_of_the_time(self):
        pace = Pace(12, 18, timedelta(seconds=20), later(6))
        assert draft_words.pace(pace, later(30), later(0), ENGLISH) == (
            "12 of 30 decided. About 20 s each, 6 min to go. 30 min left: 100 s for each."
        )
        assert "over" in draft_words.pace(pace, later(0), later(1), ENGLISH)
        assert draft_words.pace(Pace(0, 3, None, None), None, later(0), ENGLISH) == (
            "0 of 3 decided."
        )


class TestCoverage:
    def test_draws_a_bar_for_each_tag_and_says_the_same(self):
        (bar, none) = draft_words.coverage(
            draft.Coverage((("sky <b>", (1, 0, 0, 3)), ("", (1, 0, 0, 0))), 0), ENGLISH
        )
        assert (bar.tag, bar.told) == ("sky <b>", "1 difficulty not said, 3 hard")
        assert bar.svg.count("<rect") == 2
        assert 'width="75.00%"' in bar.svg
        assert none.tag == "no tag"
        assert draft_words.coverage(draft.Coverage((), 0), ENGLISH) == []


class TestMade:
    def test_tells_of_what_was_left_out(self):
        logs = {"rows": 1000, "bad": 2, "alike": 40, "clusters": [["a", 3]]}
        assert draft_words.made(logs, ENGLISH) == [
            "1,000 requests read, 40 left out as near-duplicates, in 1 clusters.",
            "2 rows held no request that can be used.",
        ]
        model = {"rows": 9, "alike": 1, "malformed": 1, "refused": 0, "failed": 2}
        assert len(draft_words.made(model, ENGLISH)) == 3
        assert draft_words.made({}, ENGLISH) == []


class TestToBeSent:
    def test_names_personal_data(self):
        told = draft_words.to_be_sent({"passages": 2, "of": 9, "personal": {"e-mail": 3}}, ENGLISH)
        assert "3 × e-mail" in told[1]
        none = draft_words.to_be_sent({"passages": 1, "of": 1, "personal": {}}, ENGLISH)
        assert "No addresses" in none[1]


class TestState:
    def test_every_state_and_difficulty_is_said(self):
        assert len({draft_words.state(each, ENGLISH) for each in DraftState}) == len(DraftState)
        assert [draft_words.difficulty(each, ENGLISH) for each in Difficulty] == [
            *("difficulty not said", "easy", "medium", "hard"),
        ]
        assert draft_words.doubt("personal", ENGLISH) != draft_words.doubt("asks_who", ENGLISH)
