"""Queries about completions on their way, built once: claim, fence, record, publish."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Update,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.store import submissions
from service.store.models import Completion, Configuration, Prompt, Study
from service.store.studies import JUDGING, TRIAL

_C = Completion.__table__.c
_S = Study.__table__.c
_F = Configuration.__table__.c
_P = Prompt.__table__.c
_GENERATING = ("open", TRIAL, JUDGING)


class Unfinished(NamedTuple):
    """A completion on its way, with what generating needs to know of it and nothing wide."""

    id: int
    study_id: int
    configuration_id: int
    prompt_id: int
    sample: int
    state: str
    fence: int
    attempts: int
    # Turns that were answered before a pause.
    turns: list[str]
    reuses_calls: bool
    # Whether it belongs to a try or a judge: its calls are never reused.
    is_apart: bool = False


def claimable(
    session: Session, now: datetime, limit: int, *, reusing: bool = False
) -> list[Unfinished]:
    """Return completions that may be called now, locked against other workers.

    Pending ones whose time has come, and running ones whose lease ran out; with `reusing` only
    pending ones of studies that reuse calls.
    """
    session.flush()
    statement = _CLAIMABLE_REUSING if reusing else _CLAIMABLE
    rows = session.connection().execute(statement, {"now": now, "limit": limit})
    return [Unfinished._make(row) for row in rows]


def _may_be_called(now: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Return what both the claim and the bell ask: they must never disagree."""
    return (
        _S.state.in_(_GENERATING),
        _S.is_paused.is_(False),
        _F.paused_because.is_(None),
        _F.resting_until.is_(None) | (_F.resting_until <= now),
        _F.retired_at.is_(None),
        _F.model.is_not(None),
        or_(
            (_C.state == CompletionState.PENDING) & (_C.next_attempt_at <= now),
            (_C.state == CompletionState.RUNNING) & (_C.lease_until < now),
        ),
    )


_UNFINISHED = select(
    _C.id,
    _C.study_id,
    _C.configuration_id,
    _C.prompt_id,
    _C.sample,
    _C.state,
    _C.fence,
    _C.attempts,
    _C.turns,
    _S.reuses_calls,
    _S.state.in_((TRIAL, JUDGING)).label("is_apart"),
).join_from(Completion.__table__, Study.__table__, _S.id == _C.study_id)
_CLAIMABLE = (
    _UNFINISHED.join(Configuration.__table__, _F.id == _C.configuration_id)
    .where(*_may_be_called(bindparam("now", type_=_C.next_attempt_at.type)))
    .order_by(_C.next_attempt_at, _C.id)
    .limit(bindparam("limit"))
    .with_for_update(of=Completion.__table__, skip_locked=True)
)
_CLAIMABLE_REUSING = _CLAIMABLE.where(
    _S.reuses_calls.is_(True), _C.state == CompletionState.PENDING
)
_LOCKED = (
    _UNFINISHED.where(_C.id.in_(bindparam("ids", expanding=True)))
    .order_by(_C.id)
    .with_for_update(of=Completion.__table__)
)
_BEGIN = (
    update(Completion)
    .where(_C.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=str(CompletionState.RUNNING),
        fence=_C.fence + 1,
        attempts=_C.attempts + 1,
        lease_until=bindparam("lease"),
    )
)


def may_go_on(session: Session, completion_id: int) -> bool:
    """Tell whether neither the study nor the configuration of a completion is paused or ended."""
    found = session.scalar(
        select(Completion.id)
        .join(Study, Study.id == Completion.study_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.id == completion_id,
            Study.state.in_(_GENERATING),
            Study.is_paused.is_(False),
            Configuration.paused_because.is_(None),
        )
    )
    return found is not None


def locked(session: Session, completion_ids: Iterable[int]) -> dict[int, Unfinished]:
    """Return completions by id, locked in the order of their ids against other workers."""
    session.flush()
    rows = session.connection().execute(_LOCKED, {"ids": sorted(set(completion_ids))})
    return {row[0]: Unfinished._make(row) for row in rows}


def begin(session: Session, completion_ids: Sequence[int], lease_until: datetime) -> None:
    """Mark claimed completions as running: the next fence, one more attempt, a lease."""
    values = {"ids": list(completion_ids), "lease": lease_until}
    session.connection().execute(_BEGIN, values)


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write columns over completions that the caller has locked, each row by its ``id``."""
    of_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        of_columns.setdefault(tuple(sorted(row)), []).append(row)
    for columns, alike in of_columns.items():
        session.connection().execute(
            _write(columns), [{f"new_{name}": row[name] for name in columns} for row in alike]
        )


@cache
def _write(columns: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns if name != "id"}
    return update(Completion).where(_C.id == bindparam("new_id")).values(values)


class Recorded(NamedTuple):
    """An answer whose text is stored and which is not yet published."""

    id: int
    study_id: int
    prompt_id: int
    turns: list[str]
    system_prompt: str
    prompt_turns: list[str]
    # Whether a rater suggested the prompt.
    is_suggested: bool


_RECORDED = (
    select(
        *(_C.id, _C.study_id, _C.prompt_id, _C.turns, _F.system_prompt, _P.turns),
        submissions.was_suggested(_P.id),
    )
    .join_from(Completion.__table__, Prompt.__table__, _P.id == _C.prompt_id)
    .join(Configuration.__table__, _F.id == _C.configuration_id)
    .where(_C.state == CompletionState.RECORDED)
    .order_by(_C.id)
    .limit(bindparam("limit"))
)
_RECORDED_OF = _RECORDED.where(_C.id.in_(bindparam("ids", expanding=True)))
_RECORDED_ANY = _RECORDED.where(_C.lease_until.is_(None))
_STILL_RECORDED = (
    select(_C.id)
    .where(_C.id.in_(bindparam("ids", expanding=True)), _C.state == CompletionState.RECORDED)
    .order_by(_C.id)
    .with_for_update()
)


def recorded(session: Session, limit: int, ids: Iterable[int] | None = None) -> list[Recorded]:
    """Return completions whose text is stored and not yet made fit to show.

    Without `ids` none that `begin_late` has ever taken: those are tried one by one.
    """
    session.flush()
    statement = _RECORDED_ANY
    values: dict[str, Any] = {"limit": limit}
    if ids is not None:
        statement, values = _RECORDED_OF, {**values, "ids": sorted(ids)}
    return [Recorded._make(row) for row in session.connection().execute(statement, values)]


def begin_late(
    session: Session, now: datetime, before: datetime, lease_until: datetime
) -> tuple[int, int] | None:
    """Take one answer that waits since `before` to be made fit: its id, and which try this is."""
    late = session.execute(
        select(Completion.id, Completion.fittings)
        .where(
            Completion.state == CompletionState.RECORDED,
            Completion.recorded_at < before,
            or_(Completion.lease_until.is_(None), Completion.lease_until < now),
        )
        .order_by(Completion.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if late is None:
        return None
    write(session, [{"id": late.id, "fittings": late.fittings + 1, "lease_until": lease_until}])
    return late.id, late.fittings + 1


def finish(session: Session, values: Sequence[dict[str, Any]]) -> int:
    """Write rows (with their ``id``) over recorded completions; returns how many still were."""
    if not values:
        return 0
    session.flush()
    connection = session.connection()
    ids = sorted(row["id"] for row in values)
    waiting = set(connection.scalars(_STILL_RECORDED, {"ids": ids}))
    mine = [row for row in values if row["id"] in waiting]
    write(session, mine)
    return len(mine)


def reopening(session: Session, now: datetime, until: datetime) -> datetime | None:
    """Return when the first resting configuration has calls to make again, if before `until`."""
    return session.scalar(
        select(func.min(Configuration.resting_until))
        .select_from(Completion)
        .join(Study, Study.id == Completion.study_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(*_may_be_called(literal(until)), Configuration.resting_until > now)
    )


def due(session: Session, now: datetime) -> tuple[int, int]:
    """Return how many completions may be called now, and how many wait to be made fit."""
    callable_now = session.scalar(
        select(func.count())
        .select_from(Completion)
        .join(Study, Study.id == Completion.study_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(*_may_be_called(literal(now)))
    )
    waiting = session.scalar(
        select(func.count()).where(Completion.state == CompletionState.RECORDED)
    )
    return callable_now or 0, waiting or 0
