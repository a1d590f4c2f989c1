"""Queries about a rater's journal: votes, marks and skips, each taken back by a row of its own."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentState
from service.store import marks, votes
from service.store.models import Assignment, Mark, Skip, Vote

_A = Assignment.__table__.c
_V, _M, _S = Vote.__table__.c, Mark.__table__.c, Skip.__table__.c


class Entry(NamedTuple):
    """What came with an idempotency key: for which assignment of whom, and whether it undid."""

    rater_id: int
    token: str
    is_undo: bool


_KEY = bindparam("client_key", type_=_V.client_key.type)
_BY_KEY = union_all(
    select(_A.rater_id, _A.token, _V.choice.is_(None))
    .join_from(Vote.__table__, Assignment.__table__, _A.id == _V.assignment_id)
    .where(_V.client_key == _KEY),
    select(_A.rater_id, _A.token, _S.is_withdrawn)
    .join_from(Skip.__table__, Assignment.__table__, _A.id == _S.assignment_id)
    .where(_S.client_key == _KEY),
    select(_A.rater_id, _A.token, _M.is_withdrawn)
    .join_from(Mark.__table__, Assignment.__table__, _A.id == _M.assignment_id)
    .where(_M.client_key == _KEY),
)


def by_key(session: Session, client_key: str) -> Entry | None:
    """Return what came with a key before, whatever it was."""
    session.flush()
    rows = session.connection().execute(_BY_KEY, {"client_key": client_key}).all()
    return Entry(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None


def newest(session: Session, rater_id: int, *, is_graded: bool) -> str | None:
    """Return the token of what a rater dealt with last and may take back, None for nothing.

    `is_graded` says that the study takes grades in place of votes.
    """
    last = session.execute(
        select(Assignment.token, Assignment.state)
        .where(
            Assignment.rater_id == rater_id,
            Assignment.ended_at.is_not(None),
            Assignment.state != AssignmentState.EXPIRED,
        )
        .order_by(Assignment.ended_at.desc(), Assignment.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    if last[1] == AssignmentState.SKIPPED:
        return str(last[0])
    if is_graded:
        standing = marks.standing_of_rater(session, rater_id)
        return standing[-1][1].token if standing else None
    return votes.newest_of_rater(session, rater_id)
