"""Queries about attempts: calls that were or may have been made, and what they hold."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from service.domain.budget import Amount
from service.domain.completion import PAUSED, CompletionKind
from service.store.models import Attempt, Completion

_A = Attempt.__table__.c
# An attempt that ended otherwise and was charged may have been paid for nothing.
ANSWERED = (*(kind for kind in CompletionKind if kind is not CompletionKind.ERROR), PAUSED)


class OpenAttempt(NamedTuple):
    """An attempt that has not ended, and what it holds until it does."""

    id: int
    completion_id: int
    fence: int
    held: Amount


_OPEN = select(
    _A.id, _A.completion_id, _A.fence, _A.held_nanos, _A.held_calls, _A.held_tokens
).where(_A.completion_id.in_(bindparam("ids", expanding=True)), _A.ended_at.is_(None))
_END = (
    update(Attempt)
    .where(_A.id == bindparam("attempt_id"))
    .values(
        charged_nanos=bindparam("nanos"),
        charged_calls=bindparam("calls"),
        charged_tokens=bindparam("tokens"),
        result=bindparam("because"),
        ended_at=bindparam("now"),
    )
)


def begin(session: Session, begun: Iterable[tuple[int, int, Amount]], now: datetime) -> None:
    """Write an attempt for each call that is about to be made: completion, fence, what is held."""
    rows = [
        {
            "completion_id": completion_id,
            "fence": fence,
            "held_nanos": held.nanos,
            "held_calls": held.calls,
            "held_tokens": held.tokens,
            "started_at": now,
        }
        for completion_id, fence, held in begun
    ]
    if rows:
        session.connection().execute(insert(Attempt), rows)


def open_attempts(
    session: Session, completion_ids: Iterable[int]
) -> dict[tuple[int, int], OpenAttempt]:
    """Return the attempts of completions that have not ended, by completion and fence."""
    session.flush()
    rows = session.connection().execute(_OPEN, {"ids": sorted(set(completion_ids))})
    found = [OpenAttempt(*row[:3], Amount(*row[3:])) for row in rows]
    return {(one.completion_id, one.fence): one for one in found}


def end(session: Session, ended: Iterable[tuple[OpenAttempt, Amount, str]], now: datetime) -> None:
    """Close attempts, each with what it took and what came of it."""
    rows = [
        {
            "attempt_id": attempt.id,
            "nanos": charged.nanos,
            "calls": charged.calls,
            "tokens": charged.tokens,
            "because": result,
            "now": now,
        }
        for attempt, charged, result in ended
    ]
    if rows:
        session.connection().execute(_END, rows)


def money_unknown(session: Session, study_id: int) -> tuple[int, int]:
    """Return how many answers have no known cost, and how many attempts may have been paid."""
    unknown = session.scalar(
        select(func.count()).where(
            Completion.study_id == study_id,
            Completion.origin == "generated",
            Completion.recorded_at.is_not(None),
            Completion.cost_nanos.is_(None),
        )
    )
    maybe_paid = session.scalar(
        select(func.count())
        .select_from(Attempt)
        .join(Completion, Completion.id == Attempt.completion_id)
        .where(
            Completion.study_id == study_id,
            Attempt.ended_at.is_not(None),
            Attempt.result.not_in(ANSWERED),
            (Attempt.charged_calls > 0) | (Attempt.result == "worker_lost"),
        )
    )
    return unknown or 0, maybe_paid or 0
