"""Queries about skips: the presses that left a matchup out or took it back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.models import Skip


def by_key(session: Session, client_key: str) -> Skip | None:
    """Return what was pressed with an idempotency key."""
    return session.scalars(select(Skip).where(Skip.client_key == client_key)).one_or_none()
