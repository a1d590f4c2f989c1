"""Criteria and grades: what a rater still owes for a vote, keeps, changes and takes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.domain import marks as rules
from service.domain import vote
from service.domain.assignment import Event
from service.domain.study import StudyState
from service.store import marks, prompts, raters, studies
from service.store import votes as changed
from service.store.models import Assignment, Mark, Rater, Study
from service.usecases.blind import skips, votes


@dataclass(frozen=True)
class KeptMarks:
    """What a rater is told about stored marks."""

    revision: int
    is_late: bool
    repeated: bool


@dataclass(frozen=True)
class OwnMarks:
    """A rater's marks for one assignment, for their own list or to change them."""

    token: str
    number: int
    revision: int
    criteria: tuple[str, ...]
    grades: tuple[int, int] | None
    prompt_excerpt: str


def wanted(session: Session, rater_id: int) -> rules.Wanted:
    """Return what the rater's study asks for beside or instead of votes."""
    return _wanted(studies.by_id(session, raters.by_id(session, rater_id).study_id))


def owed(session: Session, rater_id: int) -> str | None:
    """Return the token of the vote whose marks must come before anything more is dealt."""
    rater = raters.by_id(session, rater_id)
    study = studies.by_id(session, rater.study_id)
    asked = _wanted(study)
    if not asked.is_anything or asked.replaces_vote or _is_over(rater, study):
        return None
    return marks.owed_by(session, rater_id)


def keep(
    session: Session,
    rater_id: int,
    token: str,
    criteria: Sequence[Any],
    grades: Sequence[Any],
    client_key: str,
    now: datetime,
    supersedes: int = 0,
) -> KeptMarks:
    """Store marks once and for ever, and return what was stored; as votes are, by key and body.

    Raises
    ------
    MarksNotWanted, MarksIncomplete, UnknownAssignment, KeyReused, VoteFirst, AlreadyMarked,
    VotingIsOver
    """
    votes.check_key(client_key)
    assignment, rater, study = votes.locked(session, rater_id, token)
    asked = _wanted(study)
    given = rules.parse(asked, criteria, grades)
    body = rules.body_hash(token, given, supersedes)
    before = marks.by_key(session, client_key)
    if before is not None:
        if before.assignment_id != assignment.id or before.body_hash != body:
            raise _reused()
        return KeptMarks(before.revision, before.is_late, repeated=True)
    latest = marks.latest(session, assignment.id)
    is_late = _is_over(rater, study)
    if latest is not None and not latest.is_withdrawn:
        if supersedes != latest.revision:
            raise rules.AlreadyMarked("You have already answered these lines.")
        if is_late:
            raise _over()
    elif not asked.replaces_vote and not votes.stands(session, assignment):
        raise rules.VoteFirst("Please choose an answer first; these lines come after it.")
    stored = Mark(
        assignment_id=assignment.id,
        revision=1 if latest is None else latest.revision + 1,
        is_withdrawn=False,
        left_grade=given.grades[0] if given.grades else None,
        right_grade=given.grades[1] if given.grades else None,
        client_key=client_key,
        body_hash=body,
        is_late=is_late,
        created_at=now,
    )
    if not marks.add(session, stored, given.criteria):
        raise _reused()
    if asked.replaces_vote:
        event = Event.JUDGE_LATE if is_late else Event.GRADE
        votes.take(session, assignment, study, now, event)
    changed.mark_dirty(session, study.id, [assignment.id])
    return KeptMarks(stored.revision, is_late, repeated=False)


def undo(
    session: Session,
    rater_id: int,
    client_key: str,
    now: datetime,
    token: str | None = None,
    lease: timedelta = votes.LEASE,
) -> str:
    """Take back the latest vote with its marks, or the latest grades; return what to do again.

    Where the latest or the named assignment was skipped instead, the skip is taken back.

    Raises
    ------
    NothingToUndo, VotingIsOver, UnknownAssignment, KeyReused
    """
    votes.check_key(client_key)
    # One undo of a rater after the other, so that one sent twice at once finds what it did.
    raters.lock(session, rater_id)
    if marks.by_key(session, client_key) is None and changed.by_key(session, client_key) is None:
        left_out = skips.take_back(session, rater_id, client_key, now, token, lease)
        if left_out is not None:
            return left_out
    if not wanted(session, rater_id).replaces_vote:
        token = votes.undo(session, rater_id, client_key, now, token=token, lease=lease)
        assignment, _, _ = votes.locked(session, rater_id, token)
        _withdraw(session, assignment, client_key, now)
        return token
    before = marks.by_key(session, client_key)
    if before is not None and before.is_withdrawn:
        again = session.get_one(Assignment, before.assignment_id)
        if again.rater_id == rater_id:
            return again.token
    if token is None:
        standing_marks = marks.standing_of_rater(session, rater_id)
        if not standing_marks:
            raise vote.NothingToUndo("There is nothing to take back.")
        token = standing_marks[-1][1].token
    assignment, rater, study = votes.locked(session, rater_id, token)
    latest = marks.latest(session, assignment.id)
    if latest is None or latest.is_withdrawn:
        raise vote.NothingToUndo("There is nothing to take back.")
    if _is_over(rater, study):
        raise _over()
    _withdraw(session, assignment, client_key, now)
    votes.reopen(session, assignment, now + lease)
    return token


def standing(session: Session, rater_id: int, token: str) -> OwnMarks | None:
    """Return the rater's marks for one assignment, None where there are none."""
    return next((given for given in own(session, rater_id) if given.token == token), None)


def own(session: Session, rater_id: int) -> list[OwnMarks]:
    """Return the rater's marks that stand, numbered in the order they were given."""
    found = marks.standing_of_rater(session, rater_id)
    leads = marks.leads(session, [mark.id for mark, _ in found])
    return [
        OwnMarks(
            token=assignment.token,
            number=number,
            revision=mark.revision,
            criteria=tuple(leads.get(mark.id, ())),
            grades=_grades(mark),
            prompt_excerpt=votes.excerpt(prompts.by_id(session, assignment.prompt_id).turns[0]),
        )
        for number, (mark, assignment) in enumerate(found, start=1)
    ]


def _grades(mark: Mark) -> tuple[int, int] | None:
    if mark.left_grade is None or mark.right_grade is None:
        return None
    return (mark.left_grade, mark.right_grade)


def _withdraw(session: Session, assignment: Assignment, client_key: str, now: datetime) -> None:
    """Take an assignment's marks back where they stand; the key makes it happen once."""
    latest = marks.latest(session, assignment.id)
    if latest is None or latest.is_withdrawn or marks.by_key(session, client_key) is not None:
        return
    withdrawn = Mark(
        assignment_id=assignment.id,
        revision=latest.revision + 1,
        is_withdrawn=True,
        client_key=client_key,
        body_hash=rules.body_hash(assignment.token, None, latest.revision),
        is_late=False,
        created_at=now,
    )
    if not marks.add(session, withdrawn, ()):
        raise _reused()
    changed.mark_dirty(session, assignment.study_id, [assignment.id])


def _wanted(study: Study) -> rules.Wanted:
    return rules.wanted_of(study.options)


def _is_over(rater: Rater, study: Study) -> bool:
    return rater.finished_at is not None or study.state == StudyState.CLOSED


def _reused() -> vote.KeyReused:
    return vote.KeyReused("These lines were already sent with other answers.")


def _over() -> vote.VotingIsOver:
    return vote.VotingIsOver("You have finished, so answers can no longer be changed.")
