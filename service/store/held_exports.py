"""Queries about exports that were asked for, and about the pieces of their files."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from service.domain.export import UNFINISHED, ExportState
from service.store.models import Export, ExportPiece

_IS_FREE = Export.state == ExportState.WAITING


def find(session: Session, study_id: int, token: str) -> Export | None:
    """Return an export of a study."""
    return session.scalar(select(Export).where(Export.study_id == study_id, Export.token == token))


def of_study(session: Session, study_id: int) -> Sequence[Export]:
    """Return a study's exports, the newest first."""
    wanted = select(Export).where(Export.study_id == study_id).order_by(Export.id.desc())
    return session.scalars(wanted).all()


def next_due(session: Session, now: datetime) -> Export | None:
    """Return the oldest export that nobody makes, held against others who ask at this moment."""
    return session.scalar(
        select(Export)
        .where(or_(_IS_FREE, _is_left(now)))
        .order_by(Export.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def number_due(session: Session, now: datetime) -> int:
    """Return how many exports wait for a worker, to be made or to be forgotten."""
    wanted = select(func.count()).select_from(Export)
    wanted = wanted.where(or_(_IS_FREE, _is_left(now), _is_old(now)))
    return session.scalar(wanted) or 0


def held_by(session: Session, export_id: int, fence: int) -> Export | None:
    """Return an export as the worker of this fence has it; None where it has lost it."""
    return session.scalar(
        select(Export)
        .where(Export.id == export_id, Export.fence == fence, Export.state == ExportState.RUNNING)
        .with_for_update()
    )


def pieces(session: Session, export_id: int, first: int, last: int) -> Iterator[bytes]:
    """Yield the pieces of a file from one number to another, one of them in memory."""
    for number in range(first, last + 1):
        content = session.scalar(
            select(ExportPiece.content).where(
                ExportPiece.export_id == export_id, ExportPiece.number == number
            )
        )
        if content is None:
            return
        yield content


def remove(session: Session, ids: Sequence[int]) -> None:
    """Forget exports with their files."""
    session.execute(delete(ExportPiece).where(ExportPiece.export_id.in_(ids)))
    session.execute(delete(Export).where(Export.id.in_(ids)))


def remove_pieces(session: Session, export_id: int) -> None:
    """Forget what was written of a file."""
    session.execute(delete(ExportPiece).where(ExportPiece.export_id == export_id))


def old(session: Session, moment: datetime) -> Sequence[int]:
    """Return the exports whose time is over and that nobody makes just now."""
    return session.scalars(select(Export.id).where(_is_old(moment))).all()


def is_unfinished(export: Export) -> bool:
    """Tell whether an export waits or is made."""
    return export.state in UNFINISHED


def _is_old(moment: datetime) -> ColumnElement[bool]:
    return (Export.expires_at < moment) & (Export.state != ExportState.RUNNING)


def _is_left(now: datetime) -> ColumnElement[bool]:
    return (Export.state == ExportState.RUNNING) & (Export.lease_until < now)
