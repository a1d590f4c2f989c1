"""A judge in a real browser: five grades by keys, a run over a real server, and its boards."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from service.usecases.sighted.results import fold
from tests.end_to_end.access import violations
from tests.end_to_end.conftest import House
from tests.end_to_end.test_studio import sign_in
from tests.fakes import programs
from tests.usecases.sighted.results import rated
from workers import judge_reports, providers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Item .* on TypedDict class"),
]

MATCHUPS = 200
LENGTHS = {"Plain": 1, "Retrieval": 9, "Tuned": 4}


@pytest.fixture
def house(open_house) -> House:
    chance = random.Random(2)
    made = open_house(
        configurations=list(LENGTHS),
        prompts=70,
        text=lambda who, n: f"It says {n}. " + "More. " * (LENGTHS[who] + chance.randrange(3)),
    )
    with made.database.transaction() as session:
        rated.vote(session, made.study, "Ben", "Retrieval")
        while fold.fold(session, made.study.id):
            pass
    return made


def work(house: House, folder, server: programs.ModelProgram) -> None:
    """Do what both workers do: answer what is due, then report."""
    from workers import llm  # noqa: PLC0415 - two seconds, in each process that collects
    from workers import shift as shift_module  # noqa: PLC0415

    settings = Settings(data_dir=folder, call_deadline=20.0, call_concurrency=8)
    reach = providers.Providers({"fake": providers.Endpoint(server.api_base)}, {})
    here = shift_module.Surroundings(settings, house.database, reach)

    async def shift() -> None:
        await shift_module.Shift(here).run()
        await llm.close()

    asyncio.run(shift())
    judge_reports.refresh(house.database, house.study.id)


class TestJudge:
    def test_is_made_calibrated_run_and_believed_as_far_as_it_may(
        self, house, page: Page, tmp_path
    ):
        at = f"{house.address}/studio/{house.study.name}/judges"
        sign_in(house, page)
        page.goto(at)
        for label, value in (
            ("Name, such as tone-of-voice", "helpful"),
            ("Criterion, one", "Helpfulness"),
            ("Model", "openai/judge-longer"),
            ("Endpoint, where the operator declared one", "fake"),
            ("USD per million tokens read", "1"),
            ("USD per million tokens written", "1"),
            ("US dollars at most", "50"),
        ):
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name="Make the judge").click()
        page.get_by_role("button", name="Choose for calibration").click()
        for number in range(5):
            expect(page.get_by_text(f"{number + 1} of 5.")).to_be_visible()
            page.locator("body").press("5")
            page.keyboard.press("2")
            page.keyboard.type("It says more.")
            page.keyboard.press("Enter")
        expect(page.get_by_text("All is graded")).to_be_visible()
        page.get_by_role("link", name="Back to the judge").click()
        page.get_by_role("button", name="Draw the audit").click()
        page.get_by_role("button", name="Run the judge").click()
        expect(page.get_by_text(f"{MATCHUPS} matchups are asked about")).to_be_visible()
        # In a thread of its own, for the browser has a loop in this one.
        with programs.model_program() as server, ThreadPoolExecutor(1) as pool:
            pool.submit(work, house, tmp_path, server).result()
        page.reload()
        expect(page.get_by_text(f"{2 * MATCHUPS} of {2 * MATCHUPS} calls hold")).to_be_visible()
        expect(page.get_by_role("heading", name="Three boards, never mixed")).to_be_visible()
        for where in (at, f"{at}/helpful/grade", f"{at}/helpful"):
            page.goto(where)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.reload()
                assert violations(page) == [], (where, theme)
        assert house.complaints == []
