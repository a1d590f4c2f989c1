from service.domain.trial import Cell, Trial, Tried
from service.reporting import try_words
from service.reporting.words import ENGLISH
from tests.factories import MOMENT


def said(**fields):
    row = Tried("p", ("Why?",), "", (Cell("Plain", **{"state": "ready", **fields}),))
    (told,) = try_words.rows(Trial(("Plain",), (row,), 0.25, 0.5, MOMENT), ENGLISH)
    return told.cells[0]


class TestRows:
    def test_name_time_tokens_and_price(self):
        cell = said(latency_ms=1800, prompt_tokens=12, completion_tokens=1500, cost=0.02)
        assert cell.figures.replace("\xa0", " ") == (
            "1.8 s · 12 tokens read, 1,500 written · $0.02"
        )

    def test_say_unknown_and_never_nothing(self):
        assert said(prompt_tokens=5).figures.endswith("unknown")
        assert said(latency_ms=5).figures == "5\xa0ms"
        assert said().figures == ""

    def test_name_leaks_failures_and_what_is_missing(self):
        assert said(leaks=("GPT-4", "GPT-4")).leaks == "Names its maker: “GPT-4”"
        assert said(state="failed", error="No such model.").problem == "No such model."
        assert "cap of this try" in said(state="blocked").problem
        assert "Still to come" in said(state="running").note
        assert "no answer of it" in said(state="none").note


class TestStands:
    def test_says_what_waits_and_what_it_took(self):
        row = Tried("p", ("Why?",), "", (Cell("Plain", "pending"), Cell("Other", "ready")))
        trial = Trial(("Plain", "Other"), (row,), 0.25, 0.5, MOMENT)
        told = try_words.stands(trial, ENGLISH)
        assert "1 answer is still to come" in told
        assert "0.25" in told


class TestMissing:
    def test_says_one_thing_at_a_time(self):
        assert "configuration" in try_words.missing(0, 0, ENGLISH)
        assert "prompt" in try_words.missing(1, 0, ENGLISH)
        assert try_words.missing(1, 1, ENGLISH) == ""
