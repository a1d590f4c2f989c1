"""Queries about repeats: what is repeated, and a repeat of it that lapsed."""

from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentKind, Event, Sides, leading
from service.store.models import Assignment

_A = Assignment.__table__.c
_LAPSED, _ = leading(Event.DEAL_AGAIN)


class Original(NamedTuple):
    """An assignment as far as its repeat takes it over."""

    prompt_id: int
    first_configuration_id: int
    second_configuration_id: int
    first_completion_id: int
    second_completion_id: int
    sides: Sides


_ORIGINAL = select(*(_A[name] for name in Original._fields)).where(_A.id == bindparam("of"))


def original(session: Session, assignment_id: int) -> Original:
    """Return what a repeat takes over of an assignment that is known to exist."""
    row = session.connection().execute(_ORIGINAL, {"of": assignment_id}).one()
    return Original(*row)


def lapsed(session: Session, rater_id: int, of: Original) -> tuple[int, str] | None:
    """Return the id and token of a rater's repeat that lapsed, None where there is none."""
    row = session.execute(
        select(Assignment.id, Assignment.token)
        .where(
            Assignment.rater_id == rater_id,
            Assignment.kind == AssignmentKind.REPEAT,
            Assignment.prompt_id == of.prompt_id,
            Assignment.state == _LAPSED,
            Assignment.first_configuration_id == of.first_configuration_id,
            Assignment.second_configuration_id == of.second_configuration_id,
        )
        .order_by(Assignment.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])
