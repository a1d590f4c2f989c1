"""Texts wider than their pane: they scroll by themselves, say so, and keys reach them."""

import re

import pytest

from service.blinding import rendering
from service.store import models
from tests.end_to_end.access import RATER_RULES, violations
from tests.end_to_end.conftest import Rater

pytestmark = pytest.mark.browser

TABLE = "|" + "averyveryverylongword|" * 9 + "\n|" + "-|" * 9 + "\n|" + "cell<br>two|" * 9
CODE = "```python\n" + "x = " + "y + " * 60 + "z\n```"
FORMULA = "$$" + "+".join(rf"\sqrt{{x_{{{n}}}}}" for n in range(40)) + "$$"
PROSE = "```\n" + "Dear customer, we are sorry about that. " * 9 + "\n```"
WIDE = f"First words.\n\n{TABLE}\n\n{CODE}\n\n{FORMULA}\n\n{PROSE}\n\nLast words."
NARROW = "|a|b|\n|-|-|\n|1|2|\n\n```\nx\n```\n\n$$x$$"

SCROLLERS = """() => [...document.querySelectorAll("#left-text [tabindex='0']")]
  .map((part) => [part.tagName, part.getAttribute("role"), part.getAttribute("aria-label")])"""
MOVED = "async box => { while (!box.scrollLeft) await new Promise(requestAnimationFrame) }"
# Whether shades stand at its edges that its own ground covers where nothing is beyond.
SHADED = """part => getComputedStyle(part).backgroundAttachment.includes("local")
  && getComputedStyle(part).backgroundImage.split("linear-gradient").length > 4"""
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll(".scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.tagName)"""


def show(open_house, text, prompt="Which?"):
    house = open_house()
    with house.database.transaction() as session:
        for row in session.query(models.Completion):
            row.html = [rendering.render(text)]
        for row in session.query(models.Prompt):
            row.html = {"turns": [rendering.render(prompt)], "context": ""}
    return house


@pytest.mark.parametrize("width", [320, 390, 1280])
class TestWideTexts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args, width):
        size = {"width": width, "height": 800}
        return {**browser_context_args, "viewport": size, "bypass_csp": True}

    def test_scroll_by_themselves_with_a_cue_and_a_name(self, open_house, page, width):
        Rater(show(open_house, WIDE), page).sit_down()
        assert page.evaluate(SIDEWAYS) == []
        page.locator("#left-text table[tabindex='0']").wait_for()
        assert page.evaluate(SCROLLERS) == [
            ["TABLE", None, "Table: it goes on sideways"],
            ["PRE", "group", "Code: it goes on sideways"],
            ["P", "group", "Formula: it goes on sideways"],
        ]
        for part in page.locator("#left-text [tabindex='0']").all():
            assert part.evaluate(SHADED)
            part.focus()
            page.keyboard.press("ArrowRight")
            part.evaluate(MOVED)
        assert violations(page, RATER_RULES) == []

    def test_are_left_alone_where_they_fit(self, open_house, page, width):
        rater = Rater(show(open_house, NARROW), page).sit_down()
        rater.frames()
        assert page.evaluate(SCROLLERS) == []


class TestWideScreen:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "viewport": {"width": 2200, "height": 1000}}

    def test_code_and_the_prompt_use_it_and_prose_does_not(self, open_house, page):
        asked = "Which of the two would you rather get? " * 60
        Rater(show(open_house, WIDE, asked), page).sit_down()
        widths = page.evaluate(
            """names => Object.fromEntries(names.map((name) =>
              [name, document.querySelector(name).getBoundingClientRect().width]))""",
            ["#pane-left", "#left-text pre", "#left-text p", "#prompt-frame", "#prompt p"],
        )
        assert widths["#left-text pre"] > 0.9 * widths["#pane-left"]
        assert widths["#left-text p"] < 700
        assert widths["#prompt p"] > 0.95 * widths["#prompt-frame"]


class TestFold:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        size = {"width": 390, "height": 800}
        return {**browser_context_args, "viewport": size, "has_touch": True, "is_mobile": True}

    def test_a_prompt_that_was_unfolded_stays_so(self, open_house, page):
        house = show(open_house, "Words.", "Which of the two would you rather get? " * 9)
        rater = Rater(house, page).sit_down()
        fold = page.locator("#fold")
        assert fold.get_attribute("aria-expanded") == "false"
        fold.tap()
        for _ in range(2):
            page.locator("#tab-right").tap()
            page.get_by_role("button", name="Both good").tap()
            rater.look()
            assert fold.get_attribute("aria-expanded") == "true"
        page.reload()
        rater.get_ready()
        assert fold.get_attribute("aria-expanded") == "true"

    def test_the_bar_stays_where_it_is_and_nothing_looks_chosen(self, open_house, page):
        rater = Rater(show(open_house, "Words."), page).sit_down()
        button = page.get_by_role("button", name="Both good")
        place, look = button.bounding_box(), button.evaluate(LOOK)
        button.tap()  # says that B is to be looked at
        assert button.bounding_box() == place
        page.locator("#tab-right").tap()
        button.tap()
        rater.look()
        assert button.bounding_box() == place
        assert button.evaluate(LOOK) == look
        page.locator("#skip").tap()
        rater.look()
        assert button.bounding_box() == place
        page.locator("#flag").tap()
        page.get_by_label("Something else").tap()
        page.locator("#flagging button.primary").tap()
        page.locator("#flagging").wait_for(state="hidden")
        assert button.bounding_box() == place
        page.locator("#undo").tap()
        page.get_by_text(re.compile("Choose again")).wait_for()
        assert button.bounding_box() == place


LOOK = """part => { const style = getComputedStyle(part);
  return [style.borderColor, style.backgroundColor, style.boxShadow, style.outlineStyle] }"""
