"""A study watched while it lives: failures tried again, a late configuration, a quota reached."""

import dataclasses

import pytest
from playwright.sync_api import expect

from service.database import now
from service.formats import study_file
from service.usecases import invites
from service.usecases.sighted.studies import applying, opening
from tests import factories
from tests.end_to_end.access import violations
from tests.end_to_end.conftest import Rater
from tests.end_to_end.test_set_up import LIVE, fill_in, generate
from tests.end_to_end.test_studio import sign_in
from tests.fakes import programs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Item .* on TypedDict class"),
]

STUDY = """
name: watched
title: Watched
cap: {calls: 50, tokens: 100000}
votes_per_rater: 1
repeats: 0
practice: false
end: {decided: winner}
configurations:
  - {name: Good, model: openai/alpha, endpoint: lab}
  - {name: Gone, model: openai/missing, endpoint: lab}
prompts: [One. Two., Three. Four.]
"""


def test_fails_is_tried_again_grows_and_reaches_its_quota(open_house, page, browser, tmp_path):
    house = open_house()
    with house.database.transaction() as session:
        applying.apply(session, study_file.read(STUDY, "study.yaml", lambda _: ""), now(session))
        opening.open_study(session, "watched", now(session))
        link = invites.make(session, "watched", "personal", "Ben", now(session), factories.KEY)
    sign_in(house, page, "/studio/watched/")
    expect(page.get_by_text("0 of 4 completions ready")).to_be_visible()
    expect(page.get_by_text("Declared end: when one configuration is ahead")).to_be_visible()

    with programs.model_program() as server:
        generate(house, tmp_path, server)
        expect(page.get_by_text("2 of 4 completions ready")).to_be_visible()
        expect(page.locator("progress")).to_have_attribute("value", "2")
        expect(page.get_by_role("region", name="Table of causes").get_by_role("row")).to_have_count(
            2
        )
        assert violations(page) == []
        page.get_by_role("button", name="Try these again").click()
        expect(page.get_by_text("Trying again: 2.")).to_be_visible()
        expect(page.get_by_role("heading", name="Failures")).to_have_count(0)
        generate(house, tmp_path, server)
        expect(page.get_by_role("heading", name="Failures")).to_be_visible()

        page.goto(f"{house.address}/studio/watched/configurations")
        fill_in(page, "Late", {**LIVE, "Model": "openai/beta"}, is_new=True)
        page.goto(f"{house.address}/studio/watched/")
        generate(house, tmp_path, server)
    expect(page.get_by_text("4 of 6 completions ready")).to_be_visible()

    at = dataclasses.replace(house, study=dataclasses.replace(house.study, name="watched"))
    rater = Rater(at, browser.new_context().new_page())
    taken = rater.page.request.post(f"{house.address}/i/{link.link_token}", max_redirects=0)
    rater.page.goto(house.address + taken.headers["location"])
    rater.look()
    rater.press("1")
    expect(rater.page.get_by_text("You have done all 1 that we asked for.")).to_be_visible()
    rater.saved()
    expect(page.get_by_text("has given all that was asked")).to_be_visible()
    rater.page.context.close()
