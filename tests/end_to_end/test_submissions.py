"""Prompts of raters in a real browser: suggested by keys without JavaScript, taken by keys."""

import pytest
from playwright.sync_api import Browser, expect

from service.store import models
from tests.end_to_end.access import RATER_RULES, violations
from tests.end_to_end.test_studio import sign_in

pytestmark = pytest.mark.browser

OPTIONS = {"repeats": 0, "practice": [], "submissions": 5}


def test_a_rater_suggests_prompts_and_a_researcher_takes_one(open_house, browser: Browser, page):
    house = open_house(options=OPTIONS)
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    rater = plain.new_page()
    rater.goto(house.link())
    rater.get_by_role("button", name="Start").click()
    rater.get_by_role("link", name="help").click()
    rater.get_by_role("link", name="Suggest a prompt").click()
    for text in ("How do I prune roses?", "When do tulips bloom?", "Who are you?"):
        rater.get_by_label("Your prompt").focus()
        rater.keyboard.type(text)
        rater.keyboard.press("Tab")
        rater.keyboard.press("Enter")
        expect(rater.locator("[role=status], [role=alert]").first).to_be_visible()
    expect(rater.get_by_role("alert")).to_contain_text("must stay unknown")
    expect(rater.get_by_label("Your prompt")).to_have_value("Who are you?")
    expect(rater.locator("ol.own li")).to_have_count(2)
    seen = browser.new_context(viewport={"width": 360, "height": 740})
    seen.add_cookies(plain.cookies())
    shown = seen.new_page()
    shown.goto(rater.url)
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme)
        shown.reload()
        assert violations(shown, RATER_RULES) == []
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen.close()
    sign_in(house, page)
    page.goto(f"{house.address}/studio/{house.study.name}/suggested")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        assert violations(page) == []
    page.keyboard.press("2")
    page.keyboard.press("k")
    expect(page.get_by_text("1 waiting, 1 taken, 0 declined.")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    rater.goto(f"{rater.url.partition('?')[0]}")
    states = rater.locator("ol.own .chosen").all_inner_texts()
    assert states == ["taken", "waits to be looked at"]
    plain.close()
    with house.database.reading() as session:
        newest = session.query(models.Prompt).order_by(models.Prompt.id.desc()).first()
        assert newest.turns == ["When do tulips bloom?"]
