"""Generation as the database sees it: claim, record, fail, release; money held throughout."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import budget, completion
from service.domain.budget import Amount
from service.domain.completion import (
    ANSWERS,
    MAX_ATTEMPTS,
    CompletionAnswer,
    CompletionFailure,
    CompletionKind,
    CompletionRequest,
    CompletionState,
)
from service.domain.configuration import Price
from service.store import completions, prompts, studies, tallies
from service.store.models import Attempt, Completion
from service.usecases.sighted import readiness, requests
from service.usecases.sighted.prices import price_of

NOTHING = Amount(0, 0, 0)


@dataclass(frozen=True)
class Due:
    """What the rows say is unfinished."""

    pending: int
    recorded: int
    dirty_studies: list[int]


def due(session: Session, now: datetime) -> Due:
    """Return what waits for a worker, for whoever rings."""
    pending, recorded = completions.due(session, now)
    return Due(pending, recorded, tallies.dirty_studies(session))


def claim(session: Session, limit: int, lease: timedelta, now: datetime) -> list[CompletionRequest]:
    """Take completions to call under a lease, each with an attempt row and money held.

    A completion for which the cap leaves no room is blocked, and no call is made for it.
    """
    claimed = []
    for row in completions.claimable(session, now, limit):
        if row.state == CompletionState.RUNNING:
            _charge_lost_attempt(session, row, now)
            if row.attempts >= MAX_ATTEMPTS:
                _give_up(session, row, "worker_lost", "The worker died during every attempt.")
                continue
        request = _claim_one(session, row, lease, now)
        if request is not None:
            claimed.append(request)
    session.flush()
    return claimed


def _claim_one(
    session: Session, row: Completion, lease: timedelta, now: datetime
) -> CompletionRequest | None:
    study = studies.by_id(session, row.study_id)
    configuration = studies.configuration(session, row.configuration_id)
    prompt = prompts.by_id(session, row.prompt_id)
    try:
        turns = requests.turns_for(configuration, prompt)
    except requests.TemplateInvalid as error:
        _give_up(session, row, error.code, error.message)
        return None
    held = requests.bound_of(session, configuration, turns)
    if not studies.hold(session, study.id, held):
        row.state = CompletionState.BLOCKED
        row.error_class = "cap_reached"
        row.error_message = "The study's cap leaves no room for this call. Raise it and retry."
        return None
    row.state = CompletionState.RUNNING
    row.fence += 1
    row.attempts += 1
    row.lease_until = now + lease
    attempt = Attempt(
        completion_id=row.id,
        fence=row.fence,
        held_nanos=held.nanos,
        held_calls=held.calls,
        held_tokens=held.tokens,
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    return CompletionRequest(
        completion_id=row.id,
        attempt_id=attempt.id,
        fence=row.fence,
        model=str(configuration.model),
        endpoint=configuration.endpoint,
        system_prompt=configuration.system_prompt,
        user_turns=turns,
        parameters={**configuration.parameters, "max_tokens": requests.max_tokens(configuration)},
    )


def record(
    session: Session, request: CompletionRequest, answer: CompletionAnswer, now: datetime
) -> bool:
    """Store an answer with its kind and cost; False where a later claim fenced it off.

    What was paid is booked in either case.
    """
    kind = completion.classify(answer)
    row = session.get_one(Completion, request.completion_id)
    price = price_of(session, studies.configuration(session, row.configuration_id))
    charged = _end_attempt(session, row.study_id, request, answer, price, now, kind)
    is_answer = kind in ANSWERS
    stored = completions.change(
        session,
        request.completion_id,
        request.fence,
        state=CompletionState.RECORDED if is_answer else CompletionState.FAILED,
        kind=kind,
        turns=list(answer.turns),
        finish_reason=answer.finish_reason,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        cost_nanos=charged.nanos if price is not None else None,
        latency_ms=answer.latency_ms,
        error_class=None if is_answer else str(kind),
        error_message=None if is_answer else _no_answer(kind),
        details={
            **answer.details,
            "price": None if price is None else [price.input, price.output],
        },
        lease_until=None,
        recorded_at=now,
    )
    if stored and not is_answer:
        session.expire(row)
        readiness.settle(session, row.prompt_id)
    return stored


def record_failure(
    session: Session,
    request: CompletionRequest,
    failure: CompletionFailure,
    now: datetime,
    draw: float,
) -> bool:
    """Note that a call failed: try again later where that can help, else fail for good."""
    row = session.get_one(Completion, request.completion_id)
    attempt = completions.open_attempt(session, request.completion_id, request.fence)
    if attempt is not None:
        held = Amount(attempt.held_nanos, attempt.held_calls, attempt.held_tokens)
        charged = held if failure.maybe_paid else NOTHING
        studies.settle(session, row.study_id, held, charged)
        attempt.charged_nanos = charged.nanos
        attempt.ended_at = now
        attempt.result = failure.error_class
    again = failure.is_transient and row.attempts < MAX_ATTEMPTS
    wait = completion.backoff_seconds(row.attempts, draw, failure.retry_after)
    stored = completions.change(
        session,
        request.completion_id,
        request.fence,
        state=CompletionState.PENDING if again else CompletionState.FAILED,
        kind=None if again else CompletionKind.ERROR,
        next_attempt_at=now + timedelta(seconds=wait),
        error_class=failure.error_class,
        error_message=failure.message,
        latency_ms=failure.latency_ms,
        lease_until=None,
        rung_at=None,
    )
    if stored and not again:
        session.expire(row)
        readiness.settle(session, row.prompt_id)
    return stored


def release(session: Session, released: list[CompletionRequest], now: datetime) -> None:
    """Hand back what was claimed and not called, with its money."""
    for request in released:
        row = session.get_one(Completion, request.completion_id)
        attempt = completions.open_attempt(session, request.completion_id, request.fence)
        if attempt is not None:
            held = Amount(attempt.held_nanos, attempt.held_calls, attempt.held_tokens)
            studies.settle(session, row.study_id, held, NOTHING)
            attempt.charged_nanos = 0
            attempt.ended_at = now
            attempt.result = "handed_back"
        completions.change(
            session,
            request.completion_id,
            request.fence,
            state=CompletionState.PENDING,
            attempts=max(0, row.attempts - 1),
            next_attempt_at=now,
            lease_until=None,
        )


def _end_attempt(
    session: Session,
    study_id: int,
    request: CompletionRequest,
    answer: CompletionAnswer,
    price: Price | None,
    now: datetime,
    kind: CompletionKind,
) -> Amount:
    """Close the attempt and book what it took; an attempt already booked stays as it is."""
    attempt = completions.open_attempt(session, request.completion_id, request.fence)
    if attempt is None:
        return Amount(None if price is None else 0, 0, 0)
    held = Amount(attempt.held_nanos, attempt.held_calls, attempt.held_tokens)
    charged = budget.settle(held, price, answer.prompt_tokens, answer.completion_tokens)
    studies.settle(session, study_id, held, charged)
    attempt.charged_nanos = charged.nanos
    attempt.ended_at = now
    attempt.result = str(kind)
    return charged


def _charge_lost_attempt(session: Session, row: Completion, now: datetime) -> None:
    """Book a crashed worker's attempt as paid in full: nobody knows that it was not."""
    attempt = completions.open_attempt(session, row.id, row.fence)
    if attempt is None:
        return
    held = Amount(attempt.held_nanos, attempt.held_calls, attempt.held_tokens)
    studies.settle(session, row.study_id, held, held)
    attempt.charged_nanos = held.nanos
    attempt.ended_at = now
    attempt.result = "worker_lost"


def _give_up(session: Session, row: Completion, error_class: str, message: str) -> None:
    row.state = CompletionState.FAILED
    row.kind = CompletionKind.ERROR
    row.error_class = error_class
    row.error_message = message
    row.lease_until = None
    session.flush()
    readiness.settle(session, row.prompt_id)


def _no_answer(kind: CompletionKind) -> str:
    if kind is CompletionKind.FILTERED:
        return "The provider filtered the answer."
    return "The answer was empty."
