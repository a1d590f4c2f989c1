"""The sighted pages in a real browser: both themes, narrow and wide, living without flicker."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from service.database import now
from service.store import models
from service.usecases import accounts
from tests import boards
from tests.end_to_end.access import violations
from tests.end_to_end.conftest import House
from tests.reporting.report.test_page import tagged
from tests.usecases.sighted.results.bases import board, won

pytestmark = pytest.mark.browser

PAGES = (
    "/studio/",
    "/studio/new",
    "/studio/support-replies/settings",
    "/studio/support-replies/configurations",
    "/studio/support-replies/configuration?of=small-model",
    "/studio/support-replies/prompts",
    "/studio/support-replies/",
    "/studio/support-replies/raters",
    "/studio/support-replies/estimate",
    "/studio/support-replies/completions/",
    "/studio/support-replies/completions/1",
    "/studio/support-replies/leaderboard",
    "/studio/support-replies/leaderboard/compare",
    "/studio/support-replies/elsewhere",
    "/studio/support-replies/decisions",
    "/studio/support-replies/doctor",
    "/studio/support-replies/exports",
    "/studio/support-replies/judges",
    "/studio/studies/support-replies/webhooks",
    "/studio/tokens",
    "/studio/support-replies/matchup?first=retrieval&second=fine-tune",
)

CIRCLE = (*won("a", "b", 60, 20), *won("b", "c", 60, 20), *won("c", "a", 60, 20))
CARDS = {
    "^retrieval is preferred to fine-tune": boards.pair(),
    "^At the declared end: ": boards.pair(state="at_end"),
    "cannot be told apart; .* are behind": boards.board(),
    "^…retrieval and …fine-tune cannot": boards.prefixed(tagged(), "shop/answers-of-2026/"),
    "^Not comparable: ": board(*won("a", "b", 51, 7), *won("c", "d", 30, 28)),
    "^There is no best: ": board(*CIRCLE),
    "^No signal: ": board(("a", "b", "both_bad", 40)),
    "^There is not enough data": board(names=["a", "b"]),
    "^For these 2 raters and for these 3 prompts: ": board(
        *won("a", "b", 12, 4), *won("old", "a", 40, 4), retired=["old"], raters=2, prompts=3
    ),
}


@pytest.fixture
def house(open_house) -> House:
    made = open_house(
        configurations=list(boards.SHARES),
        prompts=4,
        options={"repeats": 0, "practice": [], "criteria": ["Kind"], "grades": "with_votes"},
        completion_fields={
            "small-model": {
                "state": "failed",
                "error_class": "Timeout",
                "error_message": "No answer within 120 s.",
            }
        },
    )
    made.link()
    return made


def rank(house: House, **changes) -> None:
    with house.database.transaction() as session:
        boards.keep(session, house.study.id, boards.board(**changes))


def sign_in(house: House, page: Page, then: str = "") -> Page:
    with house.database.transaction() as session:
        operator = accounts.ensure_operator(session, now(session))
        link = accounts.make_sign_in_link(session, operator, now(session))
    house.watch(page).goto(f"{house.address}/sign-in/{link}?next={then}")
    page.get_by_role("button", name="Sign in").click()
    return page


@pytest.fixture
def studio(house, page) -> Page:
    return sign_in(house, page)


def unfold(page: Page) -> None:
    """Show what stands behind a summary."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


class TestAccess:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_every_page_is_open_to_everybody(self, house, studio, theme):
        rank(house)
        studio.emulate_media(color_scheme=theme)
        for path in PAGES:
            studio.goto(house.address + path)
            unfold(studio)
            assert violations(studio) == [], path

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_so_is_the_way_in(self, house, page, theme):
        page.emulate_media(color_scheme=theme)
        house.watch(page).goto(f"{house.address}/studio/")
        expect(page.get_by_text("evenhand sign-in")).to_be_visible()
        assert violations(page) == []

    @pytest.mark.parametrize("width", [360, 768, 3840])
    def test_no_page_is_wider_than_its_window(self, house, studio, width):
        rank(house)
        studio.set_viewport_size({"width": width, "height": 900})
        for path in PAGES:
            studio.goto(house.address + path)
            unfold(studio)
            assert studio.evaluate("document.documentElement.scrollWidth") <= width, path

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_so_is_every_kind_of_card(self, house, studio, theme):
        studio.emulate_media(color_scheme=theme)
        studio.set_viewport_size({"width": 390, "height": 900})
        for first, card in CARDS.items():
            with house.database.transaction() as session:
                boards.keep(session, house.study.id, card)
            studio.goto(f"{house.address}/studio/support-replies/leaderboard")
            expect(studio.locator(".decision dt").first).to_have_text(re.compile(first))
            assert violations(studio) == [], first
            assert studio.evaluate("document.documentElement.scrollWidth") <= 390, first


class TestLeaderboard:
    def test_renews_itself_in_place(self, house, page):
        rank(house)
        sign_in(house, page, "/studio/support-replies/leaderboard")
        expect(page.get_by_text("retrieval is preferred to plain-prompt.")).to_be_visible()
        page.evaluate("document.querySelector('.intervals li').kept = 'yes'")
        page.get_by_text("What this rests on").click()
        page.get_by_text("The numbers of this picture").first.click()
        rank(house, votes=121)
        expect(page.get_by_text("121 votes by 6 people")).to_be_visible(timeout=15_000)
        assert page.evaluate("document.querySelector('.intervals li').kept") == "yes"
        assert page.evaluate("document.querySelector('details').open")

    def test_draws_every_interval_inside_its_track(self, house, page):
        rank(house)
        sign_in(house, page, "/studio/support-replies/leaderboard")
        tracks = page.locator(".intervals .track:has(.span)")
        assert tracks.count() == len(boards.SHARES)
        for place in range(tracks.count()):
            track = tracks.nth(place).bounding_box()
            bar = tracks.nth(place).locator(".span").bounding_box()
            assert bar["width"] > 10
            assert track["x"] <= bar["x"]
            assert bar["x"] + bar["width"] <= track["x"] + track["width"]

    def test_is_read_without_a_script(self, house, browser):
        rank(house)
        context = browser.new_context(java_script_enabled=False)
        page = sign_in(house, context.new_page(), "/studio/support-replies/leaderboard")
        expect(page.get_by_text("retrieval is preferred to plain-prompt.")).to_be_visible()
        expect(page.locator(".intervals .track").first).to_be_visible()
        context.close()


class TestStudy:
    def test_follows_generation(self, house, studio):
        with house.database.transaction() as session:
            session.execute(update(models.Completion).values(state="pending"))
        studio.goto(f"{house.address}/studio/support-replies/")
        expect(studio.get_by_text("0 of 16 completions ready")).to_be_visible()
        with house.database.transaction() as session:
            session.execute(update(models.Completion).values(state="ready"))
        expect(studio.get_by_text("16 of 16 completions ready")).to_be_visible(timeout=15_000)
        assert studio.locator("progress").get_attribute("value") == "16"

    def test_an_invite_can_be_made_and_copied(self, house, studio):
        studio.context.grant_permissions(["clipboard-read", "clipboard-write"])
        studio.goto(f"{house.address}/studio/support-replies/")
        studio.get_by_label("Kind").select_option("shared")
        studio.get_by_label("For whom").fill("the team")
        studio.get_by_role("button", name="Make a link").click()
        studio.get_by_role("button", name="Copy").first.click()
        expect(studio.get_by_role("button", name="Copied")).to_be_visible()
        address = studio.evaluate("navigator.clipboard.readText()")
        assert "/i/" in address
        assert address == studio.get_by_label("Address of the shared invite the team").input_value()

    def test_closing_asks_first(self, house, studio):
        studio.goto(f"{house.address}/studio/support-replies/")
        studio.once("dialog", lambda dialog: dialog.dismiss())
        studio.get_by_role("button", name="Close the study").click()
        expect(studio.get_by_role("button", name="Close the study")).to_be_visible()
        studio.once("dialog", lambda dialog: dialog.accept())
        studio.get_by_role("button", name="Close the study").click()
        expect(studio.get_by_text("The study is closed.")).to_be_visible()

    def test_signing_out_is_a_click(self, house, studio):
        studio.goto(f"{house.address}/studio/")
        studio.get_by_role("button", name="Sign out").click()
        expect(studio.get_by_text("Please sign in")).to_be_visible()
