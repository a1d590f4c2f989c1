"""Writes repeats: what a rater has had once more, with the sides exchanged."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.vote import AssignmentKind, AssignmentState
from service.store.models import Assignment


def add_exchanged(
    session: Session, original_id: int, token: str, now: datetime, lease_until: datetime
) -> Assignment:
    """Deal the matchup of an assignment to the same rater once more, its sides exchanged."""
    original = session.get_one(Assignment, original_id)
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
