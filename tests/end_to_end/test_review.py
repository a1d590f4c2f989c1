"""A draft in a real browser: from a log by keys to a version of a set, and into a study."""

import json

import pytest
from playwright.sync_api import expect

from service import drafting
from service.usecases.sighted.studies import filing, prompt_sets
from tests.end_to_end.access import violations
from tests.end_to_end.test_studio import sign_in

pytestmark = pytest.mark.browser

TOPICS = ("refund of a parcel", "error in a python function", "poem on the autumn moon")


def log(number: int) -> bytes:
    rows = [
        {"text": f"Please help me with the {TOPICS[at % 3]}, case {at * at} of {at} and so on."}
        for at in range(number)
    ]
    return "\n".join(map(json.dumps, rows)).encode()


def test_thirty_are_reviewed_by_single_keys_and_used_by_a_study(open_house, page):
    house = open_house(state="draft", prompts=0)
    sign_in(house, page)
    page.goto(f"{house.address}/studio/_drafts/")
    assert violations(page) == []
    page.get_by_label("Log").set_input_files(
        {"name": "log.jsonl", "mimeType": "application/jsonl", "buffer": log(120)}
    )
    form = page.locator("form").filter(has=page.get_by_role("button", name="Make a draft"))
    form.get_by_label("Title of a new set").fill("Shop")
    form.get_by_label("Reviewed within").fill("30")
    form.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_text("as soon as it is made")).to_be_visible()
    drafting.make_due(house.database)
    expect(page.get_by_text("Prompt 1 of")).to_be_visible()  # by itself
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()  # colours would fade over
        assert violations(page) == []
    pressed = 0
    while (done := _decided(page)) < 30:
        page.keyboard.press("d" if done == 1 else "k")
        pressed += 1
        expect(page.locator(".pace")).to_contain_text(f"{done + 1} of 30 decided")
    page.keyboard.press("b")
    expect(page.get_by_text("Prompt 29 of 30")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.type("k")  # into the prompt, not a decision
    page.get_by_role("button", name="Save and keep").click()
    page.set_viewport_size({"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="kept ones a version").click()
    expect(page.get_by_text("This is version 1.")).to_be_visible()
    page.goto(f"{house.address}/studio/{house.study.name}/prompts")
    page.get_by_role("button", name="Add its prompts").click()
    expect(page.get_by_text("From the prompt set shop, version 1.")).to_be_visible()
    with house.database.reading() as session:
        kept = prompt_sets.prompts_of(session, "shop")
        assert filing.file_of(session, house.study.name).prompts == tuple(kept)
    assert pressed == 30


def _decided(page) -> int:
    return int(page.locator(".pace").inner_text().split(" of ")[0])
