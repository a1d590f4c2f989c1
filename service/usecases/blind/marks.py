"""Criteria and grades: what a rater still owes for a vote, keeps, changes and takes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import excerpts, vote
from service.domain.assignment import Event
from service.domain.marks import AlreadyMarked, VoteFirst, Wanted, hash_of_marks, parse, wanted_of
from service.store import marks, prompts, raters, votes
from service.store.models import Mark
from service.store.raters import Sitter
from service.usecases.blind import voting


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


def wanted(session: Session, rater_id: int) -> Wanted:
    """Return what the rater's study asks for beside or instead of votes."""
    return wanted_of(raters.sitter(session, rater_id).options)


def owed(session: Session, rater_id: int, sitter: Sitter | None = None) -> str | None:
    """Return the token of the vote whose marks must come before anything more is dealt."""
    sitter = sitter or raters.sitter(session, rater_id)
    asked = wanted_of(sitter.options)
    if not asked.is_anything or asked.replaces_vote or sitter.is_over:
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
    sitter: Sitter | None = None,
) -> KeptMarks:
    """Store marks once and for ever, and return what was stored; as votes are, by key and body.

    `sitter` is the rater, where this transaction has locked them already.

    Raises
    ------
    MarksNotWanted, MarksIncomplete, UnknownAssignment, KeyReused, VoteFirst, AlreadyMarked,
    VotingIsOver, ChangedOften
    """
    voting.check_key(client_key)
    sitter = sitter or raters.locked(session, rater_id)
    held = voting.held_by(session, sitter, token)
    asked = wanted_of(sitter.options)
    given = parse(asked, criteria, grades)
    body = hash_of_marks(token, given, supersedes)
    before = marks.by_key(session, client_key)
    if before is not None:
        if before.assignment_id != held.id or before.body_hash != body:
            raise _reused()
        return KeptMarks(before.revision, before.is_late, repeated=True)
    latest = marks.latest(session, held.id)
    is_late = sitter.is_over
    if latest is not None and not latest.is_withdrawn:
        if supersedes != latest.revision:
            raise AlreadyMarked("You have already answered these lines.")
        if is_late:
            raise _over()
        voting.check_often(latest.revision)
    elif not asked.replaces_vote and not _has_vote(session, held.id):
        raise VoteFirst("Please choose an answer first; these lines come after it.")
    stored = Mark(
        assignment_id=held.id,
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
        voting.judge(session, sitter, held, event, now)
    votes.mark_dirty(session, sitter.study_id, [held.id])
    return KeptMarks(stored.revision, is_late, repeated=False)


def standing(session: Session, rater_id: int, token: str) -> OwnMarks | None:
    """Return the rater's marks for one assignment, None where there are none."""
    return next((given for given in own(session, rater_id) if given.token == token), None)


def own(session: Session, rater_id: int) -> list[OwnMarks]:
    """Return the rater's marks that stand, numbered in the order they were given."""
    found = marks.standing_of_rater(session, rater_id)
    leads = marks.leads(session, [mark.id for mark, _ in found])
    asked = [prompts.by_id(session, one.prompt_id).turns[0] for _, one in found]
    return [
        OwnMarks(
            token=assignment.token,
            number=number,
            revision=mark.revision,
            criteria=tuple(leads.get(mark.id, ())),
            grades=_grades(mark),
            prompt_excerpt=excerpt,
        )
        for number, ((mark, assignment), excerpt) in enumerate(
            zip(found, excerpts.excerpts(asked), strict=True), start=1
        )
    ]


def _grades(mark: Mark) -> tuple[int, int] | None:
    if mark.left_grade is None or mark.right_grade is None:
        return None
    return (mark.left_grade, mark.right_grade)


def _has_vote(session: Session, assignment_id: int) -> bool:
    newest = votes.latest(session, assignment_id)
    return newest is not None and newest.choice is not None


def _reused() -> vote.KeyReused:
    return vote.KeyReused("These lines were already sent with other answers.")


def _over() -> vote.VotingIsOver:
    return vote.VotingIsOver("You have finished, so answers can no longer be changed.")
