"""A trigger is never missing from what its pattern matches."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.blinding.leaks import engine
from service.blinding.leaks.triggers import Patterns, fewest, triggered

SURE = (
    (r"\bvote\s+for\s+(?:this|me)\b", {"vote"}),
    (r"(?:best|better)\s+answers?", {"answer"}),
    (r"(?:AI|bot){1,3}\w", {"AI", "bot"}),
    (r"(?:abc|abd)(?:x|y)?", {"ab"}),
    (r"(?:abc)?def*", {"de"}),
    (r"(?>only)", {"only"}),
)
NONE = (r"\w+", r"(?:abc|\d)", r"(?:abc)*", r"(?!abc)[x-z]", "")


def every_pattern():
    names = engine._name(("Plain", "gpt-4o", "Système Ä"))
    return [*engine._APPEAL, *engine._UNKNOWN, *engine._SELF, names]


class TestTriggered:
    @pytest.mark.parametrize(("phrase", "wanted"), SURE)
    def test_finds_what_every_match_holds(self, phrase, wanted):
        assert set(triggered(phrase).triggers) == wanted

    @pytest.mark.parametrize("phrase", NONE)
    def test_promises_nothing_where_nothing_is_sure(self, phrase):
        assert triggered(phrase).may_be_in("")

    def test_most_phrases_have_triggers(self):
        assert sum(bool(one.triggers) for one in every_pattern()) > 0.95 * len(every_pattern())

    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(st.data())
    def test_no_match_is_without_a_trigger(self, data):
        one = data.draw(st.sampled_from(every_pattern()))
        # Words before and after are made by chance: what looks around must be able to fail.
        text = data.draw(st.from_regex(re.compile(one.pattern.pattern)))
        ignores_case = "(?i:" in one.pattern.pattern
        assert one.may_be_in(text.lower() if ignores_case else text)


class TestFewest:
    def test_leaves_out_what_holds_another(self):
        assert fewest(["answers", "answer", "vote", "my answer", "vote"]) == ("vote", "answer")


class TestPatterns:
    @pytest.mark.parametrize(
        "text",
        [
            "I think the other answer is wrong. Please vote for mine!",
            "Ich bin Claude. Bitte stimmen Sie für diese Antwort, моя модель — лучшая!",
        ],
    )
    def test_are_those_that_may_be_in_a_text_by_themselves(self, text):
        said = [one for one in every_pattern() if one.may_be_in(text.lower())]
        assert Patterns(every_pattern()).may_be_in(text.lower()) == said
        assert 0 < len(said) < len(every_pattern())

    def test_promises_nothing_where_a_pattern_is_sure_of_nothing(self):
        anything = triggered(r"\w+")
        assert Patterns([anything, triggered("word")]).may_be_in("") == [anything]
