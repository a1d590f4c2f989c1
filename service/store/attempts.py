"""Queries about attempts: calls that were or may have been made, and what they hold."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.budget import Amount
from service.domain.completion import PAUSED, CompletionKind
from service.store.models import Attempt, Completion

# An attempt that ended otherwise and was charged may have been paid for nothing.
ANSWERED = (*(kind for kind in CompletionKind if kind is not CompletionKind.ERROR), PAUSED)


def open_attempts(
    session: Session, completion_ids: Iterable[int]
) -> dict[tuple[int, int], Attempt]:
    """Return the attempts of completions that have not ended, by completion and fence."""
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.completion_id.in_(sorted(set(completion_ids))), Attempt.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return {(row.completion_id, row.fence): row for row in rows}


def held_by(attempt: Attempt) -> Amount:
    """Return what an attempt holds until it ends."""
    return Amount(attempt.held_nanos, attempt.held_calls, attempt.held_tokens)


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
