"""Queries about what was decided on leaderboards."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.models import Decision


def of_study(session: Session, study_id: int) -> Sequence[Decision]:
    """Return a study's decisions, the one that stands first."""
    return session.scalars(
        select(Decision).where(Decision.study_id == study_id).order_by(Decision.id.desc())
    ).all()
