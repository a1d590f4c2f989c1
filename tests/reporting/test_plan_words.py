from dataclasses import replace

import pytest

from service.domain import planning
from service.domain.planning import Need, Outlook, Plan, Short
from service.reporting import plan_words
from service.reporting.words import ENGLISH

PLAN = Plan(2, 2, 60, 120)
OUTLOOK = Outlook(
    plan=PLAN,
    wanted=0.6,
    told=0.69,
    with_end=0.632,
    need=Need(Plan(2, 2, 215, 416), (Short.PROMPTS, Short.VOTES)),
    minutes=45,
    has_texts=True,
    is_adaptive=False,
)


class TestSentences:
    def test_say_what_is_told_what_is_needed_and_what_each_does(self):
        assert plan_words.sentences(OUTLOOK, ENGLISH) == (
            "2 raters, 120 votes on 60 prompts: can tell 69/31, not 60/40.",
            "To tell 60/40 you need about 416 votes, by 2 raters on 215 prompts.",
            "Each rater gives about 60 votes, in some 45 minutes.",
        )

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"told": None}, "2 raters, 120 votes on 60 prompts: too few to tell anything apart"),
            ({"told": 0.53}, "2 raters, 120 votes on 60 prompts: can tell 53/47."),
            ({"told": 0.571}, "2 raters, 120 votes on 60 prompts: can tell 58/42, not 55/45."),
            ({"need": Need(PLAN, (Short.NOTHING,))}, "That is enough to tell 60/40."),
            ({"need": Need(None, ())}, "To tell 60/40 is out of reach of any plan."),
            ({"has_texts": False}, "in some 45 minutes if answers have 150 words."),
            ({"minutes": None}, "Each rater gives about 60 votes."),
        ],
    )
    def test_say_so_otherwise(self, change, told):
        assert told in " ".join(plan_words.sentences(replace(OUTLOOK, **change), ENGLISH))


class TestNotes:
    def test_say_for_whom_results_speak_and_what_an_end_would_bring(self):
        first, end, told = plan_words.notes(OUTLOOK, ENGLISH)
        assert first == "With fewer than five raters results speak for these raters."
        assert "it could tell 64/36 there" in end
        assert told.startswith("Told means: by four of five such studies")
        assert planning.POWER == 4 / 5

    def test_say_when_an_end_is_declared_and_when_dealing_is_another(self):
        plan = Plan(2, 9, 3, 27, has_end=True)
        notes = plan_words.notes(replace(OUTLOOK, plan=plan, is_adaptive=True), ENGLISH)
        assert notes[0] == "With fewer than five prompts results speak for these prompts."
        assert "at the declared end" in notes[1]
        assert "drawn all alike; yours are not" in notes[2]

    def test_warn_of_a_number_that_nobody_begins_with(self):
        assert "“0 of 95”" in plan_words.notes(replace(OUTLOOK, asked=95), ENGLISH)[0]
        assert "0 of" not in " ".join(plan_words.notes(replace(OUTLOOK, asked=12), ENGLISH))
