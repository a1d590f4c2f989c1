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
from service.domain.rate_limit import Limit
from service.domain.retrieval import Lookup
from service.store import attempts, completions, prompts, studies
from service.store.models import Attempt, Completion, Prompt
from service.usecases.sighted.generation import (
    publishing,
    rate_limits,
    requests,
    reuse,
)


@dataclass(frozen=True)
class Wanted:
    """A completion to be called: what is sent, and the most that it can take."""

    row: Completion
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
    return Due(*completions.due(session, now))


def may_go_on(session: Session, completion_id: int) -> bool:
    """Tell whether a conversation may be asked its next turn: nobody has paused it meanwhile."""
    return completions.may_go_on(session, completion_id)


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
    rows = list(completions.claimable(session, now, limit))
    lost = [row for row in rows if row.state == CompletionState.RUNNING]
    if lost:
        _charge_lost_attempts(session, lost, now)
        for row in lost:
            row.state, row.lease_until = CompletionState.PENDING, None
            if row.attempts >= MAX_ATTEMPTS:
                _give_up(session, row, "worker_lost", "The worker died during every attempt.")
                rows.remove(row)
    asked = prompts.by_ids(session, {row.prompt_id for row in rows})
    wanted = [one for row in rows if (one := _wanted(session, row, asked)) is not None]
    asking = [
        (studies.configuration(session, one.row.configuration_id), one.bound) for one in wanted
    ]
    may = rate_limits.allowed(session, asking, limits or {}, now)
    held = _held(session, [one for one, is_allowed in zip(wanted, may, strict=True) if is_allowed])
    return _begin(session, held, now, lease)


def release(
    session: Session,
    released: list[CompletionRequest],
    now: datetime,
    limits: Mapping[str, Limit] | None = None,
) -> None:
    """Hand back what was claimed and not called, with its money."""
    ids = [request.completion_id for request in released]
    rows = completions.locked(session, ids)
    open_ones = attempts.open_attempts(session, ids)
    settled: list[tuple[int, Amount, Amount]] = []
    unused = []
    for request in released:
        row = rows[request.completion_id]
        attempt = open_ones.get((row.id, request.fence))
        if attempt is not None:
            settled.append((row.study_id, attempts.held_by(attempt), NOTHING))
            end(attempt, NOTHING, "handed_back", now)
            configuration = studies.configuration(session, row.configuration_id)
            unused.append((configuration, attempts.held_by(attempt)))
        if row.fence == request.fence and row.state == CompletionState.RUNNING:
            row.state = CompletionState.PENDING
            row.attempts = max(0, row.attempts - 1)
            row.next_attempt_at = now
            row.lease_until = None
    rate_limits.give_back(session, unused, limits or {}, now)
    studies.settle_all(session, settled)
    session.flush()


def end(attempt: Attempt, charged: Amount, result: str, now: datetime) -> None:
    """Close an attempt with what it took."""
    attempt.charged_nanos = charged.nanos
    attempt.charged_calls = charged.calls
    attempt.charged_tokens = charged.tokens
    attempt.ended_at = now
    attempt.result = result


def _wanted(session: Session, row: Completion, asked: dict[int, Prompt]) -> Wanted | None:
    """Return what to send and the most it can take; None where there is nothing to send."""
    configuration = studies.configuration(session, row.configuration_id)
    prompt = asked[row.prompt_id]
    answered = reuse.made_before_a_pause(session, row)
    try:
        if studies.by_id(session, row.study_id).reuses_calls:
            answered = reuse.stored(session, row, configuration, prompt)
        turns = requests.turns_for(configuration, prompt)
        lookup = requests.lookup_for(configuration, prompt)
    except requests.TemplateInvalid as error:
        _give_up(session, row, error.code, error.message)
        return None
    if len(answered) == len(turns):
        return None  # the store answers all of it: no call, no attempt
    bound = requests.bound_of(session, configuration, turns, answered)
    return Wanted(row, turns, bound, answered, lookup)


def _held(session: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Hold the money: for all of a study at once, one by one where the cap is near."""
    held = []
    for study_id in sorted({one.row.study_id for one in wanted}):
        of_study = [one for one in wanted if one.row.study_id == study_id]
        if studies.hold(session, study_id, sum((one.bound for one in of_study), NOTHING)):
            held += of_study
            continue
        for one in of_study:
            if studies.hold(session, study_id, one.bound):
                held.append(one)
            else:
                _block(one.row)
    return held


def _begin(
    session: Session, held: Sequence[Wanted], now: datetime, lease: timedelta
) -> list[CompletionRequest]:
    """Mark what is held as running, and write an attempt for each before it is called."""
    begun = []
    for one in held:
        row = one.row
        row.state = CompletionState.RUNNING
        row.fence += 1
        row.attempts += 1
        row.lease_until = now + lease
        begun.append(
            Attempt(
                completion_id=row.id,
                fence=row.fence,
                held_nanos=one.bound.nanos,
                held_calls=one.bound.calls,
                held_tokens=one.bound.tokens,
                started_at=now,
            )
        )
    session.add_all(begun)
    session.flush()
    return [_request(session, one, attempt.id) for one, attempt in zip(held, begun, strict=True)]


def _request(session: Session, one: Wanted, attempt_id: int) -> CompletionRequest:
    row = one.row
    configuration = studies.configuration(session, row.configuration_id)
    return CompletionRequest(
        completion_id=row.id,
        attempt_id=attempt_id,
        fence=row.fence,
        model=str(configuration.model),
        endpoint=configuration.endpoint,
        system_prompt=configuration.system_prompt,
        user_turns=one.turns,
        parameters=requests.parameters(configuration, row.sample),
        attempt=row.attempts,
        examples=requests.examples_of(configuration),
        answered=one.answered,
        lookup=one.lookup,
    )


def _charge_lost_attempts(session: Session, lost: Sequence[Completion], now: datetime) -> None:
    """Book crashed workers' attempts as paid in full: nobody knows that they were not."""
    open_ones = attempts.open_attempts(session, [row.id for row in lost])
    settled = []
    for row in lost:
        attempt = open_ones.get((row.id, row.fence))
        if attempt is not None:
            held = attempts.held_by(attempt)
            settled.append((row.study_id, held, held))
            end(attempt, held, "worker_lost", now)
    studies.settle_all(session, settled)


def _block(row: Completion) -> None:
    row.state = CompletionState.BLOCKED
    row.lease_until = None
    row.error_class = "cap_reached"
    row.error_message = "The study's cap leaves no room for this call. Raise it and retry."


def _give_up(session: Session, row: Completion, error_class: str, message: str) -> None:
    row.state = CompletionState.FAILED
    row.kind = CompletionKind.ERROR
    row.error_class = error_class
    row.error_message = message
    row.lease_until = None
    publishing.settle(session, row.prompt_id)
