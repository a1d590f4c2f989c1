"""Criteria and grades in a real browser: by keyboard, pointer and form, offline, on phones."""

import json
import re

import pytest
from playwright.sync_api import Browser

from service.store import models
from tests.end_to_end.access import RATER_RULES, violations
from tests.end_to_end.conftest import Rater
from tests.end_to_end.house import wait_for

pytestmark = pytest.mark.browser

PLAIN = {"repeats": 0, "practice": []}
BOTH = {**PLAIN, "criteria": ["Kind", "Well founded"], "grades": "with_votes"}
ONLY = {**PLAIN, "grades": "only"}
PRACTICE = ["Tried?", "One.", "Another."]


def marked(house) -> list[tuple]:
    """Everything that stands, in order: criteria and grades."""
    with house.database.reading() as session:
        leads: dict[int, list[str]] = {}
        for row in session.query(models.Criterion).order_by(models.Criterion.place):
            leads.setdefault(row.mark_id, []).append(row.lead)
        return [
            ("".join(lead[0] for lead in leads.get(row.id, [])), row.left_grade, row.right_grade)
            for row in session.query(models.Mark).order_by(models.Mark.id)
        ]


def answer(rater, digits: str) -> None:
    """Answer line after line and keep them."""
    rater.see_lines()
    for digit in digits:
        rater.press(digit)
    rater.press("Enter")


def choose(page, line: str, name: str) -> None:
    page.get_by_role("radiogroup", name=line).get_by_role("radio", name=name, exact=True).check()


class TestKeyboard:
    def test_a_sitting_with_criteria_and_grades_goes_offline_in_the_middle(
        self, open_house, page, context
    ):
        house = open_house(prompts=8, options=BOTH)
        rater = Rater(house, page).sit_down()
        rater.press("2")
        page.get_by_text("Your vote is kept. Please answer these lines too").wait_for()
        wait_for(lambda: house.choices() == ["left"])
        assert rater.token == rater.last  # the same texts stand there
        with rater.stocking():
            answer(rater, "1245")
        rater.look()
        rater.saved()
        assert marked(house) == [("le", 4, 5)]
        context.set_offline(True)
        for digits in ("3151", "2222"):
            rater.press("5")
            answer(rater, digits)
            rater.look()
        assert len(marked(house)) == 1
        kept = page.evaluate("JSON.stringify({ ...localStorage })")
        entries = [json.loads(entry) for entry in json.loads(kept).values()]
        assert sorted(entry["act"] for entry in entries) == ["marks", "marks", "vote", "vote"]
        assert not re.search("Kind|founded|Question|says|Plain|Retrieval", kept)
        context.set_offline(False)
        rater.press("1")
        answer(rater, "1111")
        rater.look()
        rater.saved()
        wait_for(lambda: len(marked(house)) == 4)
        assert marked(house) == [("le", 4, 5), ("rl", 5, 1), ("ee", 2, 2), ("ll", 1, 1)]
        assert house.choices() == ["left", "right", "right", "left_much"]
        assert page.locator("#count").inner_text() == "4 of 8"

    def test_a_reload_comes_back_to_the_lines_that_wait(self, open_house, page):
        house = open_house(options=BOTH)
        rater = Rater(house, page).sit_down()
        at, first = page.url, rater.token
        rater.press("2")
        wait_for(lambda: house.choices() == ["left"])
        page.goto(at)
        assert page.url == f"{at}marks/{first}"
        rater.press("6")  # no vote: these keys are for the lines
        answer(rater, "1333")
        rater.look()
        rater.saved()
        assert (house.choices(), marked(house)) == (["left"], [("lr", 3, 3)])

    def test_z_goes_a_line_back_and_then_takes_the_vote_back(self, open_house, page):
        house = open_house(options=BOTH)
        rater = Rater(house, page).sit_down()
        first = rater.token
        rater.press("2")
        rater.see_lines()
        for key in ("1", "3", "z", "2", "5", "5"):
            rater.press(key)
        assert page.locator("#keep").evaluate("it => it === document.activeElement")
        rater.press("Enter")
        second = rater.look()
        rater.saved()
        assert marked(house) == [("le", 5, 5)]
        rater.press("3")
        page.locator("#marks .line.current").wait_for()
        rater.press("z")
        page.get_by_text("Undone. Choose again.").wait_for()
        assert rater.token == second
        assert not page.locator("#marks").is_visible()
        wait_for(lambda: house.choices()[-1] is None)
        rater.get_ready()
        rater.press("4")
        answer(rater, "1111")
        assert rater.look() not in (first, second)
        rater.saved()
        assert house.choices() == ["left", "both_good", None, "both_bad"]

    def test_arrows_and_space_answer_nothing(self, open_house, page):
        rater = Rater(open_house(options=BOTH), page).sit_down()
        rater.press("2")
        rater.see_lines()
        for key in ("ArrowDown", "ArrowRight", "Space", "s", "9"):
            rater.press(key)
        assert page.locator("#marks input:checked").count() == 0
        assert page.locator("#marks").is_visible()


class TestGradesAlone:
    def test_a_sitting_of_digits_and_no_votes(self, open_house, page):
        house = open_house(prompts=3, options=ONLY)
        rater = Rater(house, page).sit_down()
        tokens = []
        for digits in ("42", "15"):
            tokens.append(rater.token)
            answer(rater, digits)
            rater.look()
        rater.saved()
        assert (house.choices(), marked(house)) == ([], [("", 4, 2), ("", 1, 5)])
        rater.press("z")
        assert rater.look() == tokens[1]
        answer(rater, "33")
        third = rater.look()
        assert third not in tokens
        rater.press("s")
        page.get_by_role("heading", name="That is all for now").wait_for()
        assert marked(house)[2:] == [("", None, None), ("", 3, 3)]

    def test_by_form_on_a_page_without_javascript(self, open_house, browser: Browser):
        house = open_house(prompts=2, options=ONLY)
        context = browser.new_context(java_script_enabled=False)
        page = house.watch(context.new_page())
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        for _ in range(2):
            choose(page, "Grade of A", "4")
            choose(page, "Grade of B", "1")
            page.get_by_role("button", name="Keep and go on").click()
        page.get_by_role("heading", name="That is all for now").wait_for()
        assert marked(house) == [("", 4, 1)] * 2
        context.close()


class TestPractice:
    """The lines stand in the practice too, and what is answered there is kept nowhere."""

    @pytest.mark.parametrize("options", [BOTH, ONLY])
    def test_leads_through_the_lines_to_the_first_matchup(self, open_house, page, options):
        house = open_house(prompts=2, options={**options, "practice": PRACTICE})
        rater = Rater(house, page)
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        page.get_by_text("Tried?").wait_for()
        rater.get_ready()
        if options is BOTH:
            rater.press("3")
            page.get_by_text("Lines like these follow each vote").wait_for()
        answer(rater, "1z1222" if options is BOTH else "1z52")
        page.get_by_text(re.compile("Question [0-9]")).wait_for()
        assert (house.choices(), marked(house)) == ([], [])

    @pytest.mark.parametrize("options", [BOTH, ONLY])
    def test_without_javascript_too(self, open_house, browser: Browser, options):
        house = open_house(prompts=1, options={**options, "practice": PRACTICE})
        context = browser.new_context(java_script_enabled=False)
        page = house.watch(context.new_page())
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        if options is BOTH:
            page.get_by_role("button", name="A much better").click()
            choose(page, "Kind", "A")
            choose(page, "Well founded", "Equal")
        choose(page, "Grade of A", "5")
        choose(page, "Grade of B", "1")
        page.get_by_role("button", name="Go on", exact=True).click()
        page.get_by_text(re.compile("Question [0-9]")).wait_for()
        assert (house.choices(), marked(house)) == ([], [])
        context.close()


class TestByPointer:
    def test_lines_are_answered_in_any_order_on_a_phone(self, open_house, browser: Browser):
        house = open_house(prompts=2, options=BOTH)
        context = browser.new_context(viewport={"width": 360, "height": 740})
        rater = Rater(house, context.new_page()).sit_down()
        page = rater.page
        page.locator("#tab-right").click()
        page.get_by_role("button", name="B better", exact=False).first.click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        for name, text in (("Grade of B", "5"), ("Well founded", "B"), ("Kind", "A")):
            choose(page, name, text)
        page.locator("#keep").click()
        assert page.locator(".line.current .asks").inner_text().startswith("Grade of A")
        choose(page, "Grade of A", "2")
        page.locator("#keep").click()
        rater.look()
        rater.saved()
        assert marked(house) == [("lr", 2, 5)]
        context.close()

    def test_after_a_vote_by_form_they_stand_on_the_next_page(self, open_house, browser: Browser):
        house = open_house(prompts=1, options=BOTH)
        context = browser.new_context(java_script_enabled=False)
        page = house.watch(context.new_page())
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="A much better").click()
        for name, text in (("Kind", "A"), ("Well founded", "Equal"), ("Grade of A", "5")):
            choose(page, name, text)
        page.get_by_role("button", name="Keep and go on").click()  # one line is missing
        choose(page, "Grade of B", "1")
        page.get_by_role("button", name="Keep and go on").click()
        page.get_by_role("heading", name="That is all for now").wait_for()
        assert marked(house) == [("le", 5, 1)]
        context.close()


class TestRoom:
    @pytest.mark.parametrize("size", [(1000, 700), (1280, 800), (360, 740)])
    def test_stays_for_the_texts_while_five_criteria_and_grades_wait(self, open_house, page, size):
        names = ["Kind", "Right", "Complete", "Short enough", "Says what happens next"]
        house = open_house(
            text=lambda name, number: f"{name} {number} " + "words " * 900,
            prompt_text=lambda number: f"Question {number}? " * 200,
            options={**PLAIN, "criteria": names, "grades": "with_votes"},
        )
        page.set_viewport_size({"width": size[0], "height": size[1]})
        rater = Rater(house, page).sit_down()
        if size[0] < 700:
            page.locator("#tab-right").click()
        rater.press("2")
        page.locator("#marks .line.current").wait_for()
        box = page.locator("#right-text").evaluate(
            "text => text.closest('.scroll').getBoundingClientRect().height"
        )
        assert box > 4 * 27
        keys = page.locator(".more").bounding_box()
        assert keys["y"] + keys["height"] <= size[1]


class TestAccessibility:
    @pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
    def test_no_page_breaks_a_rule(self, open_house, browser: Browser, theme, width):
        many = ["Kind", "Right", "Complete", "Clear", "A criterion with quite a long name to read"]
        house = open_house(prompts=2, options={**BOTH, "criteria": many})
        context = browser.new_context(
            color_scheme=theme, viewport={"width": width, "height": 800}, bypass_csp=True
        )
        page = context.new_page()
        rater = Rater(house, page).sit_down()
        at = page.url
        page.locator("#tab-right").click() if width < 700 else None
        rater.press("1")
        rater.see_lines()
        rater.press("1")
        self.check(page, "lines")
        rater.press("?")
        page.get_by_role("dialog", name="Help").wait_for()
        self.check(page, "keys")
        rater.put_away()
        for digit in "231245":
            rater.press(digit)
        rater.press("Enter")
        rater.look()
        rater.saved()
        page.goto(at + "votes")
        self.check(page, "votes")
        page.get_by_role("link", name="Change marks").click()
        page.locator("#marks").wait_for()
        self.check(page, "change")
        context.close()

    def check(self, page, name: str) -> None:
        assert violations(page, RATER_RULES) == [], name
