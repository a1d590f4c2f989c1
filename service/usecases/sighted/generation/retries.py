"""Puts failed completions back to work, or counts what was stopped as failed for good."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.study import StudyNotOpen, StudyState
from service.store import completions, studies
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.lookup import find


def retry_failed(
    session: Session,
    name: str,
    now: datetime,
    completion_id: int | None = None,
    cause: str | None = None,
) -> int:
    """Put failed completions, one or those of one cause, back to work; returns how many."""
    row = studies.lock(session, find(session, name).id)
    if row.state != StudyState.OPEN:
        raise StudyNotOpen("Only an open study generates. Open it first.")
    return completions.retry(session, row.id, now, completion_id, cause)


def give_up_blocked(session: Session, name: str) -> int:
    """Count what the cap stopped as failed, so that the rest may be dealt; returns how many."""
    row = studies.lock(session, find(session, name).id)
    stopped = completions.give_up_blocked(session, row.id)
    for prompt_id in sorted(set(stopped)):
        publishing.settle(session, prompt_id)
    return len(stopped)
