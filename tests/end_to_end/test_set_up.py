"""A study set up in the browser alone: from a decision to an open study that saves as one types."""

import pytest
from playwright.sync_api import Page, expect

from service.usecases.sighted.studies import filing
from tests.end_to_end.access import violations
from tests.end_to_end.test_studio import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def studio(open_house, page) -> tuple[Page, object]:
    house = open_house()
    return sign_in(house, page), house


def test_leads_from_a_decision_to_an_open_study(studio):
    page, house = studio
    page.get_by_role("link", name="New study").click()
    assert violations(page) == []
    page.get_by_role("radio", name="A new prompt").check()
    page.get_by_label("Title").fill("Shorter replies?")
    page.get_by_role("button", name="Begin the study").click()

    for name, model in (("Live today", "offline/lead"), ("New prompt", "offline/random")):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_label("Model").fill(model)
        page.get_by_role("button", name="Save").click()
    assert violations(page) == []

    page.get_by_role("link", name="Next: prompts").click()
    page.get_by_role("textbox", name="Prompts").fill("One. Two.\n\nThree. Four.")
    page.get_by_role("button", name="Add prompts").click()
    expect(page.get_by_role("listitem").filter(has_text="Three. Four.")).to_be_visible()
    assert violations(page) == []

    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Votes for each matchup").fill("0")
    expect(page.get_by_role("status")).to_contain_text("at least 1")
    page.get_by_label("Votes for each matchup").fill("2")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert violations(page) == []

    page.get_by_role("link", name="Open and watch").click()
    page.get_by_role("button", name="Open the study").click()
    with house.database.reading() as session:
        file = filing.file_of(session, "shorter-replies")
        assert filing.state_of(session, "shorter-replies") == "open"
    assert (file.votes_per_matchup, file.incumbent, len(file.prompts)) == (2, "Live today", 2)
    assert [each.model for each in file.configurations] == ["offline/lead", "offline/random"]
