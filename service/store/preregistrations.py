"""Queries about what studies declared, and about what was left out by hand since."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import Assignment, Exclusion, Preregistration

_MOST_REASONS = 20


def of_study(session: Session, study_id: int) -> Preregistration | None:
    """Return what a study declared, None where it opened without."""
    return session.get(Preregistration, study_id)


def left_out(session: Session, study_id: int) -> tuple[int, int]:
    """Return how many assignments are left out by hand just now, and how many count again."""
    query = (
        select(func.count(Exclusion.id), func.count(Exclusion.lifted_at))
        .join(Assignment, Assignment.id == Exclusion.assignment_id)
        .where(Assignment.study_id == study_id)
    )
    every, lifted = session.execute(query).one()
    return every - lifted, lifted


def reasons(session: Session, study_id: int) -> Sequence[str]:
    """Return the first reasons for which something is left out just now, in alphabetical order."""
    return session.scalars(
        select(Exclusion.reason)
        .join(Assignment, Assignment.id == Exclusion.assignment_id)
        .where(Assignment.study_id == study_id, Exclusion.lifted_at.is_(None))
        .distinct()
        .order_by(Exclusion.reason)
        .limit(_MOST_REASONS)
    ).all()
