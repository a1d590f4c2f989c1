"""What became of calls, as the database sees it: answers and failures recorded, money settled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.domain import completion
from service.domain.budget import NOTHING, Amount
from service.domain.completion import (
    ANSWERS,
    ENDED_WELL,
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
from service.domain.shown_field import FieldMissing
from service.domain.tariff import Tariff
from service.store import attempts, calls, prompts, studies, unfinished
from service.store.models import Configuration
from service.store.unfinished import Unfinished
from service.usecases.sighted.generation import brakes, publishing, reuse, showing, templates
from service.usecases.sighted.generation.prices import price_of

Outcome = CompletionAnswer | CompletionFailure
Columns = dict[str, Any]
_CUT_SHORT = (
    "The answer was cut off before its JSON ended, so no field of it can be shown. "
    "Raise max_tokens."
)


def answer_from_store(session: Session, limit: int, now: datetime) -> list[int]:
    """Answer completions whose calls were all made before, where their study allows it.

    No call is made, no attempt written and no money held; the answers then wait to be made fit
    to show under their own study's rules. Returns their ids.
    """
    rows = unfinished.claimable(session, now, limit, reusing=True)
    if not rows:
        return []
    known = studies.configurations_by_id(session, {row.configuration_id for row in rows})
    asked = prompts.asked(session, {row.prompt_id for row in rows})
    done = []
    for row in rows:
        configuration, prompt = known[row.configuration_id], asked[row.prompt_id]
        try:
            turns = reuse.stored(session, row, configuration, prompt)
        except templates.TemplateInvalid:
            continue  # the claim says so
        if len(turns) < len(prompt.turns):
            continue
        answer = completion.together(turns, len(turns))
        written = _answer(answer, NOTHING, _tariff(session, configuration), now, configuration)
        unfinished.write(session, [{**written, "id": row.id, "origin": "reused"}])
        # Written before the next one is looked up: the store gives each call to one configuration.
        calls.add(session, reuse.kept(session, row, (configuration, prompt), answer))
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
    rows = unfinished.locked(session, ids)
    open_ones = attempts.open_attempts(session, ids)
    known = studies.configurations_by_id(session, {row.configuration_id for row in rows.values()})
    tariffs = {one.id: _tariff(session, one) for one in known.values()}
    asked = prompts.asked(session, {row.prompt_id for row in rows.values()})
    settled: list[tuple[int, Amount, Amount]] = []
    stored, written, kept, closed, unused, failed = [], [], [], [], [], set()
    for request, outcome in ended:
        if request.completion_id not in rows:
            stored.append(False)  # a try that another one has taken the place of
            continue
        row = rows[request.completion_id]
        configuration, tariff = known[row.configuration_id], tariffs[row.configuration_id]
        attempt = open_ones.pop((row.id, request.fence), None)
        charged = Amount(None if tariff.price is None else 0, 0, 0)
        if attempt is not None:
            charged, result = _charged(attempt.held, outcome, tariff)
            closed.append((attempt, charged, result))
            settled.append((row.study_id, attempt.held, charged))
            brakes.pause_if_over(configuration, attempt.held, charged)
            unused.append((configuration, Amount(0, 0, attempt.held.tokens - charged.tokens)))
        # A second outcome for one claim in the same batch finds its place taken, like a late one.
        is_held = row.fence == request.fence and row.state == CompletionState.RUNNING
        stored.append(is_held)
        if not is_held:
            continue
        columns = _columns(row, outcome, charged, tariff, now, draw, configuration)
        rows[row.id] = row._replace(state=columns["state"])
        written.append({**columns, "id": row.id})
        if columns["state"] == CompletionState.FAILED:
            failed.add(row.prompt_id)
        elif isinstance(outcome, CompletionAnswer) and not row.is_apart:
            # Who tries until an answer pleases must not carry it into a study.
            kept += reuse.kept(session, row, (configuration, asked[row.prompt_id]), outcome)
    unfinished.write(session, written)
    attempts.end(session, closed, now)
    calls.add(session, kept)
    told = [
        (known[rows[request.completion_id].configuration_id], each)
        for request, each in ended
        if request.completion_id in rows
    ]
    brakes.learn(session, told, now, draw)
    brakes.give_back(session, unused, limits or {}, now)
    brakes.note(session, told, now)
    session.flush()
    studies.settle_all(session, settled)
    publishing.settle(session, *failed)
    return stored


def _charged(held: Amount, outcome: Outcome, tariff: Tariff) -> tuple[Amount, str]:
    """Return what to charge for an attempt that held so much, and what came of it."""
    if isinstance(outcome, CompletionAnswer):
        is_paused = outcome.finish_reason == PAUSED
        result = PAUSED if is_paused else str(completion.classify(outcome))
        return tariff.charged(held, outcome), result
    return held if outcome.maybe_paid else NOTHING, outcome.error_class


def _columns(
    row: Unfinished,
    outcome: Outcome,
    charged: Amount,
    tariff: Tariff,
    now: datetime,
    draw: Callable[[], float],
    configuration: Configuration,
) -> Columns:
    """Return what an outcome writes over its completion."""
    if isinstance(outcome, CompletionFailure):
        return _failure(row, outcome, now, draw())
    if outcome.finish_reason == PAUSED:
        return _turns_so_far(row, outcome, now)
    return _answer(outcome, charged, tariff, now, configuration)


def _answer(
    answer: CompletionAnswer,
    charged: Amount,
    tariff: Tariff,
    now: datetime,
    configuration: Configuration,
) -> Columns:
    try:
        return _columns_of(showing.of_answer(answer, configuration.shows), charged, tariff, now)
    except FieldMissing as error:
        unfit = _columns_of(answer, charged, tariff, now)
        if unfit["state"] == CompletionState.FAILED:
            return unfit  # filtered or empty: that is the better reason
        return {
            **unfit,
            "state": str(CompletionState.FAILED),
            "kind": str(CompletionKind.ERROR),
            "error_class": error.code.replace("-", "_"),
            "error_message": _CUT_SHORT if answer.finish_reason == "length" else error.message,
        }


def _columns_of(
    answer: CompletionAnswer, charged: Amount, tariff: Tariff, now: datetime
) -> Columns:
    kind = completion.classify(answer)
    is_answer = kind in ANSWERS
    saved = tariff.saved(answer)
    earlier = tariff.earlier(answer)
    is_known = tariff.price is not None and saved is not None and earlier is not None
    return {
        "state": str(CompletionState.RECORDED if is_answer else CompletionState.FAILED),
        "kind": str(kind),
        "turns": list(answer.turns),
        "finish_reason": answer.finish_reason,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        # What such an answer costs, paid or not; the part that was not paid is told apart.
        "cost_nanos": (charged.nanos or 0) + (saved or 0) + (earlier or 0) if is_known else None,
        "saved_nanos": saved or 0,
        "reused_calls": sum(turn.origin is not None for turn in answer.calls),
        "latency_ms": answer.latency_ms,
        "error_class": None if is_answer else str(kind),
        "error_message": None if is_answer else _no_answer(kind, answer),
        "details": {**answer.details, "price": tariff.told},
        "lease_until": None,
        "recorded_at": now,
    }


def _turns_so_far(row: Unfinished, answer: CompletionAnswer, now: datetime) -> Columns:
    """Keep the turns that a pause found answered; the next claim goes on after them."""
    return {
        "state": str(CompletionState.PENDING),
        "turns": list(answer.turns),
        "attempts": max(0, row.attempts - 1),
        "next_attempt_at": now,
        "lease_until": None,
    }


def _failure(row: Unfinished, failure: CompletionFailure, now: datetime, draw: float) -> Columns:
    again = failure.must_wait or (failure.is_transient and row.attempts < MAX_ATTEMPTS)
    wait = 0.0  # the throttle knows when the provider may be asked again
    if not failure.must_wait:
        wait = completion.backoff_seconds(row.attempts, draw, failure.retry_after)
    return {
        "state": str(CompletionState.PENDING if again else CompletionState.FAILED),
        "attempts": max(0, row.attempts - failure.must_wait),
        "kind": None if again else str(CompletionKind.ERROR),
        "next_attempt_at": now + timedelta(seconds=wait),
        "error_class": failure.error_class,
        "error_message": failure.message,
        "latency_ms": failure.latency_ms,
        "lease_until": None,
    }


def _tariff(session: Session, configuration: Configuration) -> Tariff:
    return Tariff(price_of(session, configuration), is_agent(configuration.model))


def _no_answer(kind: CompletionKind, answer: CompletionAnswer) -> str:
    if kind is CompletionKind.FILTERED:
        return "The provider filtered the answer."
    has_reasoned = {"reasoning_characters", "reasoning_tokens"} & answer.details.keys()
    if answer.finish_reason == "length":
        written = f"all {answer.completion_tokens:,}" if answer.completion_tokens else "all"
        spent = "for its reasoning" if has_reasoned else "before a word of its answer"
        return f"The model used {written} tokens {spent} and gave no text. Raise max_tokens."
    if has_reasoned:
        return "The model reasoned and then gave no text. Raise max_tokens, or ask for less."
    if answer.finish_reason in ENDED_WELL:
        return "The answer was empty."
    return f"The answer was empty; it ended with {answer.finish_reason!r}."
