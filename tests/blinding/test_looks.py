import pytest

from service.blinding import looks, rendering


def look(*texts, mode="full"):
    return looks.hash_of([rendering.render(text, mode) for text in texts])


class TestHashOf:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Yes, *so*.", "Yes, _so_."),
            ("Yes.", "Yes.  \n\n"),
            ("One  two", "One two"),
            ("* a\n* b", "- a\n- b"),
            ("Title\n=====", "# Title"),
            ("cafe\u0301", "caf\u00e9"),
            ("a\u200bb", "ab"),
            ("```\nx = 1\n```", "~~~\nx = 1\n~~~"),
        ],
    )
    def test_is_the_same_for_what_is_shown_alike(self, one, other):
        assert look(one) == look(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Yes.", "Yes!"),
            ("a\nb", "a b"),
            ("**Yes**", "Yes"),
            ("1. a", "2. a"),
            ("```\nif x:\n    y\nz\n```", "```\nif x:\n    y\n    z\n```"),
            ("```\na  b\n```", "```\na b\n```"),
            ("", " x"),
        ],
    )
    def test_differs_for_what_a_rater_can_tell_apart(self, one, other):
        assert look(one) != look(other)

    def test_goes_by_the_mode_of_the_study(self):
        assert look("*Yes*", mode="light") == look("Yes", mode="light")
        assert look("*Yes*", mode="plain") != look("_Yes_", mode="plain")
        assert look("a  b", mode="plain") != look("a b", mode="plain")

    def test_keeps_turns_apart(self):
        assert look("a", "b") != look("ab")
        assert look("a", "b") != look("b", "a")
