"""Colours of code."""

import html
import re

import pytest

from service.blinding.highlighting import _LANGUAGES, HIGHLIGHT_CLASSES, LONGEST_CODE, highlight

SAMPLE = 'class A:  # <x>\n    def f(self, n=1):\n        return "a&b" + str(n)\n\n\n'


class TestHighlight:
    @pytest.mark.parametrize("language", sorted(_LANGUAGES))
    def test_knows_every_language_it_lists_and_loses_nothing(self, language):
        shown = highlight(SAMPLE, language)
        assert set(re.findall(r'class="([^"]*)"', shown)) <= set(HIGHLIGHT_CLASSES)
        assert html.unescape(re.sub(r"</?span[^>]*>", "", shown)) == SAMPLE

    def test_uses_each_class_somewhere(self):
        code = SAMPLE + "@d\nx: int\n"
        shown = highlight(code, "Python") + highlight("@@ -1 +1 @@\n-a\n+b\n", "diff")
        assert set(re.findall(r'class="([^"]*)"', shown)) == set(HIGHLIGHT_CLASSES)

    @pytest.mark.parametrize(
        ("code", "language"),
        [
            *((SAMPLE, ""), (SAMPLE, "klingon"), ("x = 1\n" * LONGEST_CODE, "python")),
            *(("x = 1;" * 100, "python"), ("x = 1" + "\n" * 40 + "y", "python")),
        ],
    )
    def test_leaves_the_rest_without_colours(self, code, language):
        assert highlight(code, language) == html.escape(code)
