import html
import random
import re
from itertools import pairwise

import pytest

from service.blinding import differences
from service.blinding.rendering import render
from service.blinding.sanitising import sanitise
from tests import counting


def marked(text):
    return re.findall(r"<mark>(.*?)</mark>", text)


def plainly(framed):
    return html.unescape(re.sub(r"</?(?:mark|pre)[^>]*>", "", framed))


def table(size, seed):
    rng = random.Random(seed)
    rows = ("|" + "|".join(str(rng.randrange(100)) for _ in range(size)) + "|" for _ in range(size))
    return f"|{'a|' * size}\n|{'-|' * size}\n" + "\n".join(rows)


# Pairs of texts of a size: what a comparison of all with all takes for ever with.
HOSTILE = {
    "two words": lambda size: ("a b " * (size // 4), "b a " * (size // 4)),
    "one word": lambda size: ("a " * (size // 2), "a " * (size // 3)),
    "rows": lambda size: ("x\n" * (size // 2), "y\nx\n" * (size // 4)),
    "sentences": lambda size: ("one two. " * (size // 9), "one three. " * (size // 11)),
    "cells": lambda size: (
        " · ".join("123456789" * (size // 36)),
        " · ".join("912" * (size // 12)),
    ),
    "numbers": lambda size: (
        " ".join(map(str, range(size // 5))),
        " ".join(map(str, range(size // 5, 0, -1))),
    ),
    "one letter": lambda size: ("." * size, "," * size),
    "nothing": lambda size: ("a." * (size // 2), ""),
}


class TestMark:
    def test_marks_the_words_that_the_other_does_not_have(self):
        (left,), (right,) = differences.mark(["<p>A red fox ran.</p>"], ["<p>A grey fox ran.</p>"])
        assert marked(left) == ["red"]
        assert marked(right) == ["grey"]

    def test_exchanging_the_texts_exchanges_the_answer(self):
        one, other = ["<p>One two three.</p>"], ["<p>One three.</p>"]
        left, right = differences.mark(one, other)
        assert [word.strip() for word in marked(left[0])] == ["two"]
        assert marked(right[0]) == []
        assert differences.mark(other, one) == (right, left)

    def test_equal_texts_have_none(self):
        left, right = differences.mark(["<p>Same.</p>"], ["<h4>Same.</h4>"])
        assert left == right
        assert "<mark>" not in left[0]

    def test_goes_turn_by_turn(self):
        left, right = differences.mark(["<p>a</p>", "<p>b</p>"], ["<p>a</p>"])
        assert (len(left), len(right)) == (2, 1)
        assert marked(left[1]) == ["b"]

    @pytest.mark.parametrize(
        "text", ["1 < 2 & <script>alert(1)</script>", "a&lt;b", '"x" onerror=y']
    )
    def test_words_stay_words(self, text):
        (left,), _ = differences.mark([render(text)], [render("other")])
        for tag in ("<mark>", "</mark>"):
            left = left.replace(tag, "")
        assert "<script" not in left
        assert sanitise(left) == left

    def test_tables_differ_by_cells(self):
        one, other = (table(32, seed) for seed in (1, 2))
        (left,), (right,) = differences.mark([render(one)], [render(other)])
        assert plainly(left) == differences.plain(render(one))
        assert plainly(right) == differences.plain(render(other))
        assert len(marked(left)) > 32
        assert max(map(len, marked(left))) < len(left) / 10

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_loses_nothing_of_texts_that_are_too_much(self, kind):
        one, other = HOSTILE[kind](20_000)
        (left,), (right,) = differences.mark([f"<pre>{one}</pre>"], [f"<pre>{other}</pre>"])
        assert (plainly(left), plainly(right)) == (one.strip(), other.strip())

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_the_work_grows_no_faster_than_the_texts_once_bounded(self, kind):
        def work(size):
            one, other = HOSTILE[kind](size)
            return counting.calls(lambda: differences.mark([one], [other]))

        assert all(b <= 3 * a + 5_000 for a, b in pairwise(map(work, (8_000, 16_000, 32_000))))


class TestPlain:
    def test_keeps_blocks_apart(self):
        text = differences.plain("<p>One</p>\n<ul>\n<li>a</li>\n<li>b</li></ul>\n<p>Two</p>")
        assert text == "One\n\n• a\n• b\n\nTwo"

    def test_keeps_rows_in_a_line_and_code_as_it_is(self):
        table = "<table><tbody>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</tbody></table>"
        assert differences.plain(table) == "a · b"
        assert differences.plain("<pre><code>a\n  b\n</code></pre>") == "a\n  b"
