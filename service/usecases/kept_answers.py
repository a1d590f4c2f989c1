"""Has a request that a program sends twice done once: its answer is kept under its key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.errors import Conflict, Invalid
from service.store import kept_answers

KEPT = timedelta(hours=24)
# Whoever began and never came back by then was killed: the request is begun anew.
GIVEN_UP_AFTER = timedelta(minutes=15)


class KeyReused(Invalid):
    """The key was used for another request."""


class StillAtWork(Conflict):
    """The request with this key is being answered just now."""


@dataclass(frozen=True)
class Answered:
    """What a request was answered: the status and the JSON text."""

    status: int
    body: str


def begin(
    session: Session, token_id: int, key: str, request_hash: str, now: datetime
) -> Answered | None:
    """Claim a key for a request, or return what the same request was answered before.

    What is older than a day is forgotten on the way.

    Raises
    ------
    KeyReused
        The key belongs to another request.
    StillAtWork
    """
    kept_answers.remove_older(session, now - KEPT)
    if kept_answers.claim(session, token_id, key, request_hash, now):
        return None
    row = kept_answers.find(session, token_id, key)
    if row is None:
        raise StillAtWork("The same request is being answered just now. Send it again in a moment.")
    if row.request_hash != request_hash:
        raise KeyReused(
            "This Idempotency-Key was used for another request. Take a fresh key for each."
        )
    if row.status is not None:
        return Answered(row.status, row.body)
    is_given_up = row.created_at + GIVEN_UP_AFTER < now
    if not is_given_up or not kept_answers.take_over(session, row.id, row.created_at, now):
        raise StillAtWork("The same request is being answered just now. Send it again in a moment.")
    return None


def keep(session: Session, token_id: int, key: str, answered: Answered) -> None:
    """Keep what the request of a claimed key was answered."""
    kept_answers.keep(session, token_id, key, answered.status, answered.body)


def release(session: Session, token_id: int, key: str) -> None:
    """Give a claimed key back: the request failed and may be sent again."""
    kept_answers.release(session, token_id, key)
