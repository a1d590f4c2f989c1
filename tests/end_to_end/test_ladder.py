"""The ladder and its break-even in a real browser: what a lead reads can be checked by hand."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from service.store import models
from tests.end_to_end.access import violations
from tests.end_to_end.test_studio import sign_in
from tests.usecases.sighted.results import rated

pytestmark = pytest.mark.browser

# USD per 1,000 requests on each of five prompts: the fine-tune saves 2, 2, 3, 3 and 2.5.
COSTS = {
    "Plain": (1.0, 1.0, 1.0, 1.0, 1.0),
    "Retrieval": (3.0, 3.0, 4.0, 4.0, 3.5),
    "Tuned": (1.0, 1.0, 1.0, 1.0, 1.0),
}


@pytest.fixture
def house(open_house):
    """Rate a study of three rungs; the fine-tune was paid $1,200 for."""
    made = open_house(
        configurations=tuple(COSTS),
        prompts=5,
        options={"repeats": 0, "practice": []},
        configuration_fields={
            "Retrieval": {"approach": "retrieval"},
            "Tuned": {"approach": "fine-tune", "one_off_nanos": 1_200_000_000_000},
        },
    )
    with made.database.transaction() as session:
        for name, costs in COSTS.items():
            for prompt, cost in zip(sorted(made.study.prompts), costs, strict=True):
                session.execute(
                    update(models.Completion)
                    .where(
                        models.Completion.configuration_id == made.study.configurations[name],
                        models.Completion.prompt_id == prompt,
                    )
                    .values(cost_nanos=round(cost * 1e6), latency_ms=900)
                )
        for rater in ("Ada", "Ben", "Chi"):
            rated.vote(session, made.study, rater)
        rated.board(session, made.study)
    return made


class TestLadder:
    def test_says_when_the_fine_tune_has_paid_for_itself(self, house, page):
        """Saved per 1,000 requests: 2.5, with t(4) = 2.776 and s = 0.5: 2.5 ± 2.776 · 0.5 / √5.

        That is 1.879 to 3.121. $1,200 come back after 1,200 / 3.121 to 1,200 / 1.879 thousand
        requests: 385 to 639 thousand, which at 50,000 a month are 7.7 to 12.8 months.
        """
        sign_in(house, page, "/studio/support-replies/leaderboard")
        expect(page.locator("#ladder")).to_be_visible()
        table = page.get_by_role("region", name="Table of the ladder")
        expect(table.get_by_role("row")).to_have_count(4)
        after = "Tuned has paid for itself after"
        expect(page.get_by_text(f"{after} 385,000 to 639,000 requests.")).to_be_visible()

        page.get_by_label("Requests per month").fill("50,000")
        page.get_by_role("button", name="Work it out").click()
        expect(page.get_by_text(f"{after} 7.7 to 12.8 months.")).to_be_visible()
        assert "requests_per_month=50%2C000" in page.url
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280

        with page.expect_download() as kept:
            page.get_by_role("link", name="PNG").first.click()
        assert kept.value.suggested_filename == "support-replies-intervals.png"
