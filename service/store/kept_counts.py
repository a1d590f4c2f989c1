"""Queries about how many votes of a big study stand, as a worker counted them last."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store import changes
from service.store.models import KeptCount


class Kept(NamedTuple):
    """How many votes stood at a moment."""

    votes: int
    counted_at: datetime


def of_study(session: Session, study_id: int) -> Kept | None:
    """Return what was counted last of a study; None where nothing is kept."""
    row = session.execute(
        select(KeptCount.votes, KeptCount.counted_at).where(KeptCount.study_id == study_id)
    ).one_or_none()
    return None if row is None else Kept(*row)


def keep(session: Session, study_id: int, number: int, now: datetime) -> None:
    """Keep how many votes of a study stand; two workers may do so at the same time."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    told = {"votes": number, "counted_at": now}
    session.execute(
        insert(KeptCount)
        .values(study_id=study_id, **told)
        .on_conflict_do_update(index_elements=["study_id"], set_=told)
    )


def forget(session: Session, study_id: int) -> None:
    """Keep nothing of a study: it is counted when somebody asks."""
    changes.count(session, delete(KeptCount).where(KeptCount.study_id == study_id))
