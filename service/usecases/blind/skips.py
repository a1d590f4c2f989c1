"""Skips taken back: which one is the latest, and how it lies before its rater again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import vote as rules
from service.domain.study import StudyState
from service.domain.vote import AssignmentState
from service.store import assignments
from service.usecases.blind import places, votes


def latest(session: Session, rater_id: int) -> str | None:
    """Return the token of what a rater left out, None where something was judged after it."""
    ended = assignments.latest_ended(session, rater_id)
    return ended.token if ended and ended.state == AssignmentState.SKIPPED else None


def take_back(
    session: Session, rater_id: int, token: str, now: datetime, lease: timedelta = votes.LEASE
) -> bool:
    """Lay a skipped assignment before its rater again; tell whether it was a skipped one.

    It takes a place again, be it one more than was wanted: as an honest late vote does.

    Raises
    ------
    VotingIsOver, UnknownAssignment
    """
    assignment, rater, study = votes.locked(session, rater_id, token)
    if assignment.state != AssignmentState.SKIPPED:
        return False
    if rater.finished_at is not None or study.state == StudyState.CLOSED:
        raise rules.VotingIsOver("You have finished, so votes can no longer be changed.")
    votes.reopen(session, assignment, now + lease)
    places.recount(session, study, assignment.prompt_id)
    return True
