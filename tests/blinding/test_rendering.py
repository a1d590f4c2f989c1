"""What raters see of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.blinding import rendering
from service.blinding.grammar import DEEPEST_PICTURE
from service.blinding.rendering import LARGEST_TEXT, attempt, render
from tests import counting
from tests.blinding.allowlist import read


def filled(pattern, size):
    return (pattern * (size // len(pattern) + 1))[:size]


def laborious(size):
    """Give texts of a size that parsers of markdown are known to stumble over."""
    patterns = ["_a ", "*a ", "**a ", "***a", "[", "![", "[a](", "[a][", "[]()", "`", "``a`", "<"]
    patterns += ["<a ", "> ", ">", "- ", "- a\n  - b\n", "-\n", "1. ", "$", "$a ", "$$a\n#\n"]
    patterns += ["a\n$$b\n\n", "\\(", "\\[a\n", "$x$ ", "$\\frac{1}{2}$ ", "~~a", "|", "|a|b|\n"]
    patterns += ["&amp;", "&", "\\", "\n", "a\n", "# a\n", "[a]: b\n", "```\n", "<!--", "](", "\t"]
    patterns += ["http://a.b ", "a*_b ", "\u200d", "م ", "😀", "$\\$", "+ a\n\n"]
    for pattern in patterns:
        yield repr(pattern), filled(pattern, size)
    yield "nested quotes", "".join(">" * i + " a\n" for i in range(1, int((2 * size) ** 0.5)))
    yield "nested lists", "".join("  " * i + "- a\n" for i in range(1, int(size**0.5)))
    yield "long rows", f"|{'a|' * 200}\n|{'-|' * 200}\n" + f"|{'b|' * 200}\n" * (size // 402)
    yield "short rows", f"|{'a|' * 2000}\n|{'-|' * 2000}\n" + "|b\n" * (size // 4)
    yield "one target", f"[a]: http://x.y/{'z' * (size // 2)}\n\n" + "[a] " * (size // 8)
    yield "ticks", "".join("`" * i + " a " for i in range(1, int((2 * size) ** 0.5)))
    yield "formulas", ("$" + "x^2+" * 900 + "1$ ") * (size // 3_700)
    yield "deep formula", f"${'{' * 1_500}x{'}' * 1_500}$"
    yield "matrix", "$\\begin{matrix}" + "&" * 3_000 + "\\end{matrix}$"
    for language in ("python", "java", "perl", "typescript"):
        for unit in ("a\n", "a ", "x<", "\n ", "{", "'", "<", "@", "[", "a.\n"):
            yield f"{language} {unit!r}", f"```{language}\n{filled(unit, 7_900)}\n```\n"


WORST = dict(laborious(LARGEST_TEXT - 100))
SMALL, LARGE = (dict(laborious(size)) for size in (4_000, 8_000))
GROWING = [name for name in SMALL if len(SMALL[name]) < len(LARGE[name])]
# Each is more than its bound allows, and nothing else is.
TOO_MUCH = {
    "bytes": "a " * (LARGEST_TEXT // 2 + 1),
    "lines": "a\n" * (rendering.MOST_LINES + 1),
    "brackets": "[" * (rendering.MOST_BRACKETS + 1),
    "cells": "|" * 200 + "\na" * 200,
    "steps": "![" * (DEEPEST_PICTURE + 1) + "x" + "](y)" * (DEEPEST_PICTURE + 1),
    "characters": ("> " * 19 + "a\n\n") * 1_000,
}


class TestFull:
    def test_writes_markdown_with_headings_below_the_page(self):
        html = render("# One\n### Two\n\n**b** *i* ~~s~~\n\n3. x\n\n---\n\n> q")
        for part in (
            *('<h4 dir="auto">One</h4>', '<h6 dir="auto">Two</h6>', "<strong>b</strong>"),
            *("<em>i</em>", "<s>s</s>", '<ol start="3" dir="auto">', "<hr>", "<blockquote"),
        ):
            assert part in html

    def test_keeps_angle_brackets(self):
        assert render("if a<b and <T> & c>d") == (
            '<p dir="auto">if a&lt;b and &lt;T&gt; &amp; c&gt;d</p>'
        )

    def test_keeps_the_words_and_targets_of_links_and_no_link(self):
        assert render("[moon](https://e.org/a) <https://b.org> [c](mailto:x@y.z)") == (
            '<p dir="auto">moon (https://e.org/a) https://b.org c</p>'
        )

    def test_cuts_a_long_target(self):
        assert len(render(f"[x](https://e.org/{'a' * 5_000})")) < 600

    def test_shows_an_image_as_its_words(self):
        assert render("![a *red* kite](http://e.org/k.png)![](x)") == (
            '<p dir="auto">[a red kite][x]</p>'
        )

    def test_aligns_columns_by_class(self):
        html = render("|a|b|\n|:-:|--:|\n|1|2|")
        assert '<td class="align-center">1</td>' in html
        assert '<td class="align-right">2</td>' in html

    def test_gives_each_outermost_block_its_own_direction(self):
        html = render("שלום\n\n- אחת\n- two\n\n```\ncode\n```")
        assert html.count('dir="auto"') == 2
        assert '<pre dir="ltr">' in html

    def test_colours_code_and_escapes_it(self):
        html = render('```python\ndef f(): return "<b>"\n```')
        assert '<span class="code-keyword">def</span>' in html
        assert "&lt;b&gt;" in html

    def test_keeps_the_lines_that_the_author_broke(self):
        assert render("roses\nviolets") == '<p dir="auto">roses<br>\nviolets</p>'

    @pytest.mark.parametrize("text", ["$x^2$", r"\(x^2\)", "$$x^2$$", r"\[x^2\]", "$$\nx^2\n$$"])
    def test_shows_mathematics(self, text):
        assert "<msup><mi>x</mi><mn>2</mn></msup>" in render(f"so {text}\n\n{text}")

    @pytest.mark.parametrize("text", ["It costs $5 and $10.", "5$ or 6$", "a $ b $ c", r"\$x\$"])
    def test_leaves_money_alone(self, text):
        assert "<math" not in render(text)

    def test_shows_a_broken_formula_as_code(self):
        assert render(r"$\frac{1}{$") == r'<p dir="auto"><code dir="ltr">$\frac{1}{$</code></p>'

    def test_shows_formulas_beyond_the_bound_as_code(self, monkeypatch):
        monkeypatch.setattr(rendering, "MOST_FORMULAS", 1)
        assert render("$x$ $y$").count("<math") == 1


class TestLight:
    def test_writes_no_headings_emphasis_or_colours(self):
        html = render("# One\n\n**b** *i*\n\n- x\n\n```python\ndef f(): pass\n```", "light")
        assert '<p dir="auto">One</p>\n<p dir="auto">b i</p>' in html
        assert "<ul" in html
        assert not any(part in html for part in ("<h", "<strong", "<em", "<span"))


class TestPlain:
    def test_writes_the_characters(self):
        assert render("# *a* <b>\n  $x$", "plain") == (
            '<pre class="plain" dir="auto"># *a* &lt;b&gt;\n  $x$</pre>'
        )

    @given(st.text(max_size=100))
    def test_loses_nothing_of_the_canonical_text(self, text):
        shown = rendering.canonical(text)
        assert "".join(read(render(text, "plain")).words) == shown

    def test_is_what_a_large_text_becomes(self):
        largest = "*a* " * (LARGEST_TEXT // 4)
        assert "<em>" in render(largest[:-1])
        assert render(largest + "*a*") == render(largest + "*a*", "plain")

    def test_counts_bytes_rather_than_characters(self):
        assert render("**あ** " * 8_500).startswith('<pre class="plain"')

    @pytest.mark.parametrize("reason", TOO_MUCH)
    def test_is_what_a_text_becomes_that_is_too_much(self, reason):
        found = attempt(TOO_MUCH[reason])
        assert found.too_much == reason
        assert found.html == render(TOO_MUCH[reason], "plain")


class TestRender:
    def test_refuses_a_mode_it_does_not_know(self):
        with pytest.raises(ValueError, match="mode must be one of"):
            render("x", "loud")  # type: ignore[arg-type]

    def test_does_not_remember_the_text_before(self):
        text = "[a]\n\n$x \\tag{1}$\n\n```python\nx = 1\n```"
        first = render(text)
        render("[a]: http://e.org\n\n$\\newcommand{\\x}{y}$\n\n```python\n'''\n```")
        assert render(text) == first

    @pytest.mark.parametrize("name", WORST)
    def test_leaves_the_worst_texts_safe(self, name):
        for text in (WORST[name], filled(WORST[name], 100_000)):
            assert read(render(text)).faults == []

    @pytest.mark.parametrize("name", GROWING)
    def test_does_about_twice_the_work_for_twice_the_text(self, name):
        render(SMALL[name])  # what is made once and kept
        small = counting.calls(lambda: render(SMALL[name]))
        large = counting.calls(lambda: render(LARGE[name]))
        assert large <= 3 * small + 1_000

    def test_depends_on_no_depth_of_the_caller(self):
        text = "> " * 60 + "- " * 60 + "**" * 60 + "[" * 60 + "a" + "](b)" * 60

        def deeper(levels):
            return attempt(text) if levels == 0 else deeper(levels - 1)

        assert deeper(300) == deeper(0)


class TestProseInFences:
    LETTER = "Dear customer, the parcel arrived open, and we are very sorry about that. " * 3

    @pytest.mark.parametrize("text", [LETTER, "我们对此深表歉意" * 20 + "。"])
    def test_wraps(self, text):
        assert '<pre dir="ltr" class="prose">' in render(f"```\n{text}\n```")
        assert '<pre dir="ltr" class="prose">' in render(f"```text\n{text}\n```")

    @pytest.mark.parametrize(
        "text",
        ["x = " + "y + " * 60 + "z", "a short letter", "| a | b " * 30, "$ ls -la /a/b " * 20],
    )
    def test_code_does_not(self, text):
        assert "prose" not in render(f"```\n{text}\n```")

    def test_coloured_code_does_not_even_in_long_comments(self):
        assert "prose" not in render(f"```python\n# {self.LETTER}\n```")
