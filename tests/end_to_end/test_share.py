"""A link to a report: made on the page, opened by somebody else, ended, withdrawn."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from service.store import models
from tests import boards, factories
from tests.end_to_end.access import violations
from tests.end_to_end.test_studio import rank, sign_in

DECIDE = "/studio/support-replies/decisions"


@pytest.fixture
def house(open_house):
    made = open_house(configurations=list(boards.SHARES), prompts=4)
    rank(made)
    return made


def make(house, studio) -> str:
    """Make a link as people do; return its address."""
    studio.goto(house.address + DECIDE)
    studio.get_by_role("button", name="Make a link").click()
    shown = studio.get_by_label("Address of the report").input_value()
    return house.address + urlsplit(shown).path


class TestShare:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_page_and_report_are_open_to_everybody(self, house, page, browser, theme):
        studio = sign_in(house, page)
        studio.emulate_media(color_scheme=theme)
        address = make(house, studio)
        assert violations(studio) == []
        other = house.watch(browser.new_context(color_scheme=theme).new_page())
        other.goto(address)
        expect(other.get_by_role("heading", level=1)).to_have_text("Support replies")
        assert other.locator(".intervals .track svg").first.bounding_box()["height"] > 10
        assert violations(other) == []
        other.context.close()

    def test_ends_and_is_withdrawn_in_plain_words(self, house, page, browser):
        studio = sign_in(house, page)
        address = make(house, studio)
        other = house.watch(browser.new_context().new_page())
        other.goto(address)
        expect(other.get_by_text("This browser has now seen results")).to_be_visible()
        studio.on("dialog", lambda dialog: dialog.accept())
        studio.get_by_role("button", name="Withdraw").click()
        expect(studio.get_by_text("The link is withdrawn.")).to_be_visible()
        other.reload()
        expect(other.get_by_text("This link was withdrawn.")).to_be_visible()
        assert violations(other) == []
        with house.database.transaction() as session:
            row = session.scalars(select(models.Share)).one()
            row.revoked_at, row.expires_at = None, factories.MOMENT
        other.reload()
        expect(other.get_by_text("This link ended on")).to_be_visible()
        expect(other.get_by_text("retrieval")).to_have_count(0)
        other.context.close()

    def test_a_decision_is_recorded_with_its_reason(self, house, page):
        studio = sign_in(house, page)
        studio.goto(house.address + DECIDE)
        studio.get_by_label("What was decided").select_option("fine-tune")
        studio.get_by_label("Who decides").fill("Ada and Ben")
        studio.get_by_role("button", name="Record the decision").click()
        expect(studio.get_by_role("alert")).to_contain_text("Say why")
        studio.get_by_label("Reason").fill("A sixth of the price.")
        studio.get_by_role("button", name="Record the decision").click()
        expect(studio.get_by_text("Ada and Ben decided on")).to_be_visible()
        assert violations(studio) == []
