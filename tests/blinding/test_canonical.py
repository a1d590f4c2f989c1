"""Texts freed of what nobody sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.blinding.canonical import canonical
from service.blinding.rendering import render
from tests import counting


class TestCanonical:
    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
            ("e\u0301", "é"),
            ("a\u00a0b\u202fc\u3000d", "a b c d"),
            ("a  \nb\t\n", "a\nb"),
            ("\n\n  a\n", "  a"),
            ("\ufeffa\u200bb\u2060c\u00add", "abcd"),
            ("a\U000e0041\U000e007fb", "ab"),
            ("a\u202eb\u202cc\u2066d\u2069", "abcd"),
            ("a\u200d b\u200cc", "a bc"),
            ("a\ufe0fb\ufe00c\U000e0100d", "abcd"),
            ("a\x00b\ud800c", "a\ufffdb\ufffdc"),
            ("a\x07\x1b[1mb\ue000\uffffc", "a[1mbc"),
            ("\ud83d\ude00", "😀"),
            ("😀\ufe0f", "😀"),
            ("x\u3164y\u2800z", "xy z"),
        ],
    )
    def test_removes_what_nobody_sees(self, raw, shown):
        assert canonical(raw) == shown

    @pytest.mark.parametrize(
        "text",
        [
            "می\u200cخواهم",  # Persian needs the non-joiner
            "क्\u200dष",  # Hindi needs the joiner for the half form
            "👩\u200d💻 🏳️\u200d🌈 ❤️\u200d🔥",  # one picture of several
            "❤️ ☺︎ 1️⃣",  # coloured or not
            "עברית \u200f(א)\u200f",  # marks of direction in a line from right to left
            "日本語、한국어, हिन्दी — naïve ✓",
            "a\tb",
        ],
    )
    def test_keeps_what_scripts_and_pictures_need(self, text):
        assert canonical(text) == text

    def test_drops_direction_marks_where_nothing_runs_from_the_right(self):
        assert canonical("a\u200fb\nשלום\u200f") == "ab\nשלום\u200f"

    def test_leaves_no_format_character_among_latin_letters(self):
        drawn = (
            "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
        )
        for code in range(0x110000):
            sign = chr(code)
            if unicodedata.category(sign) in {"Cf", "Co", "Cs"} and sign not in drawn:
                assert canonical(f"a{sign}b") in {"ab", "a\ufffdb"}, hex(code)

    @given(st.text(st.characters(exclude_categories=()), max_size=60))
    def test_is_settled_after_once(self, text):
        once = canonical(text)
        assert canonical(once) == once
        once.encode()

    @given(
        st.text(
            st.sampled_from("aé\u0301 \u200d\u200c\ufe0f❤😀مक\u094d\u200f\u05d0\n1\u20e3"),
            max_size=12,
        )
    )
    def test_is_settled_after_once_for_joiners_and_selectors(self, text):
        assert canonical(canonical(text)) == canonical(text)

    @given(
        st.text(max_size=40),
        st.lists(
            st.tuples(st.integers(0, 40), st.sampled_from("\u200b\ufeff\u2060\u00ad\U000e0061"))
        ),
    )
    def test_texts_with_one_canonical_form_render_alike(self, text, hidden):
        other = text
        for at, sign in hidden:
            other = other[:at] + sign + other[at:]
        if canonical(other) == canonical(text):
            assert render(other) == render(text)
            assert render(other, "plain") == render(text, "plain")

    @pytest.mark.parametrize(
        "unit", [" ", ".", "\t", "\n", " \n", "\u200d", "a\u0301", "م\u200d", "\r"]
    )
    def test_does_about_twice_the_work_for_twice_the_text(self, unit):
        def work(size):
            return counting.calls(lambda: canonical(f"a{unit * size}b"))

        work(100)
        assert work(20_000) <= 3 * work(10_000) + 100

    @pytest.mark.parametrize("unit", [" ", "\t", ".", "\u200d"])
    def test_takes_long_runs_in_one_go(self, unit):
        # 200,000 spaces once took longer than a worker lives.
        assert canonical(f"a{unit * 200_000}\nb").startswith("a")
