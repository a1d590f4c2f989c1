"""Shows what the head of every page about a study says; counts nothing, however big the study."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import ending, sitting
from service.domain.budget import NANOS
from service.domain.ending import DeclaredEnd, Met
from service.store import studies
from service.store.models import Configuration, Study
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import read, unsealing


@dataclass(frozen=True)
class ConfigurationHead:
    """Who competes: what it is called, and what was paid for it once in USD."""

    name: str
    revision: int
    approach: str
    model: str | None
    is_retired: bool
    one_off_cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class StudyHead:
    """What all pages about one study show: what was set up, and how it stands."""

    name: str
    title: str
    instructions: str
    state: str
    is_paused: bool
    # Whether results are hidden just now.
    is_sealed: bool
    is_demonstration: bool
    counts_sighted: bool
    votes_per_matchup: int
    configurations: tuple[ConfigurationHead, ...]
    # The most that it may spend in USD; None where no cap binds.
    cap: float | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    # How many matchups each rater is asked for, 0 for all there are; and the declared end.
    quota: int = 0
    end: DeclaredEnd | None = None
    end_met: Met | None = None
    # How many matchups every rater gets first, 0 for none.
    norming: int = 0


def head(session: Session, name: str) -> StudyHead:
    """Return what all pages about a study show.

    Raises
    ------
    UnknownStudy
    """
    row = find(session, name)
    return StudyHead(
        **of_row(row),
        configurations=tuple(
            ConfigurationHead(**of_configuration(each))
            for each in studies.configurations(session, row.id)
        ),
    )


def of_row(row: Study) -> dict[str, Any]:
    """Return what a study's own row says, as `StudyHead` names it."""
    return {
        "name": row.name,
        "title": row.title,
        "instructions": row.instructions,
        "state": row.state,
        "is_paused": row.is_paused,
        "is_sealed": read.is_sealed(row),
        "is_demonstration": row.is_demonstration,
        "counts_sighted": row.counts_sighted,
        "votes_per_matchup": row.votes_per_matchup,
        "cap": None if row.cap_nanos is None else row.cap_nanos / NANOS,
        "created_at": row.created_at,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "quota": sitting.from_stored(row.options).quota,
        "end": unsealing.declared_end(row),
        "end_met": ending.met(row.end_met),
        "norming": sitting.from_stored(row.options).norming,
    }


def of_configuration(row: Configuration) -> dict[str, Any]:
    """Return what a configuration's own row says, as `ConfigurationHead` names it."""
    return {
        "name": row.name,
        "revision": row.revision,
        "approach": row.approach,
        "model": row.model,
        "is_retired": row.retired_at is not None,
        "one_off_cost": None if row.one_off_nanos is None else row.one_off_nanos / NANOS,
    }
