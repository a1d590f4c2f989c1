"""Queries about completions and attempts: claim, fence, record, count."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, bindparam, func, literal, or_, select, update
from sqlalchemy.orm import Session

from service.domain.completion import CompletionKind, CompletionState
from service.store import changes
from service.store.models import Completion, Configuration, Prompt, Study

UNSETTLED = (
    CompletionState.PENDING,
    CompletionState.RUNNING,
    CompletionState.RECORDED,
    CompletionState.BLOCKED,
)

_C = Completion.__table__.c
_S = Study.__table__.c
_F = Configuration.__table__.c
_P = Prompt.__table__.c


class Measures(NamedTuple):
    """What one configuration's completions took, for means and percentiles."""

    configuration_id: int
    state: str
    kind: str | None
    cost_nanos: int | None
    latency_ms: int | None
    attempts: int
    reused_calls: int = 0
    saved_nanos: int = 0


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
        _S.state == "open",
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


def by_id(session: Session, completion_id: int) -> Completion | None:
    """Return a completion, None where there is none of that id."""
    return session.get(Completion, completion_id)


def shown_to(
    session: Session, prompt_ids: Iterable[int]
) -> Sequence[tuple[Completion, str, Prompt, Study]]:
    """Return what is fit to show of prompts, with each configuration's system prompt."""
    ids = sorted(prompt_ids)
    if not ids:
        return []
    rows = session.execute(
        select(Completion, Configuration.system_prompt, Prompt, Study)
        .join(Study, Study.id == Completion.study_id)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.prompt_id.in_(ids),
            Completion.state.in_([CompletionState.READY, CompletionState.QUARANTINED]),
        )
        .order_by(Completion.id)
        .execution_options(populate_existing=True)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def may_go_on(session: Session, completion_id: int) -> bool:
    """Tell whether neither the study nor the configuration of a completion is paused or ended."""
    found = session.scalar(
        select(Completion.id)
        .join(Study, Study.id == Completion.study_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.id == completion_id,
            Study.state == "open",
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


_RECORDED = (
    select(_C.id, _C.study_id, _C.prompt_id, _C.turns, _F.system_prompt, _P.turns)
    .join_from(Completion.__table__, Prompt.__table__, _P.id == _C.prompt_id)
    .join(Configuration.__table__, _F.id == _C.configuration_id)
    .where(_C.state == CompletionState.RECORDED)
    .order_by(_C.id)
    .limit(bindparam("limit"))
)
_RECORDED_OF = _RECORDED.where(_C.id.in_(bindparam("ids", expanding=True)))
_STILL_RECORDED = (
    select(_C.id)
    .where(_C.id.in_(bindparam("ids", expanding=True)), _C.state == CompletionState.RECORDED)
    .order_by(_C.id)
    .with_for_update()
)


def recorded(session: Session, limit: int, ids: Iterable[int] | None = None) -> list[Recorded]:
    """Return completions whose text is stored and not yet made fit to show."""
    session.flush()
    statement = _RECORDED
    values: dict[str, Any] = {"limit": limit}
    if ids is not None:
        statement, values = _RECORDED_OF, {**values, "ids": sorted(ids)}
    return [Recorded._make(row) for row in session.connection().execute(statement, values)]


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


_STANDING = (
    select(_C.prompt_id, _C.configuration_id, _C.state)
    .join_from(Completion.__table__, Configuration.__table__, _F.id == _C.configuration_id)
    .where(
        _C.prompt_id.in_(bindparam("ids", expanding=True)),
        _C.state.in_([CompletionState.READY, *UNSETTLED]),
        _F.retired_at.is_(None),
    )
)


def standing(session: Session, prompt_ids: Iterable[int]) -> tuple[dict[int, set[int]], set[int]]:
    """Return the configurations with a ready completion by prompt, and unsettled prompts.

    Unsettled are those with completions that may still become ready by themselves. Only
    configurations in service count.
    """
    session.flush()
    rows = session.connection().execute(_STANDING, {"ids": sorted(set(prompt_ids))})
    ready: dict[int, set[int]] = {}
    unsettled: set[int] = set()
    for prompt_id, configuration_id, state in rows:
        if state == CompletionState.READY:
            ready.setdefault(prompt_id, set()).add(configuration_id)
        else:
            unsettled.add(prompt_id)
    return ready, unsettled


def existing(session: Session, study_id: int) -> set[tuple[int, int, int]]:
    """Return the completions a study has rows for: prompt, configuration and sample."""
    rows = session.execute(
        select(Completion.prompt_id, Completion.configuration_id, Completion.sample).where(
            Completion.study_id == study_id
        )
    )
    return {(prompt, configuration, sample) for prompt, configuration, sample in rows}


def states(session: Session, study_id: int) -> dict[tuple[int, str], int]:
    """Return how many completions each configuration has in each state."""
    rows = session.execute(
        select(Completion.configuration_id, Completion.state, func.count())
        .where(Completion.study_id == study_id)
        .group_by(Completion.configuration_id, Completion.state)
    )
    return {(configuration, state): number for configuration, state, number in rows}


def unfinished_studies(session: Session) -> set[int]:
    """Return the ids of studies with completions that are still to come."""
    states = (CompletionState.PENDING, CompletionState.RUNNING, CompletionState.RECORDED)
    query = select(Completion.study_id).where(Completion.state.in_(states)).distinct()
    return set(session.scalars(query))


def measures(session: Session, study_id: int) -> list[Measures]:
    """Return what every completion of a study took."""
    rows = session.execute(
        select(
            Completion.configuration_id,
            Completion.state,
            Completion.kind,
            Completion.cost_nanos,
            Completion.latency_ms,
            Completion.attempts,
            Completion.reused_calls,
            Completion.saved_nanos,
        ).where(Completion.study_id == study_id)
    )
    return [Measures(*row) for row in rows]


def leak_counts(session: Session, study_id: int) -> dict[int, int]:
    """Return how many completions of each configuration name their maker."""
    rows = session.execute(
        select(Completion.configuration_id, Completion.leaks).where(
            Completion.study_id == study_id, Completion.recorded_at.is_not(None)
        )
    )
    found: dict[int, int] = {}
    for configuration, leaks in rows:
        if leaks.get("found"):
            found[configuration] = found.get(configuration, 0) + 1
    return found


def failures(session: Session, study_id: int, limit: int) -> Sequence[tuple[Completion, str, str]]:
    """Return failed completions with the prompt's key and the configuration's name."""
    rows = session.execute(
        select(Completion, Prompt.key, Configuration.name)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.study_id == study_id,
            Completion.state.in_([CompletionState.FAILED, CompletionState.QUARANTINED]),
        )
        .order_by(Completion.id)
        .limit(limit)
    )
    return [(completion, key, name) for completion, key, name in rows]


def retry(session: Session, study_id: int, now: datetime, completion_id: int | None = None) -> int:
    """Put failed (and blocked) completions back to work; returns how many."""
    query = update(Completion).where(
        Completion.study_id == study_id,
        Completion.state.in_([CompletionState.FAILED, CompletionState.BLOCKED]),
        Completion.origin == "generated",
    )
    if completion_id is not None:
        query = query.where(Completion.id == completion_id)
    return changes.count(
        session,
        query.values(
            state=CompletionState.PENDING,
            attempts=0,
            next_attempt_at=now,
            kind=None,
            error_class=None,
            error_message=None,
        ),
    )


def give_up_blocked(session: Session, study_id: int) -> Sequence[int]:
    """Count blocked completions, and those of paused configurations, as failed.

    Returns their prompts.
    """
    paused = select(Configuration.id).where(
        Configuration.study_id == study_id, Configuration.paused_because.is_not(None)
    )
    prompts: list[int] = []
    for state, stopped, error_class, message in (
        (
            CompletionState.BLOCKED,
            Completion.state == CompletionState.BLOCKED,
            "cap_reached",
            "The study's cap left no room for this call.",
        ),
        (
            CompletionState.PENDING,
            Completion.configuration_id.in_(paused),
            "paused",
            "The configuration was paused before this call.",
        ),
    ):
        prompts += session.scalars(
            update(Completion)
            .where(Completion.study_id == study_id, Completion.state == state, stopped)
            .values(
                state=CompletionState.FAILED,
                kind=CompletionKind.ERROR,
                error_class=error_class,
                error_message=message,
            )
            .returning(Completion.prompt_id)
            .execution_options(synchronize_session=False)
        )
    return prompts


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
