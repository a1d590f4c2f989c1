"""Takes completions to call, under a lease and with money held, and hands them back uncalled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.budget import NOTHING, Amount
from service.domain.completion import (
    MAX_ATTEMPTS,
    CompletionKind,
    CompletionRequest,
    CompletionState,
    Turn,
)
from service.domain.prompt import Prompt
from service.domain.rate_limit import Limit
from service.domain.retrieval import Lookup
from service.store import attempts, prompts, studies, unfinished
from service.store.models import Configuration
from service.store.unfinished import Unfinished
from service.usecases.sighted.generation import (
    brakes,
    publishing,
    requests,
    reuse,
    templates,
)

_BLOCKED = {
    "state": str(CompletionState.BLOCKED),
    "lease_until": None,
    "error_class": "cap_reached",
    "error_message": "The study's cap leaves no room for this call. Raise it in the study file.",
}


@dataclass(frozen=True)
class Wanted:
    """A completion to be called: what is sent, and the most that it can take."""

    row: Unfinished
    configuration: Configuration
    turns: tuple[str, ...]
    bound: Amount
    answered: tuple[Turn, ...] = ()
    lookup: Lookup | None = None


@dataclass(frozen=True)
class Due:
    """How many completions may be called now, and how many answers wait to be published."""

    pending: int
    recorded: int


def due(session: Session, now: datetime) -> Due:
    """Return what waits for a worker that generates."""
    return Due(*unfinished.due(session, now))


def reopening(session: Session, now: datetime, within: timedelta) -> datetime | None:
    """Return when the next call may be made that rests now, None where none may so soon."""
    return unfinished.reopening(session, now, now + within)


def may_go_on(session: Session, completion_id: int) -> bool:
    """Tell whether a conversation may be asked its next turn: nobody has paused it meanwhile."""
    return unfinished.may_go_on(session, completion_id)


def claim(
    session: Session,
    limit: int,
    lease: timedelta,
    now: datetime,
    limits: Mapping[str, Limit] | None = None,
) -> list[CompletionRequest]:
    """Take completions to call under a lease, each with an attempt row and money held.

    A completion for which the cap leaves no room is blocked, and no call is made for it; one
    for which its provider's rate limit leaves none waits.
    """
    found = unfinished.claimable(session, now, limit)
    # Held on to: what a session has loaded it forgets as soon as nobody refers to it.
    known = studies.configurations_by_id(session, {row.configuration_id for row in found})
    asked = prompts.asked(session, {row.prompt_id for row in found})
    rows = _take_over(session, found, now)
    wanted = [
        one
        for row in rows
        if (one := _wanted(session, row, known[row.configuration_id], asked[row.prompt_id]))
    ]
    asking = [(one.configuration, one.bound) for one in wanted]
    may = brakes.allowed(session, asking, limits or {}, now)
    held = _held(session, [one for one, is_allowed in zip(wanted, may, strict=True) if is_allowed])
    session.flush()
    return _begin(session, held, now, lease)


def release(
    session: Session,
    released: list[CompletionRequest],
    now: datetime,
    limits: Mapping[str, Limit] | None = None,
) -> None:
    """Hand back what was claimed and not called, with its money."""
    ids = [request.completion_id for request in released]
    rows = unfinished.locked(session, ids)
    open_ones = attempts.open_attempts(session, ids)
    known = studies.configurations_by_id(session, {row.configuration_id for row in rows.values()})
    settled: list[tuple[int, Amount, Amount]] = []
    ended, unused, pending = [], [], []
    for request in released:
        if request.completion_id not in rows:
            continue
        row = rows[request.completion_id]
        attempt = open_ones.get((row.id, request.fence))
        if attempt is not None:
            settled.append((row.study_id, attempt.held, NOTHING))
            ended.append((attempt, NOTHING, "handed_back"))
            unused.append((known[row.configuration_id], attempt.held))
        if row.fence == request.fence and row.state == CompletionState.RUNNING:
            pending.append(
                {
                    "id": row.id,
                    "state": str(CompletionState.PENDING),
                    "attempts": max(0, row.attempts - 1),
                    "next_attempt_at": now,
                    "lease_until": None,
                }
            )
    unfinished.write(session, pending)
    attempts.end(session, ended, now)
    brakes.give_back(session, unused, limits or {}, now)
    studies.settle_all(session, settled)
    session.flush()


def _take_over(session: Session, found: Sequence[Unfinished], now: datetime) -> list[Unfinished]:
    """Return what may be called of what was found; attempts of workers that died are charged.

    They are booked as paid in full: nobody knows that they were not.
    """
    lost = [row for row in found if row.state == CompletionState.RUNNING]
    if not lost:
        return list(found)
    open_ones = attempts.open_attempts(session, [row.id for row in lost])
    died = [(row, open_ones[row.id, row.fence]) for row in lost if (row.id, row.fence) in open_ones]
    attempts.end(session, [(one, one.held, "worker_lost") for _, one in died], now)
    studies.settle_all(session, [(row.study_id, one.held, one.held) for row, one in died])
    unfinished.write(
        session,
        [
            {"id": row.id, "state": str(CompletionState.PENDING), "lease_until": None}
            for row in lost
        ],
    )
    hopeless = [row for row in lost if row.attempts >= MAX_ATTEMPTS]
    for row in hopeless:
        _give_up(session, row, "worker_lost", "The worker died during every attempt.")
    gone = {row.id for row in hopeless}
    return [row for row in found if row.id not in gone]


def _wanted(
    session: Session, row: Unfinished, configuration: Configuration, prompt: Prompt
) -> Wanted | None:
    """Return what to send and the most it can take; None where there is nothing to send."""
    answered = reuse.made_before_a_pause(session, row)
    try:
        if row.reuses_calls:
            answered = reuse.stored(session, row, configuration, prompt)
        turns = requests.turns_for(configuration, prompt)
        lookup = requests.lookup_for(configuration, prompt)
    except templates.TemplateInvalid as error:
        _give_up(session, row, error.code, error.message)
        return None
    if len(answered) == len(turns):
        return None  # the store answers all of it: no call, no attempt
    bound = requests.bound_of(session, configuration, turns, answered)
    return Wanted(row, configuration, turns, bound, answered, lookup)


def _held(session: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Hold the money: for all of a study at once, one by one where the cap is near."""
    held, stopped = [], []
    for study_id in sorted({one.row.study_id for one in wanted}):
        of_study = [one for one in wanted if one.row.study_id == study_id]
        if studies.hold(session, study_id, sum((one.bound for one in of_study), NOTHING)):
            held += of_study
            continue
        for one in of_study:
            if studies.hold(session, study_id, one.bound):
                held.append(one)
            else:
                stopped.append(one.row.id)
    unfinished.write(session, [_BLOCKED | {"id": completion_id} for completion_id in stopped])
    return held


def _begin(
    session: Session, held: Sequence[Wanted], now: datetime, lease: timedelta
) -> list[CompletionRequest]:
    """Mark what is held as running, and write an attempt for each before it is called."""
    if not held:
        return []
    unfinished.begin(session, [one.row.id for one in held], now + lease)
    attempts.begin(session, ((one.row.id, one.row.fence + 1, one.bound) for one in held), now)
    return [_request(one) for one in held]


def _request(one: Wanted) -> CompletionRequest:
    row, configuration = one.row, one.configuration
    return CompletionRequest(
        completion_id=row.id,
        fence=row.fence + 1,
        model=str(configuration.model),
        endpoint=configuration.endpoint,
        system_prompt=configuration.system_prompt,
        user_turns=one.turns,
        parameters=requests.parameters(configuration, row.sample),
        attempt=row.attempts + 1,
        examples=requests.examples_of(configuration),
        answered=one.answered,
        lookup=one.lookup,
    )


def _give_up(session: Session, row: Unfinished, error_class: str, message: str) -> None:
    failed = {
        "id": row.id,
        "state": str(CompletionState.FAILED),
        "kind": str(CompletionKind.ERROR),
        "error_class": error_class,
        "error_message": message,
        "lease_until": None,
    }
    unfinished.write(session, [failed])
    publishing.settle(session, row.prompt_id)
