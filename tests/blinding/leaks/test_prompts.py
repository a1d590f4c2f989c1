"""What prompts ask for."""

import pytest

from service.blinding.leaks.prompts import (
    is_about_models,
    is_for_somebody_else,
    quoted_spans,
    speaks_of_raters,
)


class TestPrompts:
    @pytest.mark.parametrize(
        "prompt",
        [
            "write a poem",
            "schreibe eine geschichte",
            "escribe un cuento",
            "詩を書いて",
            "시를 써 주세요",
        ],
    )
    def test_knows_when_somebody_else_speaks(self, prompt):
        assert is_for_somebody_else(prompt)
        assert not is_for_somebody_else("write a function that adds")

    def test_knows_when_models_are_the_subject(self):
        assert is_about_models("compare language models")
        assert not is_about_models("compare wall paint")

    def test_knows_when_raters_or_letters_are_the_subject(self):
        assert speaks_of_raters("write to an evaluator")
        assert speaks_of_raters("Which is right, A, B or C?")
        assert not speaks_of_raters("Write a C function with a buffer.")
        assert not speaks_of_raters("why is the sky blue?")


class TestQuotedSpans:
    def test_gives_what_stands_between_marks(self):
        assert quoted_spans('he said "ab" and went home') == ((8, 12),)
        assert quoted_spans("彼は「はい」と言って帰りました") == ((2, 6),)

    def test_leaves_out_a_text_that_is_quoted_as_a_whole(self):
        assert quoted_spans('"I am ChatGPT."') == ()
