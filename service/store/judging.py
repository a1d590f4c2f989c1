"""Queries about how raters have judged: their latest votes, repeats, and what is left out."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from service.domain.assignment import (
    FIRST_TIME,
    HAS_A_VOTE,
    JUDGED,
    AssignmentKind,
)
from service.store.models import Assignment, Completion, Exclusion, Rater, Tallied, Vote

MOST_REPEATS = 1000


class Pressed(NamedTuple):
    """A rater's vote that stands, with the two texts it is about."""

    choice: str
    duration_ms: int | None
    texts: tuple[int, int]


class Twice(NamedTuple):
    """A vote that stands and the one on its repeat, each with its assignment."""

    vote: Vote
    assignment: Assignment
    again_vote: Vote
    again: Assignment


class LeftOut(NamedTuple):
    """How many of a rater's judgements are left out for one reason."""

    rater_id: int
    reason: str
    number: int


def _is_newest() -> ColumnElement[bool]:
    newest = (
        select(func.max(Vote.revision))
        .where(Vote.assignment_id == Assignment.id)
        .correlate(Assignment)
    )
    return Vote.revision == newest.scalar_subquery()


def pressed(session: Session, rater_ids: Collection[int], limit: int) -> dict[int, list[Pressed]]:
    """Return what each of these raters was dealt last and voted on, the oldest first.

    So many of each at most, in one query: what a rater was dealt from the last so many on.
    """
    earlier = aliased(Assignment)
    edge = (
        select(earlier.id)
        .where(earlier.rater_id == Rater.id, earlier.state.in_(HAS_A_VOTE))
        .order_by(earlier.id.desc())
        .offset(limit - 1)
        .limit(1)
        .correlate(Rater)
        .scalar_subquery()
    )
    of = (
        select(Rater.id.label("rater_id"), func.coalesce(edge, 0).label("edge"))
        .where(Rater.id.in_(rater_ids))
        .cte("latest_of")
        .c
    )
    # A look for each of these, where joining would make the database read all votes there are.
    choice, took = (
        select(each)
        .where(Vote.assignment_id == Assignment.id)
        .order_by(Vote.revision.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
        for each in (Vote.choice, Vote.duration_ms)
    )
    rows = session.execute(
        select(
            Assignment.rater_id,
            choice,
            took,
            Assignment.first_completion_id,
            Assignment.second_completion_id,
        )
        .join(
            of.edge.table,
            (Assignment.rater_id == of.rater_id) & (Assignment.id >= of.edge),
        )
        .where(Assignment.state.in_(HAS_A_VOTE))
        .order_by(Assignment.id)
    )
    found: dict[int, list[Pressed]] = {identity: [] for identity in rater_ids}
    for rater_id, pressed_as, ms, one, two in rows:
        if pressed_as is not None:
            found[rater_id].append(Pressed(str(pressed_as), ms, (one, two)))
    return found


def repeated(session: Session, rater_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return what raters said of a matchup at first and again, sides exchanged, by pairs.

    Of as many repeats as so many raters may have, the newest.
    """
    again, first_vote, again_vote = aliased(Assignment), aliased(Vote), aliased(Vote)
    asked = select(again.rater_id, first_vote.choice, again_vote.choice)
    rows = session.execute(
        _repeats(asked, again, first_vote, again_vote)
        .where(again.rater_id.in_(rater_ids))
        .order_by(again.id.desc())
        .limit(MOST_REPEATS * len(rater_ids))
    )
    found: dict[int, list[tuple[str, str]]] = {identity: [] for identity in rater_ids}
    for identity, first, second in rows:
        found[identity].append((str(first), str(second)))
    return found


def repeated_in(session: Session, study_id: int, limit: int) -> list[Twice]:
    """Return what raters said of matchups at first and again; nothing that is left out."""
    again, first_vote, again_vote = aliased(Assignment), aliased(Vote), aliased(Vote)
    asked = select(first_vote, Assignment, again_vote, again)
    out = select(Exclusion.assignment_id).where(Exclusion.lifted_at.is_(None))
    rows = session.execute(
        _repeats(asked, again, first_vote, again_vote)
        .where(again.study_id == study_id, again.id.not_in(out), Assignment.id.not_in(out))
        .order_by(again.id.desc())
        .limit(limit)
    )
    return [Twice(*row) for row in rows]


def _repeats(
    asked: Any,
    again: type[Assignment],
    first_vote: type[Vote],
    again_vote: type[Vote],
) -> Any:
    """Return a query for repeats that a rater voted on, beside the first vote on the same texts."""
    newest_of = [
        select(func.max(Vote.revision)).where(Vote.assignment_id == which.id).scalar_subquery()
        for which in (Assignment, again)
    ]
    return (
        asked.select_from(again)
        .join(
            Assignment,
            (Assignment.rater_id == again.rater_id)
            & Assignment.kind.in_(FIRST_TIME)
            & (Assignment.prompt_id == again.prompt_id)
            & (Assignment.first_completion_id == again.first_completion_id)
            & (Assignment.second_completion_id == again.second_completion_id),
        )
        .join(
            first_vote,
            (first_vote.assignment_id == Assignment.id) & (first_vote.revision == newest_of[0]),
        )
        .join(
            again_vote,
            (again_vote.assignment_id == again.id) & (again_vote.revision == newest_of[1]),
        )
        .where(
            again.kind == AssignmentKind.REPEAT,
            again.state.in_(HAS_A_VOTE),
            Assignment.state.in_(HAS_A_VOTE),
            first_vote.choice.is_not(None),
            again_vote.choice.is_not(None),
        )
    )


def uncounted(session: Session, study_id: int, limit: int) -> list[tuple[Vote, Assignment]]:
    """Return standing votes on regular matchups that are not counted, so many at most."""
    rows = session.execute(
        select(Vote, Assignment)
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .outerjoin(Tallied, Tallied.assignment_id == Assignment.id)
        .where(
            Assignment.study_id == study_id,
            Assignment.kind == AssignmentKind.REGULAR,
            Assignment.state.in_(HAS_A_VOTE),
            Vote.choice.is_not(None),
            Tallied.assignment_id.is_(None),
            _is_newest(),
        )
        .order_by(Assignment.id)
        .limit(limit)
    )
    return [(vote, assignment) for vote, assignment in rows]


def texts(session: Session, completion_ids: Iterable[int]) -> dict[int, str]:
    """Return the texts of these completions, all turns of each together."""
    found: dict[int, str] = {}
    ids = sorted(set(completion_ids))
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(Completion.id, Completion.turns).where(
                Completion.id.in_(ids[start : start + 500])
            )
        )
        found |= {identity: "\n".join(turns) for identity, turns in rows}
    return found


def judged(session: Session, rater_ids: Collection[int]) -> Counter[int]:
    """Return how many regular matchups each of these raters has judged."""
    rows = session.execute(
        select(Assignment.rater_id, func.count())
        .where(
            Assignment.rater_id.in_(rater_ids),
            Assignment.state.in_(JUDGED),
            Assignment.kind == AssignmentKind.REGULAR,
        )
        .group_by(Assignment.rater_id)
    )
    found: Counter[int] = Counter()
    for rater, number in rows:
        found[rater] = number
    return found


def left_out(session: Session, study_id: int) -> Sequence[LeftOut]:
    """Return what is left out of results just now, by rater and reason."""
    rows = session.execute(
        select(Assignment.rater_id, Exclusion.reason, func.count())
        .join(Exclusion, Exclusion.assignment_id == Assignment.id)
        .where(Assignment.study_id == study_id, Exclusion.lifted_at.is_(None))
        .group_by(Assignment.rater_id, Exclusion.reason)
        .order_by(Assignment.rater_id, func.min(Exclusion.id))
    )
    return [LeftOut(rater, reason, number) for rater, reason, number in rows]


def begun(session: Session, study_id: int, after: int, limit: int) -> Sequence[Rater]:
    """Return raters of a study who have begun, whose ids are above `after`, in their order."""
    return session.scalars(
        select(Rater)
        .where(
            Rater.study_id == study_id,
            Rater.id > after,
            Rater.started_at.is_not(None)
            # A look for each rater, not a walk over all that was judged.
            | exists().where(Assignment.rater_id == Rater.id, Assignment.state.in_(JUDGED)),
        )
        .order_by(Rater.id)
        .limit(limit)
    ).all()
