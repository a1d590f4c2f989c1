"""Writes repeats: what a rater has had once more, with the sides exchanged."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentKind, AssignmentState, Event, leading
from service.store import changes
from service.store.models import Assignment

_LAPSED, _AGAIN = leading(Event.DEAL_AGAIN)


def deal_exchanged(
    session: Session, original_id: int, token: str, now: datetime, lease_until: datetime
) -> Assignment | None:
    """Deal the matchup of an assignment to the same rater once more, its sides exchanged.

    One that lapsed is opened anew, so that a vote that still comes for it never makes two;
    None where that vote comes at this moment.
    """
    original = session.get_one(Assignment, original_id)
    lapsed = session.scalars(
        select(Assignment)
        .where(
            Assignment.rater_id == original.rater_id,
            Assignment.kind == AssignmentKind.REPEAT,
            Assignment.prompt_id == original.prompt_id,
            Assignment.state == _LAPSED,
            Assignment.first_configuration_id == original.first_configuration_id,
            Assignment.second_configuration_id == original.second_configuration_id,
        )
        .order_by(Assignment.id)
    ).first()
    if lapsed is not None:
        return lapsed if _open_anew(session, lapsed, lease_until) else None
    repeat = Assignment(
        token=token,
        study_id=original.study_id,
        rater_id=original.rater_id,
        prompt_id=original.prompt_id,
        kind=AssignmentKind.REPEAT,
        state=AssignmentState.DEALT,
        first_configuration_id=original.first_configuration_id,
        second_configuration_id=original.second_configuration_id,
        first_completion_id=original.first_completion_id,
        second_completion_id=original.second_completion_id,
        first_is_left=not original.first_is_left,
        draw_probability=1.0,
        lease_until=lease_until,
        dealt_at=now,
    )
    session.add(repeat)
    session.flush()
    return repeat


def _open_anew(session: Session, lapsed: Assignment, lease_until: datetime) -> bool:
    """Have a lapsed repeat lie before its rater again, unless it is no longer lapsed."""
    # One conditional statement: no prompt is locked here, as a repeat takes no place.
    opened = changes.count(
        session,
        update(Assignment)
        .where(Assignment.id == lapsed.id, Assignment.state == _LAPSED)
        .values(state=_AGAIN, ended_at=None, lease_until=lease_until),
    )
    session.refresh(lapsed)
    return opened == 1
