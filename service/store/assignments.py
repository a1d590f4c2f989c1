"""Queries about assignments: what is dealt, to whom, and what may be dealt of a prompt."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentState, Event, Sides, leading
from service.domain.matchup import Entrant
from service.store import changes
from service.store.models import Assignment, Completion, Configuration, Leaderboard, Prompt

_HELD, _LAPSED = leading(Event.LAPSE)
# What dealing asks is built once and run beside the mapper.
_A, _C = Assignment.__table__.c, Completion.__table__.c


class Held(NamedTuple):
    """A rater's assignment as an act of theirs meets it."""

    id: int
    token: str
    rater_id: int
    prompt_id: int
    kind: str
    state: str


_HELD_AS = select(*(_A[name] for name in Held._fields)).where(_A.token == bindparam("token"))


def held(session: Session, token: str) -> Held | None:
    """Return the assignment of a token as it stands now."""
    session.flush()
    row = session.connection().execute(_HELD_AS, {"token": token}).one_or_none()
    return None if row is None else Held(*row)


def matchup_of(session: Session, assignment_id: int) -> tuple[int, int, int]:
    """Return the prompt of an assignment, and the two configurations in the order of their ids."""
    columns = (_A.prompt_id, _A.first_configuration_id, _A.second_configuration_id)
    row = session.connection().execute(select(*columns).where(_A.id == assignment_id)).one()
    return (row[0], row[1], row[2])


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
    select(_C.prompt_id, _C.id, _C.configuration_id, _C.text_hash)
    .join_from(
        Completion.__table__,
        Configuration.__table__,
        Configuration.__table__.c.id == _C.configuration_id,
    )
    .where(_C.prompt_id.in_(bindparam("prompt_ids", expanding=True)), _C.state == "ready")
    .where(Configuration.__table__.c.retired_at.is_(None))
)


def ready_of(session: Session, prompt_ids: Collection[int]) -> dict[int, list[Entrant]]:
    """Return what may be dealt of prompts: ready completions of configurations in service."""
    session.flush()
    found: dict[int, list[Entrant]] = {prompt_id: [] for prompt_id in prompt_ids}
    rows = session.connection().execute(_READY, {"prompt_ids": list(prompt_ids)})
    for prompt_id, identity, configuration_id, text_hash in rows.all():
        found[prompt_id].append(Entrant(configuration_id, identity, text_hash or ""))
    return found


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


class Texts(NamedTuple):
    """What is shown of an assignment, as safe HTML: the prompt's parts, each text by turns."""

    token: str
    prompt: dict[str, Any]
    first: list[str]
    second: list[str]
    sides: Sides
    rater_id: int


_FIRST, _SECOND = Completion.__table__.alias("first"), Completion.__table__.alias("second")
_TEXTS = (
    select(
        *(_A.token, Prompt.__table__.c.html, _FIRST.c.html, _SECOND.c.html, _A.sides, _A.rater_id)
    )
    .join_from(Assignment.__table__, Prompt.__table__, Prompt.__table__.c.id == _A.prompt_id)
    .join(_FIRST, _FIRST.c.id == _A.first_completion_id)
    .join(_SECOND, _SECOND.c.id == _A.second_completion_id)
    .where(_A.token.in_(bindparam("tokens", expanding=True)))
)


def texts(session: Session, tokens: Sequence[str]) -> dict[str, Texts]:
    """Return what is shown of assignments, by token."""
    session.flush()
    if not tokens:
        return {}
    rows = session.connection().execute(_TEXTS, {"tokens": list(tokens)})
    return {row[0]: Texts(*row) for row in rows.all()}


_NEW = insert(Assignment)


def add(session: Session, made: Sequence[Mapping[str, Any]]) -> None:
    """Write new assignments down, the columns of each by name, in the order given."""
    session.flush()
    if made:
        session.connection().execute(_NEW, list(made))


_AGAIN = (
    update(Assignment)
    .where(_A.id == bindparam("of"), _A.state == _LAPSED)
    .values(state=leading(Event.DEAL_AGAIN)[1], ended_at=None, lease_until=bindparam("until"))
)


def deal_again(session: Session, assignment_id: int, lease_until: datetime) -> bool:
    """Lay what lapsed before its rater again; False where its vote has come in the meantime."""
    session.flush()
    done = session.connection().execute(_AGAIN, {"of": assignment_id, "until": lease_until})
    changes.forget(session, Assignment, assignment_id)
    return done.rowcount == 1


_UNTIL = bindparam("until", type_=_A.lease_until.type)
_OPEN_AGAIN = (
    update(Assignment)
    .where(_A.id == bindparam("of"))
    .values(
        state=bindparam("after"),
        ended_at=None,
        lease_until=case((_A.lease_until > _UNTIL, _A.lease_until), else_=_UNTIL),
    )
)


def open_again(session: Session, assignment_id: int, after: str, lease_until: datetime) -> None:
    """Lay what was dealt with before its rater again, at least until a moment."""
    named = {"of": assignment_id, "after": after, "until": lease_until}
    session.connection().execute(_OPEN_AGAIN, named)
    changes.forget(session, Assignment, assignment_id)


_MOVE = (
    update(Assignment)
    .where(_A.id == bindparam("of"), _A.state == bindparam("before"))
    .values(state=bindparam("after"), ended_at=bindparam("at"))
)


def move(session: Session, assignment_id: int, before: str, after: str, now: datetime) -> bool:
    """End an assignment in a state, if it still stands as it did; False where it does not."""
    done = session.connection().execute(
        _MOVE, {"of": assignment_id, "before": before, "after": after, "at": now}
    )
    changes.forget(session, Assignment, assignment_id)
    return done.rowcount == 1
