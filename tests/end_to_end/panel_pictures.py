"""What pictures show of a panel of norming, of suggested prompts, and of a set's file."""

import random
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy.orm import Session

from service.database import Database, now
from service.domain.sitting import SittingOptions
from service.store import models, raters
from service.usecases import invites
from service.usecases.blind import reasons, submitting, voting
from service.usecases.sighted.studies import set_uploads, submissions
from service.usecases.sighted.studies.set_uploads import Target
from tests import factories

PROMPTS = (
    "A customer writes that the parcel arrived open. Please answer.",
    "Somebody wants their money back after ninety days. What do you say?",
    "Write to a customer whose order was sent to their neighbour.",
    "A customer asks why shipping costs more than last year.",
    "Answer somebody who got the wrong size twice.",
    "A shop owner complains about a late delivery, angrily.",
    "Somebody asks whether the cups may go into the dishwasher.",
    "A customer thanks us and asks for nothing. Please answer.",
    "Which of two sizes fits somebody between both?",
    "Somebody wants an invoice without tax.",
)
TEXTS = (
    "We are sorry about that. A replacement leaves our house today, and your shipping is refunded.",
    (
        "Thank you for writing to us! That must have been a nasty surprise. Let me see what I can "
        "do for you: could you send a picture of the parcel? Then I can act at once."
    ),
)
WHY = (
    ("clear", "It says what happens next."),
    ("tone", "It sounds like a person, not like a form."),
)
SUGGESTED = (
    "What do I do if the parcel is wet, but nothing in it is broken?",
    "Can I change the address after I have ordered?",
    "Please write to me at ada.lovelace@example.org about my order 12-34.",
    "Somebody wants their money back after ninety days. What do you say?",
)
FILE = (
    "Frage;Thema;Erwartet;Interne Nummer\n"
    "Wo ist mein Paket?;Versand;Unterwegs, kommt morgen.;A-1\n"
    "wo ist mein paket;Versand;;A-2\n"
    ";leer;;A-3\n"
    "Who are you?;Wer;;A-4\n"
    "Wie tausche ich um?;Umtausch;Innerhalb von 30 Tagen.;A-5\n"
)
PATHS = {
    "norming": "normed/norming",
    "norming-waits": "waiting/norming",
    "norming-sealed": "normed-sealed/norming",
    "normed-study": "normed/",
    "suggested": "normed/suggested",
    "suggested-declined": "normed/suggested?state=declined",
}


def fill(session: Session) -> None:
    """Make studies whose panels divide two people, and prompts that they suggested."""
    for name, is_sealed in (("normed", False), ("normed-sealed", True)):
        made = study(session, name, is_sealed=is_sealed)
        for number, who in enumerate(("Ada", "Ben")):
            judge(session, factories.make_rater(session, made, who), number)
        if not is_sealed:
            suggest(session, made)
    factories.make_study(
        session, "waiting", title="Replies to come", ready=False, options=options()
    )


def options() -> dict[str, object]:
    return SittingOptions(norming=5, repeats=0, practice=(), submissions=5).to_stored()


def study(session: Session, name: str, *, is_sealed: bool = False) -> factories.MadeStudy:
    made = factories.make_study(
        session,
        name,
        title="Replies of the shop",
        prompts=len(PROMPTS),
        prompt_text=lambda at: PROMPTS[at],
        options=options(),
        is_sealed=is_sealed,
    )
    for at, row in enumerate(session.query(models.Completion).filter_by(study_id=made.id)):
        row.turns = [TEXTS[at % 2]]
    session.flush()
    return made


def judge(session: Session, rater_id: int, number: int) -> None:
    """Judge the panel; on every second prompt the two want different texts."""
    moment, rng = now(session), random.Random(number)
    while dealt := factories.deal(session, rater_id, moment, rng, timedelta(hours=1), 1):
        row = session.query(models.Assignment).filter_by(token=dealt[0].token).one()
        wants_first = row.prompt_id % 2 == 0 or bool(number)
        choice = "left" if wants_first == row.sides else "right"
        voting.cast(session, rater_id, row.token, choice, f"k-{row.token}", moment)
        kind, note = WHY[number]
        reasons.add(session, rater_id, row.token, [kind], note, f"w-{row.token}", moment)


def suggest(session: Session, made: factories.MadeStudy) -> None:
    moment = now(session)
    rater_id = factories.make_rater(session, made, "Cleo")
    for number, text in enumerate(SUGGESTED):
        submitting.submit(session, raters.locked(session, rater_id), text, f"k{number}", moment)
    first = session.query(models.Submission).order_by(models.Submission.id).first()
    submissions.decline(session, made.name, [first.id], "ada", moment, "We asked that before.")


def walk(page: Page, database: Database, address: str, take: Callable[[str], None]) -> None:
    """Look at all of it, signed in; at last as a rater."""
    for name, path in PATHS.items():
        page.goto(f"{address}/studio/{path}")
        page.evaluate("document.querySelector('.votes-list details')?.setAttribute('open', '')")
        take(name)
    with database.transaction() as session:
        moment = now(session)
        token = set_uploads.keep(session, Target("", "Questions"), "f.csv", FILE.encode(), moment)
        link = invites.make(session, "normed", "personal", "Dora", moment, factories.KEY)
    page.goto(f"{address}/studio/_sets/_files/{token}")
    take("set-file")
    page.goto(f"{address}/i/{link.link_token}")
    page.locator("form button.primary").click()
    page.wait_for_url("**/rate/**")
    at = page.url.partition("/rate/")[2].partition("/")[0]
    prompts = f"{address}/rate/{at}/prompts"
    page.goto(prompts)
    take("suggest-empty")
    page.locator("textarea").fill("Who are you?")
    page.locator("form:has(textarea) button").click()
    take("suggest-refused")
    page.locator("textarea").fill("How long may I keep the cups before I send them back?")
    page.locator("form:has(textarea) button").click()
    page.locator("[role=status]").first.wait_for()
    take("suggest-kept")
