"""Hostile texts on the real rating page: nothing runs, nothing is fetched, nothing leaks out."""

import json
from pathlib import Path

import pytest

from service.blinding import rendering
from tests import factories
from tests.end_to_end.conftest import Rater

pytestmark = pytest.mark.browser

CORPUS = Path(__file__).parents[1] / "blinding" / "corpus" / "xss.jsonl"
PAYLOADS = [json.loads(line)["text"] for line in CORPUS.read_text("utf-8").splitlines()]
ON_A_PAGE = 24

# What a style that left its pane would change: the same parts, seen before and after.
LOOK = """() => ["#bar", "#prompt", "#pane-left", "#pane-right", "header", "body"].map((name) => {
  const part = document.querySelector(name);
  if (!part) return [name];
  const style = getComputedStyle(part);
  return [name, style.color, style.backgroundColor, style.font, style.position, style.display,
    style.opacity, style.transform, style.visibility];
})"""
# What a sanitised text may never hold, and elements that stand out of their pane.
LIVE = """() => [...document.querySelectorAll("#left-text *, #right-text *, #prompt *")]
  .flatMap((part) => [...part.attributes].map((one) => [part.localName, one.name, one.value]))
  .filter(([, name, value]) => /^(on|style$|id$|name$|src|href|action|form|data-)/i.test(name)
    || /^\\s*(javascript|data|vbscript):/i.test(value))
  .concat([...document.querySelectorAll(
    "#left-text, #right-text")].flatMap((pane) => [...pane.querySelectorAll(
    "script, style, iframe, object, embed, link, meta, base, form, img, svg, video, audio")])
    .map((part) => [part.localName]))"""
OUTSIDE = """() => ["left", "right"].flatMap((side) => {
  const pane = document.getElementById("pane-" + side).getBoundingClientRect();
  return [...document.querySelectorAll(`#${side}-text *`)]
    .filter((part) => ["fixed", "sticky"].includes(getComputedStyle(part).position))
    .map((part) => part.outerHTML.slice(0, 80))
    .concat(pane.width > innerWidth ? ["pane"] : []);
})"""
TOUCH = """() => {
  for (const part of document.querySelectorAll("#left-text *"))
    for (const kind of ["mouseover", "click", "focus", "toggle"])
      part.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
}"""


def chunks() -> list[list[str]]:
    return [PAYLOADS[at : at + ON_A_PAGE] for at in range(0, len(PAYLOADS), ON_A_PAGE)]


def show(texts: list[str]) -> list[str]:
    """Render each text as a conversation's turn: no payload can hide in another's markup."""
    return [rendering.render(text) for text in texts]


class TestHostileTexts:
    def test_the_corpus_is_as_large_as_promised(self):
        assert len(PAYLOADS) >= 200

    def test_nothing_runs_loads_or_leaks(self, open_house, page):
        pages = chunks()
        house = open_house(
            prompts=len(pages),
            text=lambda name, number: f"{name} {number}",
            prompt_text=lambda number: f"Question {number}",
        )
        with house.database.transaction() as session:
            rows = {row.key: row for row in session.query(factories.models.Prompt)}
            for number, texts in enumerate(pages):
                html = show(texts)
                row = rows[f"p{number}"]
                row.html = {"turns": html[:1], "context": html[-1]}
                for answer in session.query(factories.models.Completion).filter_by(
                    prompt_id=row.id
                ):
                    answer.html = html
        alarms: list[str] = []
        page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda window: alarms.append(window.url))
        rater = Rater(house, page).sit_down()
        address = page.url
        calm = page.evaluate(LOOK)
        seen = 0
        for number in range(len(pages)):
            seen += page.locator("#left-text").evaluate("part => part.children.length") > 0
            # Everything a hasty rater may do to a text: pass over it, click it, focus it.
            page.evaluate(TOUCH)
            assert page.evaluate(LOOK) == calm
            assert page.evaluate(LIVE) == []
            assert page.evaluate(OUTSIDE) == []
            assert page.url == address
            if number < len(pages) - 1:
                rater.press("3")
                rater.look()
        assert seen == len(pages)
        assert alarms == []
        # Requests to other origins and refusals of our own policy are asked for by `house`.
