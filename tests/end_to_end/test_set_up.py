"""Studies set up in the browser alone: for each decision, from nothing to an open study."""

import asyncio
import threading

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from service.usecases.sighted.studies import filing, opening, trying
from tests.end_to_end.access import violations
from tests.end_to_end.test_studio import sign_in
from tests.fakes import programs
from workers import providers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Item .* on TypedDict class"),
]

LIVE = {"Model": "openai/alpha", "Endpoint": "lab"}
# What each decision asks to be filled in, by configuration and field.
DECISIONS = {
    "Our model retires": {"Live today": LIVE, "Replacement": {**LIVE, "Model": "openai/beta"}},
    "A new prompt": {
        "Live today": {**LIVE, "System prompt": "Answer in full."},
        "New prompt": {**LIVE, "System prompt": "Answer in two sentences."},
    },
    "Is retrieval worth it?": {"Without retrieval": LIVE, "With retrieval": LIVE},
    "Did the fine-tune pay?": {
        "Live today": LIVE,
        "Fine-tuned": {**LIVE, "Model": "openai/tuned", "USD once": "2500"},
    },
    "Just compare what I have": {},
    "Something else": {"One": LIVE, "Other": {**LIVE, "Field that is shown": "answer"}},
}
ANSWERS = b"prompt,Alt,Neu\nWhy?,So.,**Because.**\nWho?,Me.,You.\n"


@pytest.fixture
def studio(open_house, page) -> tuple[Page, object]:
    house = open_house()
    return sign_in(house, page), house


def begin(page: Page, decision: str) -> None:
    page.get_by_role("link", name="New study").click()
    page.get_by_role("radio", name=decision).check()
    page.get_by_role("textbox", name="Title", exact=True).fill("What next?")
    page.get_by_role("button", name="Begin the study").click()


def fill_in(page: Page, name: str, told: dict[str, str], *, is_new: bool) -> None:
    page.get_by_role("link", name="Add a configuration" if is_new else name, exact=True).click()
    page.get_by_label("Name", exact=True).fill(name)
    for label, value in told.items():
        page.get_by_label(label).first.fill(value)
    if name == "With retrieval":
        document = {"name": "faq.csv", "mimeType": "text/csv", "buffer": b"answer\nKeep it dry.\n"}
        page.get_by_label("Files: text").set_input_files(document)
        page.get_by_role("button", name="Save with these files").click()
        expect(page.get_by_text("1 documents")).to_be_visible()
        page.get_by_role("link", name="Configurations").click()
    else:
        page.get_by_role("button", name="Save", exact=True).click()


def bring_answers(page: Page) -> None:
    page.get_by_role("link", name="Answers and votes").click()
    file = {"name": "own.csv", "mimeType": "text/csv", "buffer": ANSWERS}
    page.get_by_label("Table or list").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="What the import did")).to_be_visible()


def generate(house, folder, server) -> None:
    """Let a worker answer what waits; in a thread, since the browser's loop runs in this one."""
    from workers import llm, shift  # noqa: PLC0415 - two seconds, in each process that collects

    settings = Settings(data_dir=folder, call_deadline=30.0)
    reach = providers.Providers({"lab": providers.Endpoint(server.api_base)}, {})
    here = shift.Surroundings(settings, house.database, reach)

    async def answer() -> None:
        try:
            await shift.Shift(here).run()
        finally:
            await llm.close()

    work = threading.Thread(target=lambda: asyncio.run(answer()))
    work.start()
    work.join()


@pytest.mark.parametrize("decision", DECISIONS)
def test_leads_from_a_decision_to_an_open_study(studio, decision):
    page, house = studio
    begin(page, decision)
    roles = DECISIONS[decision]
    for name, told in roles.items():
        fill_in(page, name, told, is_new=decision == "Something else")
    if roles:
        page.get_by_role("link", name="Next: prompts").click()
        page.get_by_role("textbox", name="Prompts").fill("One. Two.\n\nThree. Four.")
        page.get_by_role("button", name="Add prompts").click()
        page.get_by_role("link", name="Open and watch").click()
        expect(page.get_by_role("button", name="Open the study")).to_be_disabled()
        page.get_by_role("link", name="Needs a cap").click()
        page.get_by_label("Calls", exact=True).fill("100")
        page.get_by_label("Tokens", exact=True).fill("100000")
        page.get_by_role("button", name="Save").click()
    else:
        bring_answers(page)
    page.get_by_role("link", name="Open and watch").click()
    page.get_by_role("button", name="Open the study").click()
    expect(page.get_by_text("The study is open.").first).to_be_visible()
    with house.database.reading() as session:
        file = filing.file_of(session, "what-next")
        assert filing.state_of(session, "what-next") == "open"
        assert opening.lacks(session, "what-next").silent == ()
    assert [each.name for each in file.configurations] == (list(roles) or ["Alt", "Neu"])
    assert len(file.prompts) == 2
    assert len(file.collections) == (decision == "Is retrieval worth it?")


def test_is_tried_planned_and_left_to_be_resumed(studio, tmp_path):
    page, house = studio
    begin(page, "A new prompt")
    assert violations(page) == []
    fill_in(page, "Live today", LIVE, is_new=False)
    fill_in(page, "New prompt", {**LIVE, "Model": "openai/missing"}, is_new=False)
    page.get_by_role("link", name="Where two of them differ").click()
    expect(page.get_by_role("cell", name="openai/missing")).to_be_visible()
    page.get_by_role("link", name="Prompts").click()
    page.get_by_role("textbox", name="Prompts").fill("One. Two.\n\nThree. Four.")
    page.get_by_role("button", name="Add prompts").click()

    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Votes for each matchup").fill("0")
    expect(page.get_by_role("status")).to_contain_text("at least 1")
    page.get_by_label("Votes for each matchup").fill("2")
    expect(page.get_by_role("status")).to_have_text("Saved.")

    page.get_by_role("link", name="Plan").click()
    slider = page.get_by_role("slider", name="Raters")
    slider.press("ArrowRight")
    expect(page.locator("#outlook")).to_contain_text("3 raters")
    expect(page.get_by_role("textbox", name="Raters", exact=True)).to_have_value("3")
    assert violations(page) == []

    page.get_by_role("link", name="Try", exact=True).click()
    page.get_by_label("US dollars at most").fill("1")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("4 answers are still to come")).to_be_visible()
    with programs.model_program() as server:
        generate(house, tmp_path, server)
    expect(page.get_by_text("alpha answers turn 1: One. Two.")).to_be_visible()
    expect(page.get_by_text("no such model").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="As a rater sees it").click()
    expect(page.get_by_text("alpha answers turn 1")).to_be_visible()
    with house.database.reading() as session:
        assert trying.last(session, "what-next").waiting == 0
        assert filing.state_of(session, "what-next") == "draft"
