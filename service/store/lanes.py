"""Queries about lanes: how much of a provider's pace all workers together have left."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.domain import pace
from service.domain.pace import Limit, Room
from service.store.models import Lane


def locked(session: Session, name: str, limit: Limit, now: datetime) -> Lane:
    """Return a lane's row with its room as of now, locked against other workers."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    room = pace.full(limit, now)
    session.execute(
        insert(Lane)
        .values(name=name, requests=room.requests, tokens=room.tokens, filled_at=now)
        .on_conflict_do_nothing()
    )
    row = session.scalars(
        select(Lane)
        .where(Lane.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    write(row, pace.refilled(limit, Room(row.requests, row.tokens, row.filled_at), now))
    return row


def room_of(row: Lane) -> Room:
    """Return what a lane has left."""
    return Room(row.requests, row.tokens, row.filled_at)


def write(row: Lane, room: Room) -> None:
    """Note what a locked lane has left."""
    row.requests, row.tokens, row.filled_at = (
        room.requests,
        room.tokens,
        max(row.filled_at, room.at),
    )
