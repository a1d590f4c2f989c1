"""The fate of single characters."""

import pytest

from service.blinding.invisible import replacement, settle


class TestReplacement:
    @pytest.mark.parametrize(
        ("code", "stands"),
        [
            (0x41, 0x41),
            (0x0A, 0x0A),
            (0x00, 0xFFFD),
            (0xD800, 0xFFFD),
            (0x200B, None),
            (0xE000, None),
            (0xFFFE, None),
            (0x0600, 0x0600),
            (0x2028, "\n"),
            (0x2003, " "),
            (0x1FAE8, 0x1FAE8),  # newer than some tables of Unicode
            (0x200D, 0x200D),  # hangs on its neighbours
        ],
    )
    def test_decides_for_each(self, code, stands):
        assert replacement(code) == stands


class TestSettle:
    def test_keeps_one_of_several(self):
        assert settle("❤\ufe0f\ufe0f\ufe0f") == "❤\ufe0f"
        assert settle("م\u200c\u200c\u200dم") == "م\u200cم"

    def test_removes_a_joiner_at_the_end_of_a_word(self):
        assert settle("سلام\u200c ") == "سلام "
