"""TeX becomes MathML, or stays TeX."""

import pytest

from service.blinding.mathematics import DEEPEST_FORMULA, LONGEST_FORMULA, as_written, formula
from service.blinding.rendering import render
from tests.blinding.allowlist import read

SCHOOL = [
    r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}",
    r"\sum_{i=1}^{n} x_i \le \int_0^\infty e^{-x}\,dx",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    r"\begin{cases} 1 & x<0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
    r"\hat{x} \cdot \vec{v} \in \mathbb{R}^{n \times n}",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"\left( \binom{n}{k} \right)",
]


class TestFormula:
    @pytest.mark.parametrize("tex", SCHOOL)
    def test_shows_what_schools_and_papers_write(self, tex):
        html = render(f"${tex}$")
        assert "<math" in html
        assert "<code" not in html
        assert read(html).faults == []

    @pytest.mark.parametrize(
        "tex",
        [
            *(r"a &= b \\ c &= d", r"\begin{aligned} a &= b \\ c &= d \end{aligned}"),
            *(
                r"a \\ b",
                r"\begin{gather} a \\ b \end{gather}",
                r"\begin{align} a &= b \\ c \end{align}",
            ),
        ],
    )
    def test_sets_lines_below_each_other_and_numbers_none(self, tex):
        shown = formula(tex, display=True) or ""
        assert shown.count("<mtr>") == 2
        assert "&amp;" not in shown
        assert "(1)" not in shown

    @pytest.mark.parametrize(
        ("tex", "part"),
        [
            *((r"\mathbb R", "<mi>ℝ</mi>"), (r"\mathbb{R}", "<mi>ℝ</mi>")),
            *((r"a \not= b", "<mo>≠</mo>"), (r"\xrightarrow{f}", "</mrow></mover></mrow></math>")),
            *(
                (r"\lim_{x\to 0}", '<munder><mo movablelimits="true">lim</mo><mrow>'),
                (r"\log_2 x", "<msub><mi>log</mi>"),
                (r"\overline{a+b}", '<mo accent="true" stretchy="true">‾</mo></mover>'),
                (r"\overrightarrow{AB}", '<mo stretchy="true">→</mo></mover>'),
                (r"\hat{x}", "<mo>^</mo></mover>"),
            ),
        ],
    )
    def test_mends_what_the_converter_gets_wrong(self, tex, part):
        assert part in (formula(tex, display=False) or "")

    def test_says_whether_it_stands_alone(self):
        assert 'display="block"' in (formula("x", display=True) or "")
        assert 'display="inline"' in (formula("x", display=False) or "")

    def test_escapes_what_the_author_wrote_and_no_more(self):
        shown = formula(r"a < b \text{<b>&lt;}", display=False) or ""
        assert "<mo>&lt;</mo>" in shown
        assert "<b>" not in shown

    @pytest.mark.parametrize(
        "tex",
        [
            *(r"\newcommand{\x}{\x\x}\x", r"\def\x{y}\x", r"\href{http://e.org}{x}"),
            *(r"\cancel{x}", r"\phantom{x}", r"\begin{tikzpicture} x \end{tikzpicture}"),
            *(r"\frac{1}{", r"\left(", r"x^", r"\begin{matrix}", "x" * (LONGEST_FORMULA + 1)),
            "{" * (DEEPEST_FORMULA + 1) + "x" + "}" * (DEEPEST_FORMULA + 1),
        ],
    )
    def test_refuses_what_it_cannot_or_must_not_show(self, tex):
        assert formula(tex, display=False) is None

    def test_forgets_macros_and_numbers(self):
        tex = r"\begin{align} a \end{align}"
        assert formula(tex, display=True) == formula(tex, display=True)


class TestPlaces:
    def test_finds_a_block_inside_a_list_and_a_quotation(self):
        html = render("- a\n  $$\n  x^2\n  $$\n\n> \\[\n> y^2\n> \\]")
        assert html.count('display="block"') == 2

    def test_ends_at_a_blank_line(self):
        assert "<math" not in render("$$\nx\n\ny\n$$ z $")

    def test_is_no_formula_inside_code(self):
        assert "<math" not in render("`$x$`\n\n    $$x$$\n\n```\n$$x$$\n```")

    def test_breaks_into_a_paragraph(self):
        html = render("so\n\\[\nx_1 = 2 \\\n= 3\n\\]\nand")
        assert '<p dir="auto">so</p>' in html
        assert '<p dir="auto">and</p>' in html


class TestAsWritten:
    @pytest.mark.parametrize(
        ("opening", "shown"),
        [("$", "$x$"), ("$$", "$$x$$"), ("\\(", r"\(x\)"), ("\\[", r"\[x\]")],
    )
    def test_closes_what_it_opens(self, opening, shown):
        assert as_written("x", opening) == shown
