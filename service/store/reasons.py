"""Queries about the reasons that raters gave."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import Reason


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
