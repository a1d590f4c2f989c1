"""Queries about flags: which stand, what they withdraw, and where raters can tell who wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from service.domain.assignment import AssignmentKind, AssignmentState
from service.store import changes, exclusions
from service.store.models import Assignment, Configuration, Flag, Prompt, Rater, Study

KNOWS_SOURCE = "knows_source"
_UNSEEN = (AssignmentState.DEALT, AssignmentState.EXPIRED)


class Matchup(NamedTuple):
    """What a flag is about, whoever had it before them."""

    prompt_id: int
    first_configuration_id: int
    second_configuration_id: int


class Report(NamedTuple):
    """A flag as the researcher sees it, with what it is about and how it stands."""

    id: int
    prompt_key: str
    first: str
    second: str
    matchup: Matchup
    kind: str
    note: str
    pseudonym: str
    withdraws: bool
    is_excluded: bool
    created_at: datetime
    lifted_at: datetime | None
    lifted_by: str
    lifted_because: str


class Seen(NamedTuple):
    """How many matchups of two configurations were looked at, flagged or not."""

    first_id: int
    second_id: int
    is_flagged: bool
    number: int


def by_key(session: Session, client_key: str) -> Flag | None:
    """Return the report that came with an idempotency key."""
    return session.scalars(select(Flag).where(Flag.client_key == client_key)).one_or_none()


def count_of(session: Session, assignment_id: int) -> int:
    """Return how many problems were reported about one assignment."""
    return session.scalar(select(func.count()).where(Flag.assignment_id == assignment_id)) or 0


_MATCHUP = (
    Assignment.prompt_id,
    Assignment.first_configuration_id,
    Assignment.second_configuration_id,
)


def _about(matchup: Matchup) -> tuple[ColumnElement[bool], ...]:
    return tuple(column == value for column, value in zip(_MATCHUP, matchup, strict=True))


def matchups_of_rater(session: Session, rater_id: int) -> set[Matchup]:
    """Return the matchups that a rater has flagged."""
    rows = session.execute(
        select(*_MATCHUP)
        .join(Flag, Flag.assignment_id == Assignment.id)
        .where(Assignment.rater_id == rater_id)
    )
    return {Matchup(*row) for row in rows}


def settle(session: Session, matchup: Matchup, needed: int) -> None:
    """Note which flags withdraw a matchup: those that stand, once so many raters made them.

    The caller has locked the prompt, and counts its places anew.
    """
    rows = session.execute(
        select(Flag.id, Assignment.rater_id)
        .join(Assignment, Assignment.id == Flag.assignment_id)
        .where(
            *_about(matchup),
            Flag.lifted_at.is_(None),
            ~exclusions.is_out(Assignment.rater_id),
        )
    ).all()
    standing = [row[0] for row in rows] if len({row[1] for row in rows}) >= needed else []
    of_matchup = select(Assignment.id).where(*_about(matchup))
    changes.count(
        session,
        update(Flag)
        .where(Flag.assignment_id.in_(of_matchup), Flag.withdraws != Flag.id.in_(standing))
        .values(withdraws=Flag.id.in_(standing)),
    )
    session.expire_all()


def lift(session: Session, matchup: Matchup, now: datetime, by: str, because: str) -> int:
    """Have a matchup's flags weigh nothing from now on; returns how many stood."""
    of_matchup = select(Assignment.id).where(*_about(matchup))
    return changes.count(
        session,
        update(Flag)
        .where(Flag.assignment_id.in_(of_matchup), Flag.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by, lifted_because=because),
    )


def of_study(session: Session, study_id: int) -> Sequence[Report]:
    """Return all that raters reported in a study, by prompts as the file has them."""
    first, second = aliased(Configuration), aliased(Configuration)
    rows = session.execute(
        select(
            *(Flag.id, Prompt.key, first.name, second.name, *_MATCHUP, Flag.kind, Flag.note),
            *(Rater.pseudonym, Flag.withdraws, exclusions.is_out(Rater.id), Flag.created_at),
            *(Flag.lifted_at, Flag.lifted_by, Flag.lifted_because),
        )
        .join(Assignment, Assignment.id == Flag.assignment_id)
        .join(Prompt, Prompt.id == Assignment.prompt_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .join(first, first.id == Assignment.first_configuration_id)
        .join(second, second.id == Assignment.second_configuration_id)
        .where(Assignment.study_id == study_id)
        .order_by(Prompt.position, Prompt.id, first.id, second.id, Flag.id)
    )
    return [Report._make((*row[:4], Matchup(*row[4:7]), *row[7:])) for row in rows]


def seen(session: Session, study: Study) -> list[Seen]:
    """Return the matchups that raters answered, skipped or flagged, by configurations.

    Nothing where nobody flagged one so: most studies need not be counted through.
    """
    any_flag = select(Flag.id).join(Assignment, Assignment.id == Flag.assignment_id)
    known = any_flag.where(Assignment.study_id == study.id, Flag.kind == KNOWS_SOURCE)
    if session.scalar(known.limit(1)) is None:
        return []
    flagged = exists().where(Flag.assignment_id == Assignment.id)
    columns = (
        Assignment.first_configuration_id,
        Assignment.second_configuration_id,
        flagged.where(Flag.kind == KNOWS_SOURCE).label("is_flagged"),
    )
    rows = (
        select(*columns)
        .join(Rater, Rater.id == Assignment.rater_id)
        .where(
            Assignment.study_id == study.id,
            Assignment.kind == AssignmentKind.REGULAR,
            Assignment.state.not_in(_UNSEEN) | flagged,
            Rater.origin != "imported",
            exclusions.counts_rater(study),
        )
    )
    found = rows.subquery()
    counted = session.execute(select(*found.c, func.count()).group_by(*found.c))
    return [Seen(row[0], row[1], bool(row[2]), row[3]) for row in counted]
