"""Queries about files that wait to be imported, and about the headers of those that came."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from service.store.models import KnownHeader, Upload


def find(session: Session, study_id: int, token: str, *, with_content: bool) -> Upload | None:
    """Return a study's upload, with its content where that is wanted."""
    wanted = select(Upload).where(Upload.study_id == study_id, Upload.token == token)
    if with_content:
        wanted = wanted.options(undefer(Upload.content))
    return session.scalar(wanted)


def of_study(session: Session, study_id: int) -> Sequence[Upload]:
    """Return a study's uploads without their contents, the newest first."""
    wanted = select(Upload).where(Upload.study_id == study_id).order_by(Upload.id.desc())
    return session.scalars(wanted).all()


def remove(session: Session, ids: Sequence[int]) -> None:
    """Forget uploads."""
    session.execute(delete(Upload).where(Upload.id.in_(ids)))


def remove_older(session: Session, moment: datetime) -> None:
    """Forget the uploads that came before a moment."""
    session.execute(delete(Upload).where(Upload.created_at < moment))


def meanings(session: Session, signature: str) -> Mapping[str, str]:
    """Return what the columns of a header meant the last time, {} where it is unknown."""
    row = session.get(KnownHeader, signature)
    return {} if row is None else row.meanings


def remember(session: Session, signature: str, said: Mapping[str, str], moment: datetime) -> None:
    """Note what the columns of a header mean."""
    session.merge(KnownHeader(signature=signature, meanings=dict(said), used_at=moment))
