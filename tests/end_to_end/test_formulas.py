"""Formulas as a browser paints them: roots and brackets are there, and as tall as they must be."""

import base64

import pytest

from service.blinding import rendering
from service.store import models
from tests.end_to_end.conftest import Rater

pytestmark = pytest.mark.browser

ROOTS = [
    r"\sqrt{x}",
    r"\sqrt{\frac{a+b}{c}}",
    r"\sqrt[3]{x^2+1}",
    r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}",
]
TALL = [
    r"\left(\frac{a}{b}\right)",
    r"\left[\begin{matrix}1&2\\3&4\\5&6\end{matrix}\right]",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
    r"\begin{bmatrix}1&2\\3&4\\5&6\\7&8\end{bmatrix}",
    r"\begin{vmatrix}a&b\\c&d\end{vmatrix}",
    r"\begin{cases}x&x>0\\-x&x\le 0\end{cases}",
    r"\left|\frac{a}{b}\right|",
    r"\left\{\frac{a}{b}\right\}",
    r"\left\lfloor\frac{n}{2}\right\rfloor",
    r"\left\langle\frac{\psi}{2}\right\rangle",
]
WIDE = [r"\overbrace{a+b+c}", r"\underbrace{a+b+c}", r"\overline{a+b}"]
LARGE = [r"\sum_{n=1}^\infty \frac{1}{n^2}", r"\int_0^1 x^2\,dx", r"\prod_{i=1}^n i"]
FORMULAS = [*ROOTS, *TALL, *WIDE, *LARGE]

# For each formula where a sign must be: the corner before a root, the ends of what is stretched.
PLACES = """() => [...document.querySelectorAll("#left-text math")].map((math) => {
  const box = (part) => part.getBoundingClientRect();
  const cut = (x, y, width, height) => ({ x, y, width, height });
  const roots = [...math.querySelectorAll("msqrt, mroot")].map((root) => {
    const inside = box(root.firstElementChild), all = box(root);
    return cut(all.left, all.top, inside.left - all.left, all.height);
  });
  const row = box(math.querySelector("mtable, mfrac") ?? math);
  const signs = [...math.querySelectorAll("mo")].filter((sign) => sign.textContent);
  const tall = signs.filter((sign) => "()[]{}|⌊⌋⟨⟩".includes(sign.textContent));
  const ends = tall.flatMap((sign) => [
    cut(box(sign).left, row.top, box(sign).width, row.height / 4),
    cut(box(sign).left, row.bottom - row.height / 4, box(sign).width, row.height / 4),
  ]);
  const wide = signs.filter((sign) => "⏞⏟‾".includes(sign.textContent));
  const sides = wide.flatMap((sign) => {
    const under = box(sign.parentElement.firstElementChild), part = under.width / 4;
    const y = box(sign).top - 2, height = box(sign).height + 4;
    return [cut(under.left, y, part, height), cut(under.right - part, y, part, height)];
  });
  const large = signs.filter((sign) => "∑∫∏".includes(sign.textContent)).map(box)
    .map((it) => cut(it.left, it.top, it.width, it.height / 4));
  return [...roots, ...ends, ...sides, ...large];
})"""
# How many dark points a picture has in each of some places.
INK = """async ([picture, places]) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  return places.map((some) => some.map(({ x, y, width, height }) => {
    if (width < 1 || height < 1) return 0;
    const whole = [Math.floor(x), Math.floor(y), Math.ceil(width), Math.ceil(height)];
    const { data } = canvas.getImageData(...whole);
    return data.filter((light, at) => at % 4 === 1 && light < 128).length; // green tells
  }));
}"""
WITHOUT = """() => { for (const sheet of document.styleSheets)
  sheet.insertRule("math { font-family: monospace !important }", sheet.cssRules.length); }"""
LEAST = 3  # dark points, of a hairline


class TestFormulas:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "viewport": {"width": 1280, "height": 2400}}

    @pytest.fixture
    def ink(self, open_house, page, context):
        """Show all formulas; return a function that counts what is painted where signs must be."""
        house = open_house()
        with house.database.transaction() as session:
            shown = "".join(rendering.render(f"$${tex}$$") for tex in FORMULAS)
            for row in session.query(models.Completion):
                row.html = [shown]
        Rater(house, page).sit_down()
        page.evaluate("() => document.fonts.ready")
        counter = context.new_page()

        def count() -> list[list[int]]:
            page.bring_to_front()
            picture = "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()
            places = page.evaluate(PLACES)
            return counter.evaluate(INK, [picture, places])

        return count

    def test_twenty_have_their_signs(self, page, ink):
        assert len(FORMULAS) == 20
        found = ink()
        assert len(found) == len(FORMULAS)
        poor = [
            tex for tex, dark in zip(FORMULAS, found, strict=True) if not dark or min(dark) < LEAST
        ]
        assert poor == []
        assert page.evaluate("document.fonts.check('17px \"Evenhand Formulas\"')")

    def test_would_be_missed_without_a_font_for_formulas(self, page, ink):
        page.evaluate(WITHOUT)
        found = dict(zip(FORMULAS, ink(), strict=True))
        assert [tex for tex in TALL if min(found[tex]) >= LEAST] == []
