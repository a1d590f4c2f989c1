"""What surrounds a study by now: a judge, a pre-registration, a webhook, an end that was met."""

import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.ending import Met
from service.store import models
from service.usecases.sighted import webhooks
from service.usecases.sighted.judges import asking, making, pools
from service.usecases.sighted.results import preregistrations
from tests.factories import later
from tests.promises import suggestions


def surround(session: Session, study: models.Study) -> None:
    """Let a judge have said what it likes, and all be declared, found out and told."""
    declare(session, study)
    study.end_then = "notify"
    study.end_met = Met(later(3).isoformat(), "decided", 400, "configuration-odd").to_stored()
    study.unsealed_at, study.unsealed_by, study.unsealed_because = later(3), "ada", "odd leads"
    study.intent = {"question": "Is odd the best?", "margin": 0.1}
    suggestions.come_from_another(session, study)
    study.prompt_set = {"name": "basics", "title": "Basics", "version": 3, "digest": "ab"}


def declare(session: Session, study: models.Study) -> None:
    """Pre-register a study that ends when a winner is decided, which a judge has judged before."""
    study.end_decided, study.is_sealed = "winner", True
    preregistrations.freeze(session, study, later(0))
    webhooks.make(
        session, study.name, "https://example.com/", [], "ada", later(0), may_be_private=False
    )
    told = making.JudgeTold("Kindness", "offline/lead", rubric="Kind is better.")
    making.create(session, study.name, "tone", told, making.Cap(usd=1), "ada", later(0))
    rng = random.Random(1)
    pools.choose(session, study.name, "tone", pools.Source.DRAWN, 2, later(0), rng)
    while sheet := pools.next_to_grade(session, study.name, "tone", "ada"):
        pools.grade(session, study.name, "tone", sheet.number, "ada", (5, 1), "odd", later(1))
    pools.draw_audit(session, study.name, "tone", 2, later(0), rng)
    asking.ask(session, study.name, "tone", 4, later(1), rng)
    for row in session.scalars(select(models.Judgement)):
        row.said, row.reason = "b" if row.is_exchanged else "a", "odd is kind"
        answer = session.get_one(models.Completion, row.answer_id)
        answer.state, answer.turns, answer.html, answer.text_hash = "ready", ["x"], ["x"], "x"
        answer.attempts, answer.recorded_at = 1, later(1)
