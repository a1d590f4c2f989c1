"""Queries about rate limits: how much of each all workers together have left."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.domain import rate_limit
from service.domain.rate_limit import Limit, Room
from service.store.models import RateLimit


def locked(session: Session, name: str, limit: Limit, now: datetime) -> RateLimit:
    """Return a rate limit's row with its room as of now, locked against other workers."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    room = rate_limit.full(limit, now)
    session.execute(
        insert(RateLimit)
        .values(name=name, requests=room.requests, tokens=room.tokens, filled_at=now)
        .on_conflict_do_nothing()
    )
    row = session.scalars(
        select(RateLimit)
        .where(RateLimit.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    write(row, rate_limit.refilled(limit, Room(row.requests, row.tokens, row.filled_at), now))
    return row


def room_of(row: RateLimit) -> Room:
    """Return what a rate limit has left."""
    return Room(row.requests, row.tokens, row.filled_at)


def write(row: RateLimit, room: Room) -> None:
    """Note what a locked rate limit has left."""
    row.requests, row.tokens, row.filled_at = (
        room.requests,
        room.tokens,
        max(row.filled_at, room.at),
    )
