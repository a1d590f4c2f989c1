"""What became of calls, as the database sees it: answers and failures recorded, money settled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import completion
from service.domain.budget import NOTHING, Amount
from service.domain.completion import (
    ANSWERS,
    MAX_ATTEMPTS,
    PAUSED,
    CompletionAnswer,
    CompletionFailure,
    CompletionKind,
    CompletionRequest,
    CompletionState,
)
from service.domain.configuration import is_agent
from service.domain.rate_limit import Limit
from service.domain.tariff import Tariff
from service.store import attempts, completions, prompts, studies
from service.store.models import Attempt, Completion, Configuration
from service.usecases.sighted.generation import (
    claims,
    publishing,
    rate_limits,
    requests,
    reuse,
)
from service.usecases.sighted.generation.prices import price_of

Outcome = CompletionAnswer | CompletionFailure


def answer_from_store(session: Session, limit: int, now: datetime) -> list[int]:
    """Answer completions whose calls were all made before, where their study allows it.

    No call is made, no attempt written and no money held; the answers then wait to be made fit
    to show under their own study's rules. Returns their ids.
    """
    rows = completions.claimable(session, now, limit, reusing=True)
    asked = prompts.by_ids(session, {row.prompt_id for row in rows})
    done = []
    for row in rows:
        configuration = studies.configuration(session, row.configuration_id)
        prompt = asked[row.prompt_id]
        try:
            turns = reuse.stored(session, row, configuration, prompt)
        except requests.TemplateInvalid:
            continue  # the claim says so
        if len(turns) < len(prompt.turns):
            continue
        answer = completion.together(turns, len(turns))
        row.origin = "reused"
        _store_answer(row, answer, NOTHING, _tariff(session, configuration), now)
        reuse.keep(session, row, (configuration, prompt), answer)
        done.append(row.id)
        session.flush()
    return done


def record_all(
    session: Session,
    ended: Sequence[tuple[CompletionRequest, Outcome]],
    now: datetime,
    draw: Callable[[], float],
    limits: Mapping[str, Limit] | None = None,
) -> list[bool]:
    """Store what calls brought; for each, False where a later claim fenced it off.

    What was paid is booked in either case. The rows are locked in the order of their ids, so
    that two workers never wait for each other in a circle.
    """
    ids = [request.completion_id for request, _ in ended]
    rows = completions.locked(session, ids)
    open_ones = attempts.open_attempts(session, ids)
    settled: list[tuple[int, Amount, Amount]] = []
    unused, stored, failed = [], [], set()
    asked = prompts.by_ids(session, {row.prompt_id for row in rows.values()})
    for request, outcome in ended:
        row = rows[request.completion_id]
        attempt = open_ones.pop((row.id, request.fence), None)
        is_held = row.fence == request.fence and row.state == CompletionState.RUNNING
        configuration = studies.configuration(session, row.configuration_id)
        tariff = _tariff(session, configuration)
        charged = _book(row, attempt, outcome, tariff, now, settled)
        if attempt is not None:
            held = attempts.held_by(attempt)
            rate_limits.pause_if_over(configuration, held, charged)
            unused.append((configuration, Amount(0, 0, held.tokens - charged.tokens)))
        if is_held and isinstance(outcome, CompletionAnswer) and outcome.finish_reason == PAUSED:
            _store_turns_so_far(row, outcome, now)
            reuse.keep(session, row, (configuration, asked[row.prompt_id]), outcome)
        elif is_held and isinstance(outcome, CompletionAnswer):
            _store_answer(row, outcome, charged, tariff, now)
            if row.state == CompletionState.RECORDED:
                reuse.keep(session, row, (configuration, asked[row.prompt_id]), outcome)
        elif is_held and isinstance(outcome, CompletionFailure):
            _store_failure(row, outcome, now, draw())
        if is_held and row.state == CompletionState.FAILED:
            failed.add(row.prompt_id)
        stored.append(is_held)
    configurations = [studies.configuration(session, rows[i].configuration_id) for i in ids]
    rate_limits.give_back(session, unused, limits or {}, now)
    outcomes = [outcome for _, outcome in ended]
    rate_limits.note(session, list(zip(configurations, outcomes, strict=True)), now)
    session.flush()
    studies.settle_all(session, settled)
    publishing.settle(session, *failed)
    return stored


def _book(
    row: Completion,
    attempt: Attempt | None,
    outcome: Outcome,
    tariff: Tariff,
    now: datetime,
    settled: list[tuple[int, Amount, Amount]],
) -> Amount:
    """Close the attempt with what it took; an attempt already booked stays as it is."""
    if attempt is None:
        return Amount(None if tariff.price is None else 0, 0, 0)
    held = attempts.held_by(attempt)
    if isinstance(outcome, CompletionAnswer):
        is_paused = outcome.finish_reason == PAUSED
        result = PAUSED if is_paused else str(completion.classify(outcome))
        charged = tariff.charged(held, outcome)
    else:
        result = outcome.error_class
        charged = held if outcome.maybe_paid else NOTHING
    claims.end(attempt, charged, result, now)
    settled.append((row.study_id, held, charged))
    return charged


def _store_answer(
    row: Completion, answer: CompletionAnswer, charged: Amount, tariff: Tariff, now: datetime
) -> None:
    kind = completion.classify(answer)
    is_answer = kind in ANSWERS
    saved = tariff.saved(answer)
    earlier = tariff.earlier(answer)
    is_known = tariff.price is not None and saved is not None and earlier is not None
    row.state = CompletionState.RECORDED if is_answer else CompletionState.FAILED
    row.kind = kind
    row.turns = list(answer.turns)
    row.finish_reason = answer.finish_reason
    row.prompt_tokens = answer.prompt_tokens
    row.completion_tokens = answer.completion_tokens
    # What such an answer costs, paid or not; the part that was not paid is told apart.
    row.cost_nanos = (charged.nanos or 0) + (saved or 0) + (earlier or 0) if is_known else None
    row.saved_nanos = saved or 0
    row.reused_calls = sum(turn.origin is not None for turn in answer.calls)
    row.latency_ms = answer.latency_ms
    row.error_class = None if is_answer else str(kind)
    row.error_message = None if is_answer else _no_answer(kind)
    row.details = {**answer.details, "price": tariff.told}
    row.lease_until = None
    row.recorded_at = now


def _store_turns_so_far(row: Completion, answer: CompletionAnswer, now: datetime) -> None:
    """Keep the turns that a pause found answered; the next claim goes on after them."""
    row.state = CompletionState.PENDING
    row.turns = list(answer.turns)
    row.attempts = max(0, row.attempts - 1)
    row.next_attempt_at = now
    row.lease_until = None


def _store_failure(row: Completion, failure: CompletionFailure, now: datetime, draw: float) -> None:
    again = failure.is_transient and row.attempts < MAX_ATTEMPTS
    wait = completion.backoff_seconds(row.attempts, draw, failure.retry_after)
    row.state = CompletionState.PENDING if again else CompletionState.FAILED
    row.kind = None if again else CompletionKind.ERROR
    row.next_attempt_at = now + timedelta(seconds=wait)
    row.error_class = failure.error_class
    row.error_message = failure.message
    row.latency_ms = failure.latency_ms
    row.lease_until = None


def _tariff(session: Session, configuration: Configuration) -> Tariff:
    return Tariff(price_of(session, configuration), is_agent(configuration.model))


def _no_answer(kind: CompletionKind) -> str:
    if kind is CompletionKind.FILTERED:
        return "The provider filtered the answer."
    return "The answer was empty."
