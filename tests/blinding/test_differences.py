import re
import time

import pytest

from service.blinding import differences
from service.blinding.rendering import render
from service.blinding.sanitising import sanitise


def marked(text):
    return re.findall(r"<mark>(.*?)</mark>", text)


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

    def test_long_texts_take_no_longer_than_a_second(self):
        one = " ".join(f"word{n % 97} {n}" for n in range(5_000))
        other = " ".join(f"word{n % 89} {n}" for n in range(5_000))
        started = time.process_time()
        differences.mark([f"<p>{one}</p>"], [f"<p>{other}</p>"])
        assert time.process_time() - started < 2


class TestPlain:
    def test_keeps_blocks_apart(self):
        text = differences.plain("<p>One</p>\n<ul>\n<li>a</li>\n<li>b</li></ul>\n<p>Two</p>")
        assert text == "One\n\n• a\n• b\n\nTwo"

    def test_keeps_rows_in_a_line_and_code_as_it_is(self):
        table = "<table><tbody>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</tbody></table>"
        assert differences.plain(table) == "a · b"
        assert differences.plain("<pre><code>a\n  b\n</code></pre>") == "a\n  b"
