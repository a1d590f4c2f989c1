"""Queries about the reasons that raters gave."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import Assignment, Prompt, Reason, Tallied


class Given(NamedTuple):
    """A reason of a counted vote, with what the vote was about and how it ended."""

    assignment_id: int
    kinds: list[str]
    note: str
    first_configuration_id: int
    second_configuration_id: int
    outcome: str
    prompt_key: str


def by_key(session: Session, client_key: str) -> Reason | None:
    """Return the reason that came with an idempotency key."""
    return session.scalars(select(Reason).where(Reason.client_key == client_key)).one_or_none()


def of_assignments(session: Session, assignment_ids: Sequence[int]) -> Sequence[Reason]:
    """Return the reasons given on these assignments, the oldest first."""
    return session.scalars(
        select(Reason).where(Reason.assignment_id.in_(assignment_ids)).order_by(Reason.id)
    ).all()


def count_of(session: Session, assignment_id: int) -> int:
    """Return how many reasons were given for what was said of one matchup."""
    return session.scalar(select(func.count()).where(Reason.assignment_id == assignment_id)) or 0


def of_counted(session: Session, study_id: int, limit: int) -> list[Given]:
    """Return the newest reasons of a study's counted votes, so many at most, the oldest first."""
    rows = session.execute(
        select(
            Reason.assignment_id,
            Reason.kinds,
            Reason.note,
            Assignment.first_configuration_id,
            Assignment.second_configuration_id,
            Tallied.outcome,
            Prompt.key,
        )
        .join(Assignment, Assignment.id == Reason.assignment_id)
        .join(Tallied, Tallied.assignment_id == Assignment.id)
        .join(Prompt, Prompt.id == Assignment.prompt_id)
        .where(Tallied.study_id == study_id)
        .order_by(Reason.id.desc())
        .limit(limit)
    ).all()
    return [Given(*row) for row in reversed(rows)]
