"""Queries about marks: the criteria and grades that raters gave, by revision."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from service.domain.assignment import AssignmentState
from service.store.models import Assignment, Criterion, Mark


def by_key(session: Session, client_key: str) -> Mark | None:
    """Return the marks that came with an idempotency key."""
    return session.scalars(select(Mark).where(Mark.client_key == client_key)).one_or_none()


def latest(session: Session, assignment_id: int) -> Mark | None:
    """Return an assignment's newest revision of marks, an undo included."""
    return session.scalars(
        select(Mark)
        .where(Mark.assignment_id == assignment_id)
        .order_by(Mark.revision.desc())
        .limit(1)
    ).one_or_none()


# Built once: writing down the columns of an alias takes longer than the query.
@cache
def is_newest() -> ColumnElement[bool]:
    """Return the condition that no later revision supersedes a mark."""
    later = aliased(Mark)
    return ~exists().where(
        later.assignment_id == Mark.assignment_id, later.revision > Mark.revision
    )


def standing_of_rater(session: Session, rater_id: int) -> Sequence[tuple[Mark, Assignment]]:
    """Return a rater's marks that stand, the oldest first."""
    rows = session.execute(
        select(Mark, Assignment)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .where(Assignment.rater_id == rater_id, Mark.is_withdrawn.is_(False), is_newest())
        .order_by(Mark.id)
    )
    return [(mark, assignment) for mark, assignment in rows]


def leads(session: Session, mark_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return who leads in each criterion, in the order of the study, by mark."""
    found: dict[int, list[str]] = {}
    for row in session.scalars(
        select(Criterion)
        .where(Criterion.mark_id.in_(mark_ids))
        .order_by(Criterion.mark_id, Criterion.place)
    ):
        found.setdefault(row.mark_id, []).append(row.lead)
    return found


@cache
def _is_marked() -> ColumnElement[bool]:
    return (
        exists()
        .where(Mark.assignment_id == Assignment.id, Mark.is_withdrawn.is_(False), is_newest())
        .correlate(Assignment)
    )


def owed_by(session: Session, rater_id: int) -> str | None:
    """Return the token of a rater's oldest vote that has no marks."""
    return session.scalars(
        select(Assignment.token)
        .where(
            Assignment.rater_id == rater_id,
            Assignment.state == AssignmentState.VOTED,
            ~_is_marked(),
        )
        .order_by(Assignment.id)
        .limit(1)
    ).one_or_none()


def add(session: Session, mark: Mark, answers: Sequence[str]) -> bool:
    """Add a revision; False where its key or number was taken at the same time."""
    try:
        with session.begin_nested():
            session.add(mark)
            session.flush()
            session.add_all(
                Criterion(mark_id=mark.id, place=place, lead=lead)
                for place, lead in enumerate(answers)
            )
            session.flush()
    except IntegrityError:
        return False
    return True
