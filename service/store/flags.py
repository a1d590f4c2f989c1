"""Queries about flags: on which matchups raters said that they can tell who wrote them."""

from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentKind, AssignmentState
from service.store import exclusions
from service.store.models import Assignment, Flag, Rater, Study

KNOWS_SOURCE = "knows_source"
_UNSEEN = (AssignmentState.DEALT, AssignmentState.EXPIRED)


class Seen(NamedTuple):
    """How many matchups of two configurations were looked at, flagged or not."""

    first_id: int
    second_id: int
    is_flagged: bool
    number: int


def by_key(session: Session, client_key: str) -> Flag | None:
    """Return the report that came with an idempotency key."""
    return session.scalars(select(Flag).where(Flag.client_key == client_key)).one_or_none()


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
