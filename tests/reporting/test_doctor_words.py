"""What can be claimed, in words, and what would unblock the rest, without spurious numbers."""

import pytest

from service.domain.doctor import BLOCKED, SUPPORTED, Diagnosis, More, Statement
from service.reporting import doctor_words
from service.reporting.words import ENGLISH

WORDS = ENGLISH.naming(["plain", "retrieval"])


class TestTold:
    @pytest.mark.parametrize("name", doctor_words._CLAIMS)
    def test_has_a_sentence_for_every_statement(self, name):
        one = Statement(name, BLOCKED, ("retrieval", "plain"), "Ada", more=More("votes"))
        told = doctor_words.told(one, WORDS)
        assert told.claim.endswith(".")
        assert "%(" not in told.claim
        assert told.remark == "More votes are needed; how many, nobody can tell."

    def test_names_the_winner_and_when_it_holds(self):
        one = Statement("winner", SUPPORTED, ("retrieval",), why="at_end")
        told = doctor_words.told(one, WORDS)
        assert told.claim == "retrieval is preferred to every other."
        assert told.remark == "Holds at the declared end."

    def test_says_why_a_judge_corrects_nothing(self):
        one = Statement(
            "judge_corrects", BLOCKED, judge="Ada", why="borrowed", more=More("audit", 4, 4)
        )
        told = doctor_words.told(one, WORDS)
        assert told.remark.startswith("Not corrected: no two configurations")
        assert told.remark.endswith("About 4 more audit matchups.")


class TestMore:
    def test_gives_a_range_where_it_is_one(self):
        said = doctor_words.more(More("votes", 60, 300), WORDS)
        assert said == "Probably 60 to 300 more votes."

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("raters", "2 more raters."),
            ("grades", "2 more grades."),
            ("prompts", "2 more prompts."),
        ],
    )
    def test_counts_what_is_certain(self, kind, said):
        assert doctor_words.more(More(kind, 2, 2), WORDS) == said

    @pytest.mark.parametrize("kind", doctor_words._UNKNOWN)
    def test_names_no_number_that_nobody_knows(self, kind):
        assert not any(sign.isdigit() for sign in doctor_words.more(More(kind), WORDS))


class TestSummary:
    def test_counts_both(self):
        found = Diagnosis(
            "s", (Statement("winner", SUPPORTED, ("plain",)), Statement("rated", BLOCKED))
        )
        assert doctor_words.summary(found, WORDS) == "1 statement is supported, 1 is blocked."
        assert [len(part) for part in doctor_words.said(found, WORDS)] == [1, 1]
