"""A study watched in a real browser: raters, invites, and what renews itself."""

import random
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from service.usecases.blind import voting
from tests import factories
from tests.end_to_end.access import violations
from tests.end_to_end.conftest import House
from tests.end_to_end.test_studio import sign_in
from tests.factories import later

pytestmark = pytest.mark.browser


@pytest.fixture
def house(open_house) -> House:
    made = open_house(prompts=15, options={"repeats": 0, "practice": []})
    with made.database.transaction() as session:
        rater = factories.make_rater(session, made.study, "Ben")
        rng, lease = random.Random(1), timedelta(minutes=30)
        while dealt := factories.deal(session, rater, later(1), rng, lease, 1):
            token = dealt[0].token
            voting.cast(session, rater, token, "left", token, later(1), duration_ms=900)
    return made


def open_page(house: House, page: Page, path: str) -> Page:
    sign_in(house, page, f"/studio/support-replies/{path}")
    expect(page.locator("main h1")).to_be_visible()
    return page


class TestRaters:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_are_left_out_with_a_reason_and_taken_back(self, house, page, theme):
        page.emulate_media(color_scheme=theme)
        open_page(house, page, "raters")
        expect(page.get_by_text("Nearly always A: 15 of 15 votes for a side")).to_be_visible()
        page.locator("summary", has_text="Leave out").click()
        assert violations(page) == []
        page.get_by_label("Why").fill("did not read")
        page.get_by_role("button", name="Leave out").click()
        expect(page.get_by_text("15 judgements are left out.")).to_be_visible()
        expect(page.get_by_text("15: did not read")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Let it count again").click()
        expect(page.get_by_text("15 judgements count again.")).to_be_visible()


class TestInvites:
    def test_are_made_for_many_and_shown_as_a_code(self, house, page):
        open_page(house, page, "")
        page.locator("summary", has_text="Many at once").click()
        page.get_by_label("Names, one a line").fill("Ada\nBea")
        page.get_by_role("button", name="Make a personal link for each").click()
        expect(page.get_by_text("2 links are made.")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="QR code Ada").click()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        assert violations(page) == []
        box = page.locator("svg.segno").bounding_box()
        assert box["width"] == box["height"] > 200


HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
COUNT = """() => {
  window.looks = 0;
  document.addEventListener("look", () => { window.looks += 1; }, { capture: true });
}"""


@pytest.mark.parametrize("path", ["", "leaderboard"])
class TestLiving:
    def looks_within(self, page, minutes) -> int:
        before = page.evaluate("window.looks")
        page.clock.run_for(minutes * 60_000)
        return page.evaluate("window.looks") - before

    def still(self, house, page, path) -> None:
        page.clock.install()
        open_page(house, page, path)
        page.evaluate(COUNT)

    def test_looks_ever_more_rarely_while_nothing_changes(self, house, page, path):
        self.still(house, page, path)
        living = page.locator("[data-live]").get_attribute("hx-get")
        with page.expect_response(lambda answer: living in answer.url) as heard:
            page.clock.run_for(2000)
        assert heard.value.status == 204
        first = self.looks_within(page, 1)
        assert 3 <= first <= 10
        page.clock.run_for(600_000)
        assert self.looks_within(page, 10) in {10, 11}

    def test_looks_never_while_it_is_hidden_and_at_once_when_it_is_seen(self, house, page, path):
        self.still(house, page, path)
        page.clock.run_for(600_000)
        page.evaluate(HIDE, arg=True)
        assert self.looks_within(page, 60) == 0
        living = page.locator("[data-live]").get_attribute("hx-get")
        with page.expect_response(lambda answer: living in answer.url):
            page.evaluate(HIDE, arg=False)
        assert self.looks_within(page, 1) >= 3


class TestPlan:
    def test_answers_what_it_is_asked_and_keeps_what_is_typed(self, open_house, page):
        house = open_house(prompts=15, state="draft", opened_at=None)
        open_page(house, page, "estimate")
        expect(page.get_by_text("2 raters, 15 votes on 15 prompts")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("textbox", name="Raters", exact=True).fill("6")
        page.get_by_role("textbox", name="To be told").fill("70")
        page.get_by_role("button", name="Work out").click()
        expect(page.get_by_text("To tell 70/30 you need about")).to_be_visible()
        page.get_by_role("textbox", name="Matchups each rater is asked for").fill("1")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
        expect(page.get_by_text("2 raters, 2 votes on 15 prompts")).to_be_visible()
        assert violations(page) == []
