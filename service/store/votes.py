"""Queries about votes, flags and what must be folded again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.orm import Session

from service.domain.assignment import HAS_A_VOTE
from service.store import changes
from service.store.models import Assignment, Dirty, Exclusion, Rater, Vote

_A, _V = Assignment.__table__.c, Vote.__table__.c


def latest(session: Session, assignment_id: int) -> Vote | None:
    """Return an assignment's newest revision, an undo included."""
    return session.scalars(
        select(Vote)
        .where(Vote.assignment_id == assignment_id)
        .order_by(Vote.revision.desc())
        .limit(1)
    ).one_or_none()


class Cast(NamedTuple):
    """An assignment about to be voted on: how it stands, its newest vote, and the key's vote.

    The vote of a key is None where the key is new.
    """

    id: int
    token: str
    rater_id: int
    prompt_id: int
    kind: str
    state: str
    revision: int | None
    choice: str | None
    key_assignment_id: int | None
    key_body_hash: str | None
    key_revision: int | None
    key_choice: str | None
    key_is_late: bool | None


_LAST, _KEYED = Vote.__table__.alias("last"), Vote.__table__.alias("keyed")
_LATER = Vote.__table__.alias("later")
_CAST = (
    select(
        *(_A.id, _A.token, _A.rater_id, _A.prompt_id, _A.kind, _A.state),
        *(_LAST.c.revision, _LAST.c.choice),
        *(_KEYED.c.assignment_id, _KEYED.c.body_hash, _KEYED.c.revision, _KEYED.c.choice),
        _KEYED.c.is_late,
    )
    .select_from(Assignment.__table__)
    .outerjoin(
        _LAST,
        (_LAST.c.assignment_id == _A.id)
        & (
            _LAST.c.revision
            == select(func.max(_LATER.c.revision))
            .where(_LATER.c.assignment_id == _A.id)
            .correlate(Assignment.__table__)
            .scalar_subquery()
        ),
    )
    .outerjoin(_KEYED, _KEYED.c.client_key == bindparam("client_key"))
    .where(_A.token == bindparam("token"))
)


def about_to_cast(session: Session, token: str, client_key: str) -> Cast | None:
    """Return all that storing a vote must know of its assignment and its key, in one query."""
    session.flush()
    named = {"token": token, "client_key": client_key}
    row = session.connection().execute(_CAST, named).one_or_none()
    return None if row is None else Cast._make(row)


_ONCE = changes.Once(Vote)


def add(session: Session, values: dict[str, Any]) -> bool:
    """Store a vote; False where its key was taken at the same time."""
    return _ONCE.add(session, values)


def newest_of_rater(session: Session, rater_id: int) -> str | None:
    """Return the token of the vote that a rater's undo would take back."""
    # A maximum, no order with a limit: PostgreSQL would walk all votes of all raters for it.
    newest = (
        select(func.max(Vote.id))
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .where(Assignment.rater_id == rater_id, Assignment.state == "voted")
        .where(Vote.choice.is_not(None))
        .scalar_subquery()
    )
    return session.scalars(
        select(Assignment.token)
        .join(Vote, Vote.assignment_id == Assignment.id)
        .where(Vote.id == newest)
    ).one_or_none()


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


_DURATIONS = (
    select(_V.duration_ms)
    .join_from(Vote.__table__, Assignment.__table__, _A.id == _V.assignment_id)
    .where(_A.rater_id == bindparam("rater_id"), _V.duration_ms.is_not(None))
    # By what was dealt last, in the rater's own index.
    .order_by(_A.id.desc(), _V.revision.desc())
    .limit(bindparam("number"))
)


def recent_durations(session: Session, rater_id: int, number: int = 20) -> list[int]:
    """Return how long votes on what a rater was dealt last took, in milliseconds."""
    session.flush()
    rows = session.connection().scalars(_DURATIONS, {"rater_id": rater_id, "number": number})
    return [took for took in rows if took is not None]


def of_raters(session: Session, rater_ids: Collection[int]) -> dict[int, int]:
    """Return how many votes of each of these raters stand, of those who have any."""
    rows = session.execute(
        select(Assignment.rater_id, func.count())
        .where(
            Assignment.rater_id.in_(rater_ids),
            Assignment.kind == "regular",
            Assignment.state.in_(HAS_A_VOTE),
        )
        .group_by(Assignment.rater_id)
    )
    return {row[0]: row[1] for row in rows}


def people(session: Session, study_id: int) -> int:
    """Return how many raters of a study have judged something, by a vote or by grades."""
    # A look for each rater, not a walk over all that they were dealt.
    has_judged = exists().where(
        Assignment.rater_id == Rater.id,
        Assignment.state.in_((*HAS_A_VOTE, "graded")),
        Assignment.kind == "regular",
    )
    judged = select(func.count()).select_from(Rater).where(Rater.study_id == study_id, has_judged)
    return session.scalar(judged) or 0


def count(session: Session, study_id: int) -> int:
    """Return how many votes of a study stand."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(
                Assignment.study_id == study_id,
                Assignment.state.in_(HAS_A_VOTE),
                Assignment.kind == "regular",
            )
        )
        or 0
    )


_DIRTY = insert(Dirty)


def acknowledged(session: Session) -> int:
    """Return how many votes are stored in all, every revision among them."""
    return session.scalar(select(func.count(Vote.id))) or 0


def mark_dirty(session: Session, study_id: int, assignment_ids: Sequence[int]) -> None:
    """Have the counts of these assignments looked at again."""
    session.flush()
    rows = [{"study_id": study_id, "assignment_id": identity} for identity in assignment_ids]
    if rows:
        session.connection().execute(_DIRTY, rows)


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


def cast_at(session: Session, vote_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when these votes came, a few at a time."""
    rows = session.execute(select(Vote.id, Vote.created_at).where(Vote.id.in_(vote_ids)))
    return {row.id: row.created_at for row in rows}
