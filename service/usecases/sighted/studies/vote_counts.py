"""Tells how many votes of a study stand: counted at once, or of a big study by a worker."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.store import kept_counts, votes

# Up to so many votes are counted when somebody asks; above, pages tell what a worker kept.
MOST_AT_ONCE = 20_000


@dataclass(frozen=True)
class VoteCount:
    """How many votes stand; `as_of` tells when they were counted, None for just now."""

    number: int
    as_of: datetime | None


def of_study(session: Session, study_id: int) -> VoteCount:
    """Return how many votes of a study stand."""
    kept = kept_counts.of_study(session, study_id)
    if kept is not None:
        return VoteCount(kept.votes, kept.counted_at)
    return VoteCount(votes.count(session, study_id), None)


def count(session: Session, study_id: int) -> int:
    """Count the votes of a study that stand, however many there are."""
    return votes.count(session, study_id)


def keep(session: Session, study_id: int, number: int, now: datetime) -> None:
    """Keep what was counted of a study, where counting it takes long."""
    if number > MOST_AT_ONCE:
        kept_counts.keep(session, study_id, number, now)
    else:
        kept_counts.forget(session, study_id)
