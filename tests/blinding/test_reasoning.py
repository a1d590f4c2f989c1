"""Reasoning that models write into their answers, in all the ways they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.blinding.reasoning import _FRAMES, _PAIRS, without
from tests import counting

ANSWER = "The tide follows the moon.\n\n```\nx = 1\n```"
THOUGHT = "First the moon.\n\n```\n</p>\n```\nThen, as Qwen, the tide."

TALKS_ABOUT_IT = (
    "Models write <think> and </think> around their reasoning.",
    "Use this:\n```\na\n</think>\nb\n```",
    "Use this:\n~~~\n<think>\nb\n</think>\n~~~\nto mark it.",
    "Write `<think>` first,\nthen `</think>`.",
    "I think <b>so</b>.\n\n<thinker>\n\nYes.",
    "a < b and b > c",
    "<answers>1</answers>",
    "  two spaces stay  ",
)


class TestWithout:
    @pytest.mark.parametrize(("begin", "end"), _PAIRS)
    @pytest.mark.parametrize("case", [str, str.upper], ids=["as_is", "capitals"])
    def test_drops_it_before_the_answer(self, begin, end, case):
        for text in (
            f"{case(begin)}\n{THOUGHT}\n{case(end)}\n\n{ANSWER}",
            f"{case(begin)}{THOUGHT}{case(end)}{ANSWER}",
            f"\n  {case(begin)}{case(end)}\n{ANSWER}",
            f"{case(begin)}{THOUGHT}{case(end)}\n{case(begin)}{THOUGHT}{case(end)}\n\n{ANSWER}",
        ):
            assert without(text) == ANSWER

    @pytest.mark.parametrize(("begin", "end"), _PAIRS)
    def test_drops_it_within_and_after_the_answer(self, begin, end):
        assert without(f"Hello!\n\n{begin}{THOUGHT}{end}\n\nBye?").split() == ["Hello!", "Bye?"]
        assert without(f"{ANSWER}\n\n{begin}\n{THOUGHT}\n{end}\n") == ANSWER

    @pytest.mark.parametrize("begin", [begin for begin, _ in _PAIRS])
    def test_drops_what_was_cut_off(self, begin):
        assert without(f"{begin}\n{THOUGHT}") == ""
        assert without(f"{ANSWER}\n\n{begin}{THOUGHT}") == ANSWER

    @pytest.mark.parametrize("end", [end for _, end in _PAIRS if end != "<|end|>"])
    def test_drops_what_only_ends(self, end):
        assert without(f"{THOUGHT}\n{end}\n\n{ANSWER}") == ANSWER
        assert without(f"The user says bye. Be brief.{end}\n\nBye!") == "Bye!"
        assert without(f"\n{end}\n\n{ANSWER}") == ANSWER
        assert without(f"{THOUGHT}\n{end}") == ""

    @pytest.mark.parametrize(("begin", "end"), _FRAMES)
    def test_takes_the_answer_out_of_its_frame(self, begin, end):
        assert without(f"<think>{THOUGHT}</think>\n{begin}\n{ANSWER}\n{end}") == ANSWER
        assert without(f"{begin}{ANSWER}") == ANSWER

    def test_takes_the_final_channel(self):
        text = (
            f"<|channel|>analysis<|message|>{THOUGHT}<|end|>"
            f"<|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>"
        )
        assert without(text) == ANSWER

    @pytest.mark.parametrize("text", TALKS_ABOUT_IT)
    def test_leaves_alone_what_the_answer_talks_about(self, text):
        assert without(text) == text

    def test_leaves_alone_what_the_prompt_asks_for(self):
        text = "<reasoning>\nIt rains.\n</reasoning>\n\nTake a coat."
        assert without(text, "Answer in <reasoning> and </reasoning>, then advise.") == text
        assert without(text, "Shall I take a coat?") == "Take a coat."

    @given(st.text(st.sampled_from("<>/think`\n |~a"), max_size=60))
    def test_adds_nothing_and_is_done_after_once(self, text):
        once = without(text)
        assert len(once) <= len(text)
        if "</think>" not in once.lower():
            assert without(once) == once

    @pytest.mark.parametrize("unit", ["<think>", "</think>", "<think></think>", "`", "```\n", "<"])
    def test_does_about_twice_the_work_for_twice_the_text(self, unit):
        def work(number):
            return counting.calls(lambda: without(unit * number))

        assert work(8_000) <= 3 * work(4_000) + 100
