"""Norming in a real browser: two who disagree rate the panel, and its criterion is split."""

import pytest
from playwright.sync_api import Browser, expect

from service.store import models
from tests.end_to_end.access import violations
from tests.end_to_end.conftest import House, Rater
from tests.end_to_end.house import wait_for
from tests.end_to_end.test_studio import sign_in

pytestmark = pytest.mark.browser

OPTIONS = {"repeats": 0, "practice": [], "norming": 5}


def judge_all(house: House, browser: Browser, wanted: str, reason: str) -> None:
    """Sit down, prefer one configuration's texts throughout, and say why once."""
    page = browser.new_page()
    rater = Rater(house, page).sit_down()
    for number in range(1, 6):
        left = page.locator("#pane-left").inner_text()
        rater.press("2" if wanted in left else "5")
        if number == 1:
            rater.look()
            rater.press("r")
            page.get_by_label(reason, exact=True).check()
            page.get_by_role("button", name="Add it").click()
            page.locator("dialog[open]").wait_for(state="detached")
        elif number < 5:
            rater.look()
    page.get_by_role("heading", name="That is all for now").wait_for()
    page.close()


def test_two_who_disagree_are_seen_and_their_criterion_is_split(open_house, browser, page):
    house = open_house(prompts=12, options=OPTIONS)
    judge_all(house, browser, "Plain", "Tone")
    judge_all(house, browser, "Retrieval", "How clear it is")
    wait_for(lambda: len(house.choices()) == 10)
    sign_in(house, page)
    page.goto(f"{house.address}/studio/{house.study.name}/")
    page.get_by_role("link", name="Norming").first.click()
    expect(page.get_by_text("2 people judged, and 5 of 5 matchups divide them")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        page.locator("summary").first.click()
        assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_label("Criteria")).to_have_value("Clear\nTone")
    page.get_by_label("Criteria").fill("Clear\nKind")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_text("This is a draft")).to_be_visible()
    with house.database.reading() as session:
        made = session.query(models.Study).order_by(models.Study.id.desc()).first()
        assert (made.state, made.options["criteria"]) == ("draft", ["Clear", "Kind"])
    page.goto(f"{house.address}/studio/{house.study.name}/norming")
    page.get_by_role("button", name="Let the study go on").click()
    expect(page.get_by_text("The study goes on.")).to_be_visible()
