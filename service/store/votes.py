"""Queries about votes, flags and what must be folded again."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import Assignment, Dirty, Exclusion, Rater, Vote

_HAS_A_VOTE = ("voted", "late")


def by_key(session: Session, client_key: str) -> Vote | None:
    """Return the vote that came with an idempotency key."""
    return session.scalars(select(Vote).where(Vote.client_key == client_key)).one_or_none()


def latest(session: Session, assignment_id: int) -> Vote | None:
    """Return an assignment's newest revision, an undo included."""
    return session.scalars(
        select(Vote)
        .where(Vote.assignment_id == assignment_id)
        .order_by(Vote.revision.desc())
        .limit(1)
    ).one_or_none()


def newest_of_rater(session: Session, rater_id: int) -> tuple[Vote, Assignment] | None:
    """Return the vote that a rater's undo would take back."""
    # A maximum, no order with a limit: PostgreSQL would walk all votes of all raters for it.
    newest = (
        select(func.max(Vote.id))
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(Assignment.rater_id == rater_id, Assignment.state == "voted")
        .where(Vote.choice.is_not(None))
        .scalar_subquery()
    )
    row = session.execute(
        select(Vote, Assignment)
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(Vote.id == newest)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def standing_of_rater(session: Session, rater_id: int) -> Sequence[tuple[Vote, Assignment]]:
    """Return a rater's votes that stand, the oldest first."""
    newest = (
        select(func.max(Vote.id).label("id"))
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(Assignment.rater_id == rater_id)
        .group_by(Vote.assignment_id)
        .subquery()
    )
    rows = session.execute(
        select(Vote, Assignment)
        .join(newest, newest.c.id == Vote.id)
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(Vote.choice.is_not(None))
        .order_by(Vote.id)
    )
    return [(vote, assignment) for vote, assignment in rows]


def recent_durations(session: Session, rater_id: int, number: int = 20) -> list[int]:
    """Return how long votes on what a rater was dealt last took, in milliseconds."""
    return list(
        session.scalars(
            select(Vote.duration_ms)
            .join(Assignment, Assignment.id == Vote.assignment_id)
            .where(Assignment.rater_id == rater_id, Vote.duration_ms.is_not(None))
            # By what was dealt last, in the rater's own index.
            .order_by(Assignment.id.desc(), Vote.revision.desc())
            .limit(number)
        )
    )


def by_rater(session: Session, study_id: int) -> Sequence[tuple[Rater, int]]:
    """Return a study's raters with the number of their votes that stand."""
    rows = session.execute(
        select(Rater, func.count(Assignment.id))
        .outerjoin(
            Assignment,
            (Assignment.rater_id == Rater.id)
            & Assignment.state.in_(_HAS_A_VOTE)
            & (Assignment.kind == "regular"),
        )
        .where(Rater.study_id == study_id)
        .group_by(Rater.id)
        .order_by(Rater.id)
    )
    return [(rater, number) for rater, number in rows]


def count(session: Session, study_id: int) -> int:
    """Return how many votes of a study stand."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(
                Assignment.study_id == study_id,
                Assignment.state.in_(_HAS_A_VOTE),
                Assignment.kind == "regular",
            )
        )
        or 0
    )


def mark_dirty(session: Session, study_id: int, assignment_ids: Sequence[int]) -> None:
    """Have the counts of these assignments looked at again."""
    session.add_all(Dirty(study_id=study_id, assignment_id=identity) for identity in assignment_ids)


def mark_rater_dirty(session: Session, study_id: int, rater_id: int) -> None:
    """Have the counts of all that a rater has judged looked at again."""
    mark_dirty(
        session,
        study_id,
        list(
            session.scalars(
                select(Assignment.id).where(
                    Assignment.rater_id == rater_id, Assignment.state.in_(["voted", "graded"])
                )
            )
        ),
    )


def excluded(session: Session, assignment_ids: Sequence[int]) -> set[int]:
    """Return which of these assignments have an exclusion in force."""
    return set(
        session.scalars(
            select(Exclusion.assignment_id).where(
                Exclusion.assignment_id.in_(assignment_ids), Exclusion.lifted_at.is_(None)
            )
        )
    )
