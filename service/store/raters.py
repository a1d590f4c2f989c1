"""Queries about raters and the invites that let them in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func, literal, select
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentState
from service.store.models import Assignment, Invite, Rater, RaterDetail, Study


def by_id(session: Session, rater_id: int) -> Rater:
    """Return a rater who is known to exist."""
    return session.get_one(Rater, rater_id)


def language_of_study(session: Session, rater_id: int) -> str | None:
    """Return the language that a rater's study fixes; no row is loaded for it."""
    return session.scalar(
        select(Study.language).join(Rater, Rater.study_id == Study.id).where(Rater.id == rater_id)
    )


_LOCK = (
    select(Rater)
    .where(Rater.id == bindparam("rater_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def lock(session: Session, rater_id: int) -> Rater:
    """Return a rater, fresh; what else needs this lock waits until this transaction ends."""
    return session.scalars(_LOCK, {"rater_id": rater_id}).one()


_LOCK_ALONE = (
    select(literal(1)).where(Rater.id == bindparam("rater_id")).with_for_update(key_share=True)
)
_WITH_STUDY = (
    select(Rater, Study)
    .join(Study, Rater.study_id == Study.id)
    .where(Rater.id == bindparam("rater_id"))
    .execution_options(populate_existing=True)
)


def lock_with_study(session: Session, rater_id: int) -> tuple[Rater, Study]:
    """Return a rater, locked as by `lock`, and their study as it is once the lock is had.

    Read with the lock they would not be: who waits for it gets the rater anew, but the study
    as it was before.
    """
    session.flush()
    named = {"rater_id": rater_id}
    session.connection().execute(_LOCK_ALONE, named)
    rater, study = session.execute(_WITH_STUDY, named).one()
    return rater, study


def count_untried(session: Session, study_id: int, since: datetime) -> int:
    """Return how many raters have begun since then and have judged nothing."""
    judged = exists().where(
        Assignment.rater_id == Rater.id,
        Assignment.state.in_([AssignmentState.VOTED, AssignmentState.GRADED]),
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Rater)
            .where(Rater.study_id == study_id, Rater.started_at >= since, ~judged)
        )
        or 0
    )


def by_handle(session: Session, handle: str) -> Rater | None:
    """Return the rater of a handle."""
    return session.scalars(select(Rater).where(Rater.handle == handle)).one_or_none()


def by_pseudonym(session: Session, study_id: int, pseudonym: str) -> Rater | None:
    """Return a study's rater of that pseudonym."""
    return session.scalars(
        select(Rater).where(Rater.study_id == study_id, Rater.pseudonym == pseudonym)
    ).one_or_none()


def of_study(session: Session, study_id: int) -> Sequence[Rater]:
    """Return a study's raters in the order they came."""
    return session.scalars(select(Rater).where(Rater.study_id == study_id).order_by(Rater.id)).all()


def detail(session: Session, rater_id: int) -> RaterDetail | None:
    """Return what names a rater, where it has not been erased."""
    return session.get(RaterDetail, rater_id)


def invite_by_handle(session: Session, handle: str) -> Invite | None:
    """Return the invite of a handle."""
    return session.scalars(select(Invite).where(Invite.handle == handle)).one_or_none()


def invite_of_rater(session: Session, rater_id: int) -> Invite | None:
    """Return a rater's personal invite."""
    return session.scalars(select(Invite).where(Invite.rater_id == rater_id)).first()


def invites(session: Session, study_id: int) -> Sequence[Invite]:
    """Return a study's invites, the newest first."""
    return session.scalars(
        select(Invite).where(Invite.study_id == study_id).order_by(Invite.id.desc())
    ).all()
