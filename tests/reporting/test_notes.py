import re

import pytest

from service.domain.finding import Finding
from service.domain.leaderboard import Verdict
from service.domain.vote import Outcome
from service.reporting import notes
from service.reporting.words import ENGLISH
from tests import boards


class TestFindings:
    def test_name_whom_one_concerns_and_say_each_once(self):
        finding = Finding("unbounded_above", ("retrieval",))
        board = boards.board(findings=(finding, finding, Finding("these_prompts_only")))
        assert notes.findings(board, ENGLISH) == [
            (
                "retrieval: These won every comparison with the rest: how far above they are "
                "is unknown."
            ),
            boards.FINDING,
        ]

    def test_say_a_code_without_words_as_it_is(self):
        assert notes.finding(Finding("quite_new"), ENGLISH) == "quite new"


class TestVerdict:
    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (Verdict("decided", "best"), "Yes: best is ahead of every other."),
            (Verdict("decided", "best", for_these_raters=True), "Yes for these raters: best is"),
            (Verdict("practically_equal", margin=5), "all are within 5 points of each other."),
            (
                Verdict("keep_going", short_of="votes", more=1200),
                "about 1,200 more votes to tell the best from the next.",
            ),
            (
                Verdict("keep_going", short_of="raters", more=3),
                "about 3 more people to tell the best from the next. More people would help most.",
            ),
            (Verdict("keep_going", short_of="prompts"), "will hardly settle it."),
        ],
    )
    def test_says_whether_the_votes_suffice(self, found, words):
        (said,) = notes.verdict(found, ENGLISH)
        assert said.startswith("Enough votes?")
        assert words in said

    def test_of_nothing_is_none(self):
        assert notes.verdict(Verdict("no_votes"), ENGLISH) == []


class TestLeftOut:
    def test_says_how_many_and_why(self):
        assert notes.left_out(boards.board(), ENGLISH) == [
            "1 vote cast after the study closed or the rater finished",
            "3 votes by people who had seen the results",
        ]

    def test_is_silent_about_nothing(self):
        assert notes.left_out(boards.board(excluded={"late": 0}), ENGLISH) == []

    def test_counts_what_it_has_no_words_for(self):
        said = notes.left_out(boards.board(excluded={"norming": 2}), ENGLISH)
        assert said == ["2 votes not counted"]


class TestOutcome:
    def test_has_words_for_each(self):
        said = [notes.outcome(kind, "Ann", "Ben", ENGLISH) for kind in Outcome]
        assert len(set(said)) == len(Outcome)
        assert all(
            re.fullmatch("(Ann|Ben) (much )?better|Both good|Both bad|A tie", it) for it in said
        )
