"""Queries about completions and attempts: claim, fence, record, count."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, update
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


def claimable(
    session: Session, now: datetime, limit: int, *, reusing: bool = False
) -> Sequence[Completion]:
    """Return completions that may be called now, locked against other workers.

    Pending ones whose time has come, and running ones whose lease ran out; with `reusing` only
    pending ones of studies that reuse calls.
    """
    only = (Study.reuses_calls.is_(True), Completion.state == CompletionState.PENDING)
    return session.scalars(
        select(Completion)
        .join(Study, Study.id == Completion.study_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(*_may_be_called(now), *(only if reusing else ()))
        .order_by(Completion.next_attempt_at, Completion.id)
        .limit(limit)
        .with_for_update(of=Completion, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _may_be_called(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what both the claim and the bell ask: they must never disagree."""
    return (
        Study.state == "open",
        Study.is_paused.is_(False),
        Configuration.paused_because.is_(None),
        Configuration.resting_until.is_(None) | (Configuration.resting_until <= now),
        Configuration.retired_at.is_(None),
        Configuration.model.is_not(None),
        or_(
            (Completion.state == CompletionState.PENDING) & (Completion.next_attempt_at <= now),
            (Completion.state == CompletionState.RUNNING) & (Completion.lease_until < now),
        ),
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


def locked(session: Session, completion_ids: Iterable[int]) -> dict[int, Completion]:
    """Return completions by id, locked in the order of their ids against other workers."""
    rows = session.scalars(
        select(Completion)
        .where(Completion.id.in_(sorted(set(completion_ids))))
        .order_by(Completion.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def recorded(
    session: Session, limit: int, ids: Iterable[int] | None = None
) -> Sequence[tuple[Completion, Prompt, Study]]:
    """Return completions whose text is stored and not yet made fit to show."""
    query = (
        select(Completion, Prompt, Study)
        .join(Study, Study.id == Completion.study_id)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .where(Completion.state == CompletionState.RECORDED)
        .order_by(Completion.id)
        .limit(limit)
    )
    if ids is not None:
        query = query.where(Completion.id.in_(sorted(ids)))
    return [(completion, prompt, study) for completion, prompt, study in session.execute(query)]


def finish(session: Session, values: Sequence[dict[str, Any]]) -> int:
    """Write rows (with their ``id``) over recorded completions; returns how many still were."""
    if not values:
        return 0
    ids = [row["id"] for row in values]
    waiting = set(
        session.scalars(
            select(Completion.id)
            .where(Completion.id.in_(ids), Completion.state == CompletionState.RECORDED)
            .order_by(Completion.id)
            .with_for_update()
        )
    )
    mine = [row for row in values if row["id"] in waiting]
    if mine:
        session.execute(update(Completion), mine)
    return len(mine)


def unsettled(session: Session, prompt_ids: Iterable[int]) -> set[int]:
    """Return the prompts that have completions which may still become ready by themselves."""
    return set(
        session.scalars(
            select(Completion.prompt_id)
            .join(Configuration, Configuration.id == Completion.configuration_id)
            .where(
                Completion.prompt_id.in_(sorted(set(prompt_ids))),
                Completion.state.in_(UNSETTLED),
                Configuration.retired_at.is_(None),
            )
            .distinct()
        )
    )


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
        .where(*_may_be_called(now))
    )
    waiting = session.scalar(
        select(func.count()).where(Completion.state == CompletionState.RECORDED)
    )
    return callable_now or 0, waiting or 0
