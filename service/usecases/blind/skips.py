"""Leaves a matchup out that its rater cannot judge, and takes that back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import vote as rules
from service.domain.assignment import AssignmentState, Event, advance
from service.domain.study import StudyState
from service.store import assignments, changes, skips
from service.store.models import Assignment, Skip
from service.usecases.blind import places, votes


def leave_out(session: Session, rater_id: int, token: str, client_key: str, now: datetime) -> None:
    """Free the place of an assignment that the rater cannot tell; it is not dealt again.

    A key that comes again does nothing more, even where that was taken back in between.

    Raises
    ------
    UnknownAssignment, KeyReused
    """
    votes.check_key(client_key)
    assignment, _, study = votes.locked(session, rater_id, token)
    before = skips.by_key(session, client_key)
    if before is not None:
        if before.assignment_id != assignment.id or before.is_withdrawn:
            raise _reused()
        return
    _note(session, assignment, client_key, now, is_withdrawn=False)
    left_out = advance(assignment.state, Event.SKIP)
    if assignment.state != left_out:
        assignment.state = left_out
        assignment.ended_at = now
        session.flush()
        places.recount(session, study, assignment.prompt_id)


def take_back(
    session: Session,
    rater_id: int,
    client_key: str,
    now: datetime,
    token: str | None = None,
    lease: timedelta = votes.LEASE,
) -> str | None:
    """Lay a skipped assignment before its rater again and return its token.

    Without a token the one that was dealt with last; None where that was no skip. It takes a
    place again, be it one more than was wanted: as an honest late vote does. A key that comes
    again gets the same answer and changes nothing.

    Raises
    ------
    VotingIsOver, UnknownAssignment, KeyReused
    """
    votes.check_key(client_key)
    before = skips.by_key(session, client_key)
    if before is not None:
        again = session.get_one(Assignment, before.assignment_id)
        if (
            again.rater_id != rater_id
            or not before.is_withdrawn
            or token not in {None, again.token}
        ):
            raise _reused()
        return again.token
    if token is None:
        newest = assignments.latest_ended(session, rater_id)
        if newest is None:
            return None
        token = newest.token
    assignment, rater, study = votes.locked(session, rater_id, token)
    if assignment.state != AssignmentState.SKIPPED:
        return None
    if rater.finished_at is not None or study.state == StudyState.CLOSED:
        raise rules.VotingIsOver("You have finished, so votes can no longer be changed.")
    _note(session, assignment, client_key, now, is_withdrawn=True)
    votes.reopen(session, assignment, now + lease)
    places.recount(session, study, assignment.prompt_id)
    return token


def _note(
    session: Session, assignment: Assignment, client_key: str, now: datetime, *, is_withdrawn: bool
) -> None:
    noted = Skip(
        assignment_id=assignment.id,
        is_withdrawn=is_withdrawn,
        client_key=client_key,
        created_at=now,
    )
    if not changes.add_once(session, noted):
        raise _reused()


def _reused() -> rules.KeyReused:
    return rules.KeyReused("This was already sent for another matchup.")
