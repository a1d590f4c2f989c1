import pytest

from service.domain import completion
from service.domain.completion import CompletionAnswer, CompletionKind, Turn
from service.domain.configuration import Example

WHO = ("offline/lead", None)
ASKED = [{"role": "user", "content": "What is a tide?"}]


def answer(*turns, finish_reason="stop", refused=False):
    return CompletionAnswer(turns, finish_reason, 10, 5, 800, refused)


class TestClassify:
    @pytest.mark.parametrize(
        ("given", "kind"),
        [
            (answer("The moon pulls."), CompletionKind.COMPLETE),
            (answer("The moon", finish_reason="length"), CompletionKind.CUT_OFF),
            (answer("Half", finish_reason="other: abc"), CompletionKind.CUT_OFF),
            (answer("Whole.", finish_reason=""), CompletionKind.COMPLETE),
            (answer("x", finish_reason="content_filter"), CompletionKind.FILTERED),
            (answer(" \n"), CompletionKind.EMPTY),
            (answer(), CompletionKind.EMPTY),
            (answer("First.", ""), CompletionKind.EMPTY),
            (answer("Anything", refused=True), CompletionKind.REFUSED),
            (answer("I'm sorry, but I can't help with that."), CompletionKind.REFUSED),
            (answer("Es tut mir leid, aber ich kann das nicht."), CompletionKind.REFUSED),
            (answer("I'm sorry, but I can't stop: " + "more " * 100), CompletionKind.COMPLETE),
        ],
    )
    def test_tells_by_the_reason_and_the_last_text(self, given, kind):
        assert completion.classify(given) is kind


class TestTogether:
    def test_adds_up_the_turns(self):
        turns = [Turn("a", "stop", 10, 5, latency_ms=100), Turn("b", "stop", 20, 7, latency_ms=50)]
        found = completion.together(turns, reused=1)
        assert (found.turns, found.prompt_tokens, found.completion_tokens) == (("a", "b"), 30, 12)
        assert (found.latency_ms, found.reused, found.finish_reason) == (150, 1, "stop")

    def test_tells_of_a_turn_that_was_cut_off_in_between(self):
        turns = [Turn("a", "length", 1, 1), Turn("b", "stop", 1, 1, refused=True)]
        found = completion.together(turns)
        assert (found.finish_reason, found.refused) == ("length", True)


class TestTotal:
    def test_is_unknown_where_one_is(self):
        assert completion.total([1, None]) is None

    def test_passes_an_absurd_count_on(self):
        assert completion.total([5, -3]) == -3
        assert completion.total([5, 3]) == 8
        assert completion.total([]) == 0


class TestOpening:
    def test_puts_the_system_prompt_before_the_examples(self):
        found = completion.opening("Be brief.", [Example("hi", "hello")])
        assert [message["role"] for message in found] == ["system", "user", "assistant"]
        assert completion.opening("", []) == []


class TestCallFingerprint:
    def test_is_the_same_for_the_same_question(self):
        one = completion.call_fingerprint(WHO, ASKED, {"a": 1, "b": 2}, 1)
        assert one == completion.call_fingerprint(WHO, list(ASKED), {"b": 2, "a": 1}, 1)

    def test_tells_models_endpoints_parameters_and_samples_apart(self):
        asked = [
            (WHO, {}, 1),
            (("offline/random", None), {}, 1),
            (("offline/lead", "local"), {}, 1),
            (WHO, {"seed": 1}, 1),
            (WHO, {}, 2),
        ]
        found = {completion.call_fingerprint(who, ASKED, how, n) for who, how, n in asked}
        assert len(found) == len(asked)


class TestBackoffSeconds:
    def test_grows_to_a_minute_with_full_jitter(self):
        assert [completion.backoff_seconds(n, 0.5, None) for n in (1, 2, 3, 20)] == [0.5, 1, 2, 30]

    def test_waits_as_long_as_the_server_asks_within_reason(self):
        assert completion.backoff_seconds(1, 0.0, 12.0) == 12
        assert completion.backoff_seconds(1, 0.0, 10_000.0) == 300
