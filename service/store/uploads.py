"""Queries about files that wait to be imported, and about the headers of those that came."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from service.domain.intake import IntakeState
from service.store.models import KnownHeader, SetUpload, Upload, UploadPiece

_IS_HERE = Upload.state != IntakeState.ARRIVING


def find(session: Session, study_id: int, token: str) -> Upload | None:
    """Return a study's upload that is there whole."""
    return session.scalar(
        select(Upload).where(Upload.study_id == study_id, Upload.token == token, _IS_HERE)
    )


def piece(session: Session, upload_id: int, place: int) -> UploadPiece | None:
    """Return the piece of a file in which a byte stands."""
    return session.scalar(
        select(UploadPiece)
        .where(UploadPiece.upload_id == upload_id, UploadPiece.start <= place)
        .order_by(UploadPiece.start.desc())
        .limit(1)
    )


def of_study(session: Session, study_id: int) -> Sequence[Upload]:
    """Return a study's uploads that are there whole, the newest first."""
    wanted = select(Upload).where(Upload.study_id == study_id, _IS_HERE).order_by(Upload.id.desc())
    return session.scalars(wanted).all()


def arriving(session: Session, study_id: int) -> Sequence[int]:
    """Return the ids of a study's uploads that are not there whole yet, the newest first."""
    wanted = select(Upload.id).where(Upload.study_id == study_id, ~_IS_HERE)
    return session.scalars(wanted.order_by(Upload.id.desc())).all()


def remove(session: Session, ids: Sequence[int]) -> None:
    """Forget uploads."""
    session.execute(delete(UploadPiece).where(UploadPiece.upload_id.in_(ids)))
    session.execute(delete(Upload).where(Upload.id.in_(ids)))


def remove_older(session: Session, moment: datetime, arriving: datetime) -> None:
    """Forget the uploads that came before a moment, or began to arrive before another one."""
    is_old = (Upload.created_at < moment) & (Upload.state == IntakeState.NONE)
    is_stuck = (Upload.created_at < arriving) & (Upload.state == IntakeState.ARRIVING)
    wanted = select(Upload.id).where(or_(is_old, is_stuck))
    remove(session, session.scalars(wanted).all())


def next_due(session: Session, now: datetime) -> Upload | None:
    """Return the oldest upload to be imported that nobody imports, held against others who ask."""
    return session.scalar(
        select(Upload)
        .where(_is_due(now))
        .order_by(Upload.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def number_due(session: Session, now: datetime) -> int:
    """Return how many uploads wait to be imported by a worker."""
    return session.scalar(select(func.count()).select_from(Upload).where(_is_due(now))) or 0


def held_by(session: Session, upload_id: int, fence: int) -> Upload | None:
    """Return an upload as the worker of this fence has it; None where it has lost it."""
    return session.scalar(
        select(Upload)
        .where(Upload.id == upload_id, Upload.fence == fence, Upload.state == IntakeState.RUNNING)
        .with_for_update()
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    is_left = (Upload.state == IntakeState.RUNNING) & (Upload.lease_until < now)
    return or_(Upload.state == IntakeState.WAITING, is_left)


def meanings(session: Session, signature: str) -> Mapping[str, str]:
    """Return what the columns of a header meant the last time, {} where it is unknown."""
    row = session.get(KnownHeader, signature)
    return {} if row is None else row.meanings


def remember(session: Session, signature: str, said: Mapping[str, str], moment: datetime) -> None:
    """Note what the columns of a header mean."""
    session.merge(KnownHeader(signature=signature, meanings=dict(said), used_at=moment))


def of_sets(session: Session) -> Sequence[int]:
    """Return the ids of files that wait for prompt sets, the newest first."""
    return session.scalars(select(SetUpload.id).order_by(SetUpload.id.desc())).all()


def for_set(session: Session, token: str) -> SetUpload | None:
    """Return the file that waits for a prompt set under a token."""
    return session.scalar(select(SetUpload).where(SetUpload.token == token))


def remove_of_sets(session: Session, ids: Sequence[int]) -> None:
    """Forget files that wait for prompt sets."""
    session.execute(delete(SetUpload).where(SetUpload.id.in_(ids)))


def remove_older_of_sets(session: Session, moment: datetime) -> None:
    """Forget the files for prompt sets that came before a moment."""
    session.execute(delete(SetUpload).where(SetUpload.created_at < moment))
