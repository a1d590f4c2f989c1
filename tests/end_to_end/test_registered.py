"""Pre-registration, sealed studies and prompt sets in a real browser: themes, sizes, keys, axe."""

import pytest
from playwright.sync_api import Page, expect

from service.database import now
from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from service.store import models
from service.usecases.sighted.results import preregistrations
from service.usecases.sighted.studies import opening, prompt_sets
from tests import boards
from tests.end_to_end.access import violations
from tests.end_to_end.conftest import House
from tests.end_to_end.test_studio import sign_in, unfold

pytestmark = pytest.mark.browser

LONG = "A customer writes that the parcel arrived open, and asks for a replacement. " * 4
PAGES = (
    "/studio/_sets/",
    "/studio/_sets/support-questions",
    "/studio/support-replies/",
    "/studio/support-replies/leaderboard",
    "/studio/support-replies/prompts",
)


@pytest.fixture
def house(open_house) -> House:
    made = open_house(
        configurations=list(boards.SHARES),
        is_sealed=True,
        end_votes=500,
        intent={"question": "Is retrieval worth its price?", "margin": 8},
    )
    with made.database.transaction() as session:
        row = session.get_one(models.Study, made.study.id)
        preregistrations.freeze(session, row, now(session))
        boards.keep(session, made.study.id, boards.pair())
        first = [Prompt(turns=(LONG,), key="parcel", tags=("shipping",)), Prompt(turns=("Why?",))]
        used = prompt_sets.make(
            session, "Support questions", first, Origin(OriginKind.HAND), "ada", now(session)
        )
        changed = [Prompt(turns=(f"{LONG}Today?",), key="parcel"), Prompt(turns=("Who are you?",))]
        taken = Origin(OriginKind.STUDY, made.study.name, chosen="hard")
        prompt_sets.add_version(
            session, used.name, changed, taken, "the hard ones", "ada", now(session)
        )
        row.prompt_set = used.to_stored()
        opening.close_study(session, made.study.name, now(session))
    return made


class TestPages:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_have_nothing_that_axe_finds_and_fit_a_phone(self, house, page: Page, theme):
        page.emulate_media(color_scheme=theme)
        sign_in(house, page)
        for path in PAGES:
            page.set_viewport_size({"width": 360, "height": 740})
            page.goto(f"{house.address}{path}")
            unfold(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            assert violations(page) == [], path


class TestKeyboard:
    def test_makes_a_set_gives_it_to_a_study_and_unseals(self, house, page: Page):
        sign_in(house, page)
        page.goto(f"{house.address}/studio/_sets/")
        page.get_by_role("textbox", name="Title", exact=True).first.focus()
        page.keyboard.type("By hand")
        page.keyboard.press("Tab")
        page.keyboard.type("One?\n\nTwo?")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
        expect(page.locator("ol.prompts li")).to_have_count(2)
        page.goto(f"{house.address}/studio/support-replies/leaderboard")
        expect(page.get_by_text("This study is sealed.")).to_be_visible()
        expect(page.get_by_text("Closed by hand on")).to_be_visible()
        page.get_by_text("Unseal it before that").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("The model retires tomorrow.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Reason: The model retires tomorrow.")).to_be_visible()
        expect(page.get_by_text("is preferred to").first).to_be_visible()
