"""Queries about completions: what stands with a prompt or a study, what they took, what failed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, cast, func, select, update
from sqlalchemy.orm import Session

from service.domain.completion import CompletionKind, CompletionState
from service.domain.matchup import Entrant
from service.store import changes, submissions
from service.store.models import Completion, Configuration, Prompt, Study

UNSETTLED = (
    CompletionState.PENDING,
    CompletionState.RUNNING,
    CompletionState.RECORDED,
    CompletionState.BLOCKED,
)

_IS_CURRENT = Completion.state != CompletionState.REPLACED

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
    prompt_id: int = 0


def by_id(session: Session, completion_id: int) -> Completion | None:
    """Return a completion, None where there is none of that id."""
    return session.get(Completion, completion_id)


def of_ids(session: Session, completion_ids: Collection[int]) -> Sequence[Completion]:
    """Return these completions."""
    return session.scalars(select(Completion).where(Completion.id.in_(completion_ids))).all()


def of_prompts(session: Session, prompt_ids: Collection[int], state: str) -> Sequence[Completion]:
    """Return the completions of some prompts that are in a state, in the order they were made."""
    return session.scalars(
        select(Completion)
        .where(Completion.prompt_id.in_(prompt_ids), Completion.state == state)
        .order_by(Completion.id)
    ).all()


class FitToShow(NamedTuple):
    """A completion that is fit to show, with its configuration's system prompt."""

    row: Completion
    system_prompt: str
    prompt: Prompt
    study: Study
    # Whether a rater suggested the prompt.
    is_suggested: bool


def shown_to(session: Session, prompt_ids: Iterable[int]) -> list[FitToShow]:
    """Return what is fit to show of prompts."""
    ids = sorted(prompt_ids)
    if not ids:
        return []
    rows = session.execute(
        select(
            *(Completion, Configuration.system_prompt, Prompt, Study),
            submissions.was_suggested(Prompt.__table__.c.id),
        )
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
    return [FitToShow(*row) for row in rows]


_STANDING = (
    select(_C.prompt_id, _C.state, _C.configuration_id, _C.id, _C.text_hash)
    .join_from(Completion.__table__, Configuration.__table__, _F.id == _C.configuration_id)
    .where(
        _C.prompt_id.in_(bindparam("ids", expanding=True)),
        _C.state.in_([CompletionState.READY, *UNSETTLED]),
        _F.retired_at.is_(None),
    )
)


def standing(
    session: Session, prompt_ids: Iterable[int]
) -> tuple[dict[int, list[Entrant]], set[int]]:
    """Return what may be dealt by prompt, and unsettled prompts.

    Unsettled are those with completions that may still become ready by themselves. Only
    configurations in service count.
    """
    session.flush()
    rows = session.connection().execute(_STANDING, {"ids": sorted(set(prompt_ids))})
    ready: dict[int, list[Entrant]] = {}
    unsettled: set[int] = set()
    for prompt_id, state, configuration_id, identity, text_hash in rows:
        if state == CompletionState.READY:
            entrant = Entrant(configuration_id, identity, text_hash or "")
            ready.setdefault(prompt_id, []).append(entrant)
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


def existing_by_sample(session: Session, study_id: int) -> dict[tuple[int, int], set[int]]:
    """Return the prompts that a study has completions for, by configuration and sample."""
    ids = func.aggregate_strings(cast(Completion.prompt_id, String), ",")
    rows = session.execute(
        select(Completion.configuration_id, Completion.sample, ids)
        .where(Completion.study_id == study_id)
        .group_by(Completion.configuration_id, Completion.sample)
    )
    return {(one, sample): set(map(int, prompts.split(","))) for one, sample, prompts in rows}


def states(session: Session, study_id: int) -> dict[tuple[int, str], int]:
    """Return how many completions each configuration has in each state."""
    rows = session.execute(
        select(Completion.configuration_id, Completion.state, func.count())
        .where(Completion.study_id == study_id, _IS_CURRENT)
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
            Completion.prompt_id,
        ).where(Completion.study_id == study_id, _IS_CURRENT)
    )
    return [Measures(*row) for row in rows]


def leak_counts(session: Session, study_id: int) -> dict[int, int]:
    """Return how many completions of each configuration name their maker."""
    rows = session.execute(
        select(Completion.configuration_id, Completion.leaks).where(
            Completion.study_id == study_id, Completion.recorded_at.is_not(None), _IS_CURRENT
        )
    )
    found: dict[int, int] = {}
    for configuration, leaks in rows:
        if leaks.get("found"):
            found[configuration] = found.get(configuration, 0) + 1
    return found


Named = tuple[Completion, str, str]


def failures(session: Session, study_id: int, limit: int) -> list[Named]:
    """Return failed completions with the prompt's key and the configuration's name."""
    kept_from_raters = Completion.state.in_([CompletionState.FAILED, CompletionState.QUARANTINED])
    return _named(session, study_id, limit, kept_from_raters)


def quarantined(session: Session, study_id: int, limit: int) -> list[Named]:
    """Return completions that are kept back and undecided, with prompt and configuration."""
    is_undecided = Completion.details["reviewed"].as_string().is_(None)
    is_kept_back = Completion.state == CompletionState.QUARANTINED
    return _named(session, study_id, limit, is_kept_back, is_undecided)


def _named(
    session: Session, study_id: int, limit: int, *wanted: ColumnElement[bool]
) -> list[Named]:
    rows = session.execute(
        select(Completion, Prompt.key, Configuration.name)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(Completion.study_id == study_id, *wanted)
        .order_by(Completion.id)
        .limit(limit)
    )
    return [(completion, key, name) for completion, key, name in rows]


class FailedAlike(NamedTuple):
    """How many completions of one configuration failed of one cause with the same words."""

    error_class: str
    message: str
    configuration: str
    is_generated: bool
    number: int


MOST_ALIKE = 2000
IS_GENERATED = Completion.origin == "generated"
# What failed without a name for its cause is known by this one.
_cause = func.coalesce(Completion.error_class, "failed")


def failed_alike(session: Session, study_id: int) -> list[FailedAlike]:
    """Return failures of a study, those alike counted together."""
    parts = (_cause, func.coalesce(Completion.error_message, ""), Configuration.name, IS_GENERATED)
    rows = session.execute(
        select(*parts, func.count())
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(Completion.study_id == study_id, Completion.state == CompletionState.FAILED)
        .group_by(*parts)
        .order_by(func.count().desc(), *parts)
        .limit(MOST_ALIKE)
    )
    return [FailedAlike(*row) for row in rows]


def free_blocked(session: Session, study_id: int, now: datetime) -> int:
    """Put what the cap had stopped back to work; returns how many. The cap decides anew."""
    return changes.count(
        session,
        update(Completion)
        .where(Completion.study_id == study_id, Completion.state == CompletionState.BLOCKED)
        .values(
            state=CompletionState.PENDING,
            next_attempt_at=now,
            error_class=None,
            error_message=None,
        ),
    )


def retry(
    session: Session,
    study_id: int,
    now: datetime,
    completion_id: int | None = None,
    cause: str | None = None,
) -> int:
    """Put failed (and blocked) completions back to work, or those of a cause; returns how many."""
    query = update(Completion).where(
        Completion.study_id == study_id,
        Completion.state.in_([CompletionState.FAILED, CompletionState.BLOCKED]),
        IS_GENERATED,
    )
    if cause is not None:
        query = query.where(_cause == cause)
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


def samples(session: Session, study_id: int) -> dict[str, int]:
    """Return how many answers to a prompt each configuration in service has or is to make."""
    made = (
        select(Completion.configuration_id, func.max(Completion.sample).label("most"))
        .where(Completion.study_id == study_id, _IS_CURRENT)
        .group_by(Completion.configuration_id)
        .subquery()
    )
    rows = session.execute(
        select(Configuration.name, Configuration.samples, made.c.most)
        .outerjoin(made, made.c.configuration_id == Configuration.id)
        .where(Configuration.study_id == study_id, Configuration.retired_at.is_(None))
        .order_by(Configuration.id)
    )
    return {name: max(wanted, there or 0) for name, wanted, there in rows}


def answered(session: Session, configuration_id: int) -> list[tuple[Completion, str]]:
    """Return a configuration's completions that have a text, each with its prompt's key."""
    query = (
        select(Completion, Prompt.key)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .where(
            Completion.configuration_id == configuration_id,
            Completion.state.in_(
                [CompletionState.RECORDED, CompletionState.READY, CompletionState.QUARANTINED]
            ),
        )
        .order_by(Prompt.position, Completion.sample)
    )
    return [(row, key) for row, key in session.execute(query)]


def answering(session: Session, study_id: int) -> set[int]:
    """Return the ids of a study's configurations that have a completion of any kind."""
    query = select(Completion.configuration_id).where(Completion.study_id == study_id).distinct()
    return set(session.scalars(query))
