"""Queries about assignments: what is dealt, to whom, and what may be dealt of a prompt."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentState, Event, leading
from service.store import changes
from service.store.models import Assignment, Completion, Configuration, Leaderboard, Prompt

_HELD, _LAPSED = leading(Event.LAPSE)
# What dealing asks is built once and run beside the mapper.
_A, _C = Assignment.__table__.c, Completion.__table__.c


class ReadyCompletion(NamedTuple):
    """A completion that may be dealt."""

    id: int
    configuration_id: int
    text_hash: str


def by_id(session: Session, assignment_id: int) -> Assignment:
    """Return an assignment that is known to exist, fresh."""
    return session.get_one(Assignment, assignment_id, populate_existing=True)


def latest_ended(session: Session, rater_id: int) -> Assignment | None:
    """Return what a rater dealt with last, None where that is nothing yet."""
    query = (
        select(Assignment)
        .where(
            Assignment.rater_id == rater_id,
            Assignment.ended_at.is_not(None),
            Assignment.state != AssignmentState.EXPIRED,
        )
        .order_by(Assignment.ended_at.desc(), Assignment.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def refresh(session: Session, assignment: Assignment) -> None:
    """Lock an assignment's row and read it anew."""
    session.refresh(assignment, with_for_update={"key_share": True})


def by_token(session: Session, token: str, *, locked: bool = False) -> Assignment | None:
    """Return the assignment of a token, its row locked and fresh where asked."""
    query = select(Assignment).where(Assignment.token == token)
    if locked:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


_WITH_EXPIRED = (
    select(_A.prompt_id)
    .where(
        _A.study_id == bindparam("study_id"),
        _A.state == AssignmentState.DEALT,
        _A.lease_until < bindparam("now"),
    )
    .limit(bindparam("most"))
)


def prompts_with_expired(session: Session, study_id: int, now: datetime, limit: int) -> list[int]:
    """Return prompts that have a lease run out, in the order in which they must be locked."""
    session.flush()
    rows = session.connection().scalars(
        _WITH_EXPIRED, {"study_id": study_id, "now": now, "most": limit}
    )
    return sorted(set(rows))


def expire(session: Session, prompt_id: int, now: datetime) -> int:
    """Free the places whose lease ran out on a prompt that the caller has locked."""
    return changes.count(
        session,
        update(Assignment)
        .where(
            Assignment.prompt_id == prompt_id,
            Assignment.state == _HELD,
            Assignment.lease_until < now,
        )
        .values(state=_LAPSED, ended_at=now),
    )


_READY = (
    select(_C.id, _C.configuration_id, _C.text_hash)
    .join_from(
        Completion.__table__,
        Configuration.__table__,
        Configuration.__table__.c.id == _C.configuration_id,
    )
    .where(_C.prompt_id == bindparam("prompt_id"), _C.state == "ready")
    .where(Configuration.__table__.c.retired_at.is_(None))
)


def ready_completions(session: Session, prompt_id: int) -> list[ReadyCompletion]:
    """Return what may be dealt of a prompt: ready completions of configurations in service."""
    session.flush()
    rows = session.connection().execute(_READY, {"prompt_id": prompt_id})
    return [
        ReadyCompletion(identity, configuration_id, text_hash or "")
        for identity, configuration_id, text_hash in rows.all()
    ]


def dealing_weights(session: Session, study_id: int) -> dict[tuple[int, int], float]:
    """Return how much each matchup of configurations should be dealt; {} before any vote."""
    content = session.scalar(
        select(Leaderboard.content)
        .where(Leaderboard.study_id == study_id)
        .order_by(Leaderboard.id.desc())
        .limit(1)
    )
    return {
        (first, second): weight
        for first, second, weight in (content or {}).get("dealing_weights", ())
    }


def ready_configurations(session: Session, prompt_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the configurations in service that have a ready completion, by prompt."""
    rows = session.execute(
        select(Completion.prompt_id, Completion.configuration_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.prompt_id.in_(prompt_ids),
            Completion.state == "ready",
            Configuration.retired_at.is_(None),
        )
    )
    found: dict[int, set[int]] = {}
    for prompt_id, configuration_id in rows:
        found.setdefault(prompt_id, set()).add(configuration_id)
    return found


class Texts(NamedTuple):
    """What is shown of an assignment, as safe HTML: the prompt's parts, each text by turns."""

    prompt: dict[str, Any]
    first: list[str]
    second: list[str]


_FIRST, _SECOND = Completion.__table__.alias("first"), Completion.__table__.alias("second")
_TEXTS = (
    select(_A.id, Prompt.__table__.c.html, _FIRST.c.html, _SECOND.c.html)
    .join_from(Assignment.__table__, Prompt.__table__, Prompt.__table__.c.id == _A.prompt_id)
    .join(_FIRST, _FIRST.c.id == _A.first_completion_id)
    .join(_SECOND, _SECOND.c.id == _A.second_completion_id)
    .where(_A.id.in_(bindparam("ids", expanding=True)))
)


def texts(session: Session, assignment_ids: Iterable[int]) -> dict[int, Texts]:
    """Return what is shown of assignments."""
    session.flush()
    rows = session.connection().execute(_TEXTS, {"ids": list(assignment_ids)})
    return {row[0]: Texts(*row[1:]) for row in rows}


_NEW = insert(Assignment).returning(_A.id)
_WRITTEN = [column.name for column in _A if column.name not in {"id", "ended_at"}]


def add(session: Session, assignment: Assignment) -> Assignment:
    """Write a new assignment down and give it its id; the object stays outside of the session."""
    session.flush()
    values = {name: getattr(assignment, name) for name in _WRITTEN}
    assignment.id = session.connection().scalar(_NEW, values)
    return assignment
