"""Takes what a rater judged out of results, visibly and reversibly; the places are dealt again."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.errors import Invalid, NotFound
from service.store import exclusions, raters, votes
from service.store.models import Assignment, Exclusion, Study
from service.usecases.blind import places
from service.usecases.sighted.lookup import find

MAX_REASON = 500


class UnknownRater(NotFound):
    """The study has no rater of that pseudonym."""


def exclude(session: Session, study_name: str, pseudonym: str, reason: str, now: datetime) -> int:
    """Leave all that a rater has judged so far out of results; returns how much that was.

    Raises
    ------
    UnknownStudy, UnknownRater
    """
    if not reason.strip():
        raise Invalid("Say why: the reason stands beside what is left out.")
    study, judged = _judged(session, study_name, pseudonym)
    already = votes.excluded(session, [row.id for row in judged])
    fresh = [row for row in judged if row.id not in already]
    session.add_all(
        Exclusion(assignment_id=row.id, reason=reason.strip()[:MAX_REASON], created_at=now)
        for row in fresh
    )
    session.flush()
    _settle(session, study, fresh)
    return len(fresh)


def lift(session: Session, study_name: str, pseudonym: str, now: datetime) -> int:
    """Let count again what was left out of a rater's judgements; returns how much that was.

    Raises
    ------
    UnknownStudy, UnknownRater
    """
    study, judged = _judged(session, study_name, pseudonym)
    lifted = exclusions.lift(session, [row.id for row in judged], now)
    _settle(session, study, judged)
    return lifted


def _judged(session: Session, study_name: str, pseudonym: str) -> tuple[Study, list[Assignment]]:
    study = find(session, study_name)
    rater = raters.by_pseudonym(session, study.id, pseudonym)
    if rater is None:
        raise UnknownRater(f"The study has no rater called {pseudonym!r}.")
    return study, list(exclusions.judged_by(session, rater.id))


def _settle(session: Session, study: Study, judged: list[Assignment]) -> None:
    """Have counts and places follow; prompts in the order of their ids, as everybody locks."""
    votes.mark_dirty(session, study.id, [row.id for row in judged])
    for prompt_id in sorted({row.prompt_id for row in judged}):
        places.recount(session, study, prompt_id)
