"""Reads leaderboards: what workers computed, for pages, CLI and API; loads no numerics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.domain.study import StudyState
from service.errors import Conflict
from service.store import leaderboards, tallies
from service.usecases.sighted.lookup import find

# A big study's clustered intervals, and what it has beside votes, are computed again after this
# many seconds at the earliest.
SECONDS_BETWEEN = 60.0


class StudySealed(Conflict):
    """The study shows no result before its stop rule."""


@dataclass(frozen=True)
class LeaderboardView:
    """A stored leaderboard: its content, its age, and how many changes it has not seen."""

    study: str
    title: str
    content: dict[str, Any]
    created_at: datetime
    votes: int
    pending: int


def overdue(session: Session, now: datetime) -> list[int]:
    """Return the studies to rate anew: with changes, or left with a quick leaderboard."""
    edge = now - timedelta(seconds=SECONDS_BETWEEN)
    return sorted({*tallies.dirty_studies(session), *leaderboards.left_quick(session, edge)})


def latest(session: Session, name: str) -> LeaderboardView | None:
    """Return a study's newest leaderboard, None before the first one.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = find(session, name)
    if study.is_sealed and study.state != StudyState.CLOSED:
        raise StudySealed("This study is sealed: no result is shown before it is closed.")
    found = leaderboards.latest(session, study.id)
    if found is None:
        return None
    return LeaderboardView(
        study=study.name,
        title=study.title,
        content=found.content,
        created_at=found.created_at,
        votes=found.votes,
        pending=tallies.dirty_count(session, study.id),
    )
