"""Queries about links to reports."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.store.models import Share


def by_token_hash(session: Session, token_hash: str) -> Share | None:
    """Return the link with this hash of its token."""
    return session.scalars(select(Share).where(Share.token_hash == token_hash)).one_or_none()


def of_study(session: Session, study_id: int) -> Sequence[Share]:
    """Return a study's links, the newest first."""
    return session.scalars(
        select(Share).where(Share.study_id == study_id).order_by(Share.id.desc())
    ).all()


def is_any_of(session: Session, study_id: int, handles: Collection[str]) -> bool:
    """Tell whether any of these handles is of a link to this study, whatever became of it."""
    wanted = exists().where(Share.study_id == study_id, Share.handle.in_(handles))
    return bool(session.scalar(select(wanted)))
