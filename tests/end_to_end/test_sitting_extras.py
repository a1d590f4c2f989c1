"""What a sitting offers beside the vote: reasons, other views, a practice."""

import re

import pytest
from playwright.sync_api import expect

from service.database import now
from service.store import models
from service.usecases import invites
from tests.end_to_end.conftest import Rater
from tests.end_to_end.house import wait_for

pytestmark = pytest.mark.browser


class TestReason:
    def test_a_reason_goes_with_the_vote_cast_last(self, house, rater, page):
        first = rater.sit_down().token
        rater.press("r")
        page.get_by_text("Choose first; then you can say why.").wait_for()
        rater.press("2")
        rater.look()
        rater.press("r")
        page.get_by_text("About the vote you cast last: A better").wait_for()
        page.get_by_label("Tone").check()
        page.get_by_label("In your own words").fill("1 kind word")
        page.get_by_role("button", name="Add it").click()
        wait_for(lambda: house.count(models.Reason) == 1)
        with house.database.reading() as session:
            row = session.query(models.Reason).one()
            assert session.get_one(models.Assignment, row.assignment_id).token == first
            assert (row.kinds, row.note) == (["tone"], "1 kind word")
        assert house.choices() == ["left"]


class TestViews:
    def test_differences_come_and_go(self, house, rater, page):
        rater.sit_down()
        before = page.locator("#left-text").inner_html()
        rater.press("d")
        page.locator("#right-text mark").first.wait_for()
        words = {
            page.locator(f"#{side}-text mark").first.inner_text() for side in ("left", "right")
        }
        assert words == {"Plain", "Retrieval"}
        rater.press("d")
        assert page.locator("mark").count() == 0
        assert page.locator("#left-text").inner_html() == before

    def test_panes_scroll_in_step_on_request(self, open_house, page):
        house = open_house(text=lambda name, n: f"{name} {n} " + "words " * (900 * len(name)))
        rater = Rater(house, page).sit_down()
        left, right = (page.locator(f"#pane-{side} .scroll") for side in ("left", "right"))
        bottom = "box => box.scrollTo(0, box.scrollHeight)"
        left.evaluate(bottom)
        rater.frames()
        assert right.evaluate("box => box.scrollTop") == 0
        page.get_by_role("button", name="Scroll together").click()
        left.evaluate("box => box.scrollTo(0, 0)")
        rater.frames()
        left.evaluate(bottom)
        rater.frames()
        rest = right.evaluate("box => box.scrollHeight - box.clientHeight - box.scrollTop")
        assert abs(rest) <= 1

    def test_plain_text_holds_for_both_sides_and_the_next(self, open_house, page):
        house = open_house()
        with house.database.transaction() as session:
            for row in session.query(models.Completion):
                row.html = [f"<h4>{row.id}</h4><p><strong>bold</strong></p>"]
        rater = Rater(house, page).sit_down()
        page.get_by_role("button", name="Plain text").click()
        weigh = """() => [...document.querySelectorAll(".pane :is(h4, strong)")].map(
          (element) => getComputedStyle(element).fontWeight)"""
        assert page.evaluate(weigh) == ["400"] * 4
        rater.press("3")
        rater.look()
        assert page.evaluate(weigh) == ["400"] * 4


class TestPractice:
    def test_is_one_key_and_leads_to_the_first_matchup(self, open_house, page):
        house = open_house(options={})
        rater = Rater(house, page)
        page.goto(house.link())
        page.get_by_role("button", name="Start").click()
        page.get_by_text("This one is not kept.").wait_for()
        rater.get_ready()
        rater.press("5")
        rater.look()
        assert "basil" not in page.locator("#prompt").inner_text()
        rater.press("1")
        rater.look()
        rater.saved()
        assert house.choices() == ["left_much"]


class TestHelp:
    def test_says_what_is_asked_and_changes_the_language_on_the_way(self, house, rater, page):
        with rater.stocking():
            rater.sit_down()
        page.context.set_offline(True)
        rater.press("2")
        second = rater.look()
        page.context.set_offline(False)
        rater.press("?")
        card = page.get_by_role("dialog", name="Help")
        card.get_by_text("Choose the one you would rather get.").wait_for()
        card.get_by_role("button", name="Deutsch").click()
        page.locator("html[lang=de] body.live").wait_for()
        rater.last = ""
        assert rater.look() == second
        wait_for(lambda: house.choices() == ["left"])

    def test_begins_with_what_is_asked_for_those_who_hear_it(self, rater, page):
        rater.sit_down()
        rater.press("?")
        card = page.get_by_role("dialog", name="Help")
        expect(card).to_have_accessible_description(re.compile("Choose the one you would"))

    def test_hands_the_link_over_again(self, house, rater, page):
        rater.sit_down()
        at = page.url
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator("#help").click()
        page.get_by_role("link", name="Go on elsewhere").click()
        expect(page.get_by_role("status")).to_be_attached()  # it is heard only if it was there
        page.get_by_role("button", name="Copy the link").click()
        page.get_by_text("Copied.").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == page.get_by_label("Your link").input_value()
        page.goto(link)
        page.get_by_role("button", name="Go on").click()
        rater.last = ""
        rater.look()
        assert page.url == at


class TestLink:
    @pytest.mark.parametrize(("works", "told"), [(True, "Copied."), (False, "That did not work")])
    def test_says_so_where_it_cannot_be_copied(self, house, rater, page, works, told):
        rater.sit_down()
        page.goto(page.url + "link")
        # As where no TLS is: only the old way is left, and it may be refused too.
        page.evaluate(
            """works => { Object.defineProperty(navigator, "clipboard", { value: undefined });
              document.execCommand = () => works }""",
            works,
        )
        page.get_by_role("button", name="Copy the link").click()
        expect(page.get_by_role("status")).to_contain_text(told)


class TestForcedColours:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "forced_colors": "active"}

    def test_show_which_view_is_on(self, rater, page):
        rater.sit_down()
        edge = "button => getComputedStyle(button).borderTopWidth"
        page.locator("#in-step").click()
        assert page.locator("#in-step").evaluate(edge) != page.locator("#as-plain").evaluate(edge)


class TestWithdrawnLink:
    def test_ends_the_sitting_with_a_word_of_thanks(self, house, rater, page):
        rater.sit_down()
        rater.press("2")
        rater.look()
        rater.saved()
        with house.database.transaction() as session:
            handle = session.query(models.Invite).one().handle
            invites.revoke(session, house.study.name, handle, now(session))
        rater.press("5")
        page.get_by_role("heading", name="Thank you").wait_for()
        page.get_by_text("Your link was withdrawn, so your sitting ends here.").wait_for()
        assert house.choices() == ["left", "right"]
