"""What the album of sighted pages shows beside a study: sets, drafts, judges, plans, reports."""

import json
from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy.orm import Session

from service import drafting
from service.database import Database, now
from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from service.store import models
from service.usecases import accounts, api_tokens
from service.usecases.sighted import webhooks
from service.usecases.sighted.judges.making import JudgeTold
from service.usecases.sighted.results import preregistrations
from service.usecases.sighted.studies import prompt_sets
from tests import boards, factories
from tests.end_to_end import panel_pictures
from tests.reporting.report.test_page import tagged
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.studies import test_trying
from workers import judge_reports

LONG = "Answers with the handbook, in the model's own words (2026)"
WANTED = {
    "question": "Is retrieval worth what it costs?",
    "margin": 5,
    "exclusions": "Votes faster than two seconds.",
}
PATHS = {
    "board-live": "support/leaderboard",
    "board-compare": "support/leaderboard/compare",
    "board-elsewhere": "support/elsewhere",
    "board-doctor": "support/doctor",
    "board-matchup": "support/matchup?first=retrieval&second=fine-tune",
    "board-decisions": "support/decisions",
    "board-report": "support/report?texts=1",
    "exports": "support/exports",
    "registered": "support/",
    "sealed": "sealed/leaderboard",
    "plan": "draft/estimate?raters=6&tell=60",
    "draft-study": "draft/",
    "draft-new": "draft/configuration",
    "draft-configuration": "draft/configuration?of=Plain",
    "draft-compare": "draft/configurations/compare?one=Plain&other=Retrieval",
    "draft-prompts": "draft/prompts",
    "tried": "draft/try",
    "as-seen-draft": "draft/seen",
    "judges": "judged/judges",
    "judge": "judged/judges/helpful",
    "judge-grade": "judged/judges/helpful/grade",
    "sets": "_sets/",
    "set": "_sets/parcels",
    "drafts": "_drafts/",
    "tokens": "tokens",
    "webhooks": "studies/support/webhooks",
}


def fill(database: Database) -> None:
    """Make what the pages show."""
    with database.transaction() as session:
        moment = now(session)
        _compared(session)
        _sealed(session)
        tried = test_trying.draft(session, name="draft", title="Drafted replies")
        test_trying.drop_pending(session, tried)
        test_trying.begin(session, tried)
        test_trying.answer_all(session, "**Bold**: I was made by OpenAI.", moment)
        judged = benches.study(session, name="judged", title="Judged replies")
        told = JudgeTold("Helpfulness", "openai/judge-1", price=benches.PRICE)
        benches.making.create(
            session, judged.name, "helpful", told, benches.Cap(usd=5), "ada", moment
        )
        benches.choose(session, judged, 2)
        benches.grade_all(session, judged)
        benches.choose(session, judged, 2)
        benches.draw_audit(session, judged)
        benches.ask(session, judged)
        benches.answer_all(session)
        _sets(session)
        panel_pictures.fill(session)
        operator = accounts.ensure_operator(session, moment)
        for label, scope in (("notebook of the shop", "write"), ("nightly import", "read")):
            api_tokens.make(session, operator, label, scope, None, 30, moment)
        webhooks.make(
            session,
            "support",
            "https://hooks.example/services/of-the-shop/a-long-address/of-2026",
            ["opened"],
            "ada",
            moment,
            may_be_private=True,
        )
    judge_reports.refresh(database, judged.id)


def _compared(session: Session) -> None:
    own = {"retrieval": {"fingerprint": "f1", "model": "provider/model"}}
    made = factories.make_study(
        session,
        "support",
        title="Support replies of the shop",
        configurations=list(boards.SHARES),
        configuration_fields=own,
        incumbent="plain-prompt",
        intent=WANTED,
        end_votes=500,
    )
    preregistrations.freeze(session, session.get_one(models.Study, made.id), now(session))
    boards.keep(session, made.id, boards.board())
    boards.keep(session, made.id, tagged())
    other = factories.make_study(
        session,
        "earlier",
        title="An earlier one",
        configurations=(LONG, "Other"),
        configuration_fields={LONG: own["retrieval"]},
    )
    boards.keep(session, other.id, boards.board())


def _sealed(session: Session) -> None:
    made = factories.make_study(
        session, "sealed", title="Sealed replies", is_sealed=True, intent=WANTED, end_votes=500
    )
    preregistrations.freeze(session, session.get_one(models.Study, made.id), now(session))
    boards.keep(session, made.id, boards.pair())


def _sets(session: Session) -> None:
    moment = now(session)
    origin = Origin(OriginKind.HAND)
    first = [Prompt(("Where is my parcel?",)), Prompt(("It arrived open.",), tags=("legal",))]
    prompt_sets.make(session, "Parcels", first, origin, "ada", moment)
    more = [*first, Prompt(("I want my money back. " * 9,), tags=("legal", "angry"))]
    prompt_sets.add_version(session, "parcels", more, origin, "One more", "ada", moment)


def log() -> bytes:
    """Return a log of an application with what a person must look at."""
    said = ("refund of a parcel", "mail to ada@example.org", "poem on the autumn moon")
    rows = [{"text": f"Please help me with the {said[at % 3]}, case {at}."} for at in range(30)]
    return "\n".join(map(json.dumps, rows)).encode()


def walk(page: Page, database: Database, address: str, take: Callable[[str], None]) -> None:
    """Sign in and look at every page, whatever its language is."""
    fill(database)
    with database.transaction() as session:
        moment = now(session)
        operator = accounts.ensure_operator(session, moment)
        door = accounts.make_sign_in_link(session, operator, moment)
    page.goto(f"{address}/sign-in/{door}")
    page.locator("main form button").first.click()
    page.wait_for_url("**/studio/**")
    draft = _draft(page, database, address)
    for name, path in PATHS.items():
        if name == "board-report":  # sent as a file, so looked at as one
            spoken = {"Accept-Language": page.evaluate("navigator.language")}
            report = page.request.get(f"{address}/studio/{path}", headers=spoken).text()
            page.goto("about:blank")
            page.set_content(report)
        else:
            page.goto(f"{address}/studio/{path}")
        take(name)
    page.goto(draft)
    take("draft-of-a-log")
    page.goto(f"{address}/studio/support/leaderboard")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    take("board-unfolded")
    panel_pictures.walk(page, database, address, take)


def _draft(page: Page, database: Database, address: str) -> str:
    """Have a draft made of a log by its form; return where it is reviewed."""
    page.goto(f"{address}/studio/_drafts/")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "log.jsonl", "mimeType": "application/jsonl", "buffer": log()}
    )
    form = page.locator("form").filter(has=page.locator("input[type=file]")).first
    form.locator("[name=title]").fill("Shop")
    form.locator("[name=minutes]").fill("30")
    form.locator("button").last.click()
    page.wait_for_url("**/_drafts/*")
    drafting.make_due(database)
    return page.url
