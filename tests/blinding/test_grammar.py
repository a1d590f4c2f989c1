"""Texts as models write them: what is no mark-up stays as it was written."""

import html
import re

import pytest

from service.blinding.rendering import render
from tests.blinding.allowlist import read

AS_WRITTEN = (
    # Products, powers and lists of factors.
    *("5! = 5*4*3*2*1", "100*100/400*56", "a*b + c*d", "(a+b)*(c+d)*2", "x**2 + y**2", "2**3**4"),
    *("2 * 3 * 4", "3*x*y", "10**n and 2**n", "[a]*[b]*[c]", "f(x)*g(x)*h(x)"),
    # Arguments, pointers and comments.
    *("f(**kwargs, *args)", "Call f(**kwargs, *args) or SELECT *, t.* FROM t.", "char *p, *q;"),
    *("/* a */ b /* c */", "int *a = *b;"),
    # Stars of SQL and of patterns for files.
    *("SELECT *, t.* FROM t", "SELECT a.*, b.* FROM a, b", "COUNT(*), SUM(*)", "*.py and *.txt"),
    *("src/**/*.py and test/**", "rm *.o *.a", "price* excludes tax, *see below"),
    # Names with underscores.
    *("__init__", "__init__.py and __main__", "_private_name stays", "x.__class__.__name__"),
    *("snake_case_name and SNAKE_CASE", "__proto__, __dirname", "def __eq__(self): ..."),
    # Variables of shells, amounts, tickers.
    *(
        "Set PATH=$HOME/bin:$PATH and",
        "$a+$b",
        "USD/$EUR/$JPY",
        "$VERIFIED/$TOTAL",
        "'$X_1' or $a+$b",
    ),
    *(
        "export A=$B^2$ ends it",
        "$AAPL/$MSFT, ($TSLA)",
        "${A}/${B}",
        "$(date)/$(host)",
        "A$10 and US$5",
    ),
    *("$2k pays $25-50k", '"$5 to $10" too', "$/PR is down but $/session is up", "$5 and 10$"),
    *("for ($i=0;$i<10;$i++)", "echo $x; echo $y", "from $20-$30", "costs $5/$6 or $7", "5$ or 6$"),
    # About and home.
    *("(~2000 lines) and (~5000 lines)", "~1.34 and ~5.4, ~12 to ~510", "~/notes and ~/old"),
    # Sources and places of pictures.
    *("high [1] and old [2].\n\n[1]: https://e.org/a\n[2]: https://e.org/b_c_d", "[^1]: see there"),
    *("[a]: /x\n[b]: <y> 'Title'",),
    # Other tags than a line break.
    *("<b>bold</b> and <brr>", "<thinker>", "use <br-line> here"),
)


def words(text):
    return "".join(read(render(text)).words)


class TestAsWritten:
    @pytest.mark.parametrize("text", AS_WRITTEN)
    def test_nothing_is_lost_and_nothing_made_of_it(self, text):
        shown = render(text)
        assert words(text).replace("\n", "") == text.replace("\n", "")
        assert set(re.findall(r"<(\w+)", shown)) <= {"p", "br"}

    @pytest.mark.parametrize("text", [text for text in AS_WRITTEN if "\n\n" not in text])
    def test_within_an_item_and_a_quote(self, text):
        shown = render(f"- so {text}\n- end")
        assert html.escape(text, quote=False).replace("\n", "<br>\n") in shown.replace(
            "<br>\n  ", "<br>\n"
        ).replace("&quot;", '"')


class TestEmphasis:
    @pytest.mark.parametrize(
        ("text", "tag", "inside"),
        [
            ("an *apple* a day", "em", ["apple"]),
            ("(*b*), “*c*” *d.* *e*: x", "em", ["b", "c", "d.", "e"]),
            ("_so_ it is", "em", ["so"]),
            ("*Homo sapiens* (L.)", "em", ["Homo sapiens"]),
            ("**T**oo **L**ong", "strong", ["T", "L"]),
            ("**f(x)**, **a*b**", "strong", ["f(x)", "a*b"]),
            ("__two words__", "strong", ["two words"]),
            ("**重要：**请先备份。", "strong", ["重要："]),
            ("这是**“取出并重置”模式**。**星号。**因为", "strong", ["“取出并重置”模式", "星号。"]),
            ("含**「重点」**内容。**复现：**10 轮", "strong", ["「重点」", "复现："]),
            ("日本語では**「強調」**です。*斜体。*も", "strong", ["「強調」"]),
            ('한국어는 **"강조"**입니다', "strong", ['"강조"']),
            ("~~错。~~对", "s", ["错。"]),
        ],
    )
    def test_is_what_it_is(self, text, tag, inside):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", render(text))
        assert [html.unescape(one) for one in found] == inside


class TestFormulas:
    @pytest.mark.parametrize(
        "text",
        [
            *("$x>0$", "so $x^2 + y^2 = z^2$.", "($n$)", "the $n$th", "the $i$-th", "$x,$ $y$"),
            *("函数$f(x)$在此", "$a$/$b$", r"$5 \text{ and } 6$", "**$x$**", "$Na^+$"),
        ],
    )
    def test_touch_their_signs(self, text):
        assert "<math" in render(text)


class TestIndented:
    @pytest.mark.parametrize(
        "text",
        [
            "    An indented first line, as in letters, of more than enough words.",
            "    他说，这段文字只是段首缩进了四个空格，并不是代码。",
            "\tDear Anna,\n\tthank you.",
            "    “So be it,” she said (twice).",
            "Above.\n\n    Roses are red\n    violets are blue",
        ],
    )
    def test_prose_is_a_paragraph(self, text):
        assert "<pre" not in render(text)
        assert words(text).split() == text.split()

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "    x = 1",
                "    pip install evenhand",
                "    $ ls -la",
                "    SELECT NAME FROM USERS",
            ),
            *("    def f():\n        return 1", "    if (a) {\n    }", "    <b>", "    Print();"),
        ],
    )
    def test_code_is_code(self, text):
        assert '<pre dir="ltr"><code>' in render(text)


class TestListNumbers:
    @pytest.mark.parametrize("numbers", [(1, 2, 3), (1, 1, 1), (3, 3, 7), (0, 10, 5), (2024, 1, 9)])
    @pytest.mark.parametrize("sign", [".", ")"])
    def test_are_kept(self, numbers, sign):
        shown = render("\n".join(f"{number}{sign} x" for number in numbers))
        assert re.findall(r'<li value="(\d+)"', shown) == list(map(str, numbers))

    def test_are_none_in_lists_without(self):
        assert "value" not in render("- a\n- b")


class TestPictures:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("![](https://e.org/a.png)", "[https://e.org/a.png]"),
            ("![ ](a.png)", "[a.png]"),
            ("![](javascript:x)", "![](javascript:x)"),
            ("![kite](a.png)", "[kite]"),
            ("![]()", "[…]"),
        ],
    )
    def test_show_words_or_their_place(self, text, shown):
        assert words(text) == shown


class TestLineBreak:
    @pytest.mark.parametrize(
        "tag", ["<br>", "<br/>", "<br />", "<BR>", "<BR />", "</br>", '<br class="x">', "<br>\n"]
    )
    def test_breaks_the_line(self, tag):
        assert render(f"a{tag}b") == '<p dir="auto">a<br>\nb</p>'
        if "\n" not in tag:
            assert "<td>a<br>\nb</td>" in render(f"|x|\n|-|\n|a{tag}b|")
            assert "<li>a<br>\nb</li>" in render(f"- a{tag}b")
            assert "<strong>a<br>\nb</strong>" in render(f"**a{tag}b**")

    @pytest.mark.parametrize("tag", ["<br>", "<br/>", "<BR />"])
    @pytest.mark.parametrize(
        "text",
        [
            *("`{}`", "```\n{}\n```", "|x|\n|-|\n|`a{}b`|", "    x = {};\n    y = 1;"),
            *("The {} tag ends a line.", "Use {}, or two spaces.", "A break ({}) is no paragraph."),
            *("Das {}-Tag beendet die Zeile.", "“{}” is HTML.", "There are {} elements."),
        ],
    )
    def test_is_shown_as_code_where_the_text_speaks_of_it(self, text, tag):
        shown = render(text.format(tag))
        assert html.escape(tag) in shown
        assert shown.count("<code") == 1
        assert "<br>" not in shown

    @pytest.mark.parametrize(
        "text",
        [
            *("Montag<br>Tag 2", "Montag <br> Tag 2", "Elements:<br> Iron", "Plan <br>Tags: a, b"),
            *("option a <br> option b", "a<br>\n<br>b", "(see<br>below)", "1 <br>- 2"),
        ],
    )
    def test_is_no_noise_anywhere_else(self, text):
        shown = render(text)
        assert "<br>" in shown
        assert "&lt;" not in shown
        assert "<code" not in shown

    def test_stays_linear(self):
        assert "&lt;br" in render("<br " + "x" * 60_000)
        assert render("<br>" * 2000).count("<br>") == 2000
