"""Queries about skips: the presses that left a matchup out or took it back."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store import changes
from service.store.models import Skip

_ONCE = changes.Once(Skip)


def add(session: Session, values: dict[str, Any]) -> bool:
    """Store a press; False where its key was taken at the same time."""
    return _ONCE.add(session, values)


def by_key(session: Session, client_key: str) -> Skip | None:
    """Return what was pressed with an idempotency key."""
    return session.scalars(select(Skip).where(Skip.client_key == client_key)).one_or_none()


def count_of(session: Session, assignment_id: int) -> int:
    """Return how often a matchup was left out or taken back after that."""
    return session.scalar(select(func.count()).where(Skip.assignment_id == assignment_id)) or 0
