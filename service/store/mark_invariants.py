"""Queries that return violations of the rules for marks: revisions, scale, states."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentState
from service.domain.marks import SCALE, Wanted, wanted_of
from service.store import marks
from service.store.models import Assignment, Criterion, Mark, Study, Vote


def revisions_have_no_gaps(session: Session, now: datetime) -> Iterable[str]:
    """Find marks whose revisions are not numbered 1, 2, 3 and so on."""
    del now
    rows = session.execute(
        select(Mark.assignment_id)
        .group_by(Mark.assignment_id)
        .having(func.max(Mark.revision) != func.count(Mark.id))
    )
    return [f"the marks of assignment {identity} have gaps" for (identity,) in rows]


def marks_are_complete(session: Session, now: datetime) -> Iterable[str]:
    """Find marks that hold something else than their study asks for, or are off the scale."""
    del now
    wanted = {
        identity: wanted_of(options)
        for identity, options in session.execute(select(Study.id, Study.options))
    }
    rows = session.execute(
        select(Mark, Assignment.study_id, func.count(Criterion.place))
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .outerjoin(Criterion, Criterion.mark_id == Mark.id)
        .group_by(Mark.id, Assignment.study_id)
    )
    return [
        f"revision {mark.revision} of the marks of assignment {mark.assignment_id} is not whole"
        for mark, study_id, answers in rows
        if not _is_whole(mark, wanted[study_id], answers)
    ]


def _is_whole(mark: Mark, wanted: Wanted, answers: int) -> bool:
    grades = (mark.left_grade, mark.right_grade)
    if mark.is_withdrawn or not wanted.wants_grades:
        in_scale = grades == (None, None)
    else:
        in_scale = all(grade in SCALE for grade in grades)
    return in_scale and answers == (0 if mark.is_withdrawn else len(wanted.criteria))


def late_is_late(session: Session, now: datetime) -> Iterable[str]:
    """Find assignments that are late without a late vote or late grades."""
    del now
    votes = select(Vote.assignment_id).where(Vote.is_late.is_(True))
    grades = select(Mark.assignment_id).where(Mark.is_late.is_(True))
    rows = session.scalars(
        select(Assignment.id).where(
            Assignment.state == AssignmentState.LATE,
            Assignment.id.not_in(votes),
            Assignment.id.not_in(grades),
        )
    )
    return [f"assignment {identity} is late without anything that came late" for identity in rows]


def graded_has_grades(session: Session, now: datetime) -> Iterable[str]:
    """Find assignments that are graded without grades, or grades alone that left no trace."""
    del now
    alone = [
        identity
        for identity, options in session.execute(select(Study.id, Study.options))
        if wanted_of(options).replaces_vote
    ]
    standing = select(Mark.assignment_id).where(Mark.is_withdrawn.is_(False), marks.is_newest())
    without = session.scalars(
        select(Assignment.id).where(
            Assignment.state == AssignmentState.GRADED,
            Assignment.id.not_in(standing) | Assignment.study_id.not_in(alone),
        )
    )
    beyond = session.scalars(
        select(Assignment.id).where(
            Assignment.study_id.in_(alone),
            Assignment.state.not_in(
                [AssignmentState.GRADED, AssignmentState.LATE, AssignmentState.WITHDRAWN]
            ),
            Assignment.id.in_(standing),
        )
    )
    return [f"assignment {identity} is graded without grades" for identity in without] + [
        f"assignment {identity} has grades and is not graded" for identity in beyond
    ]


RULES = (
    ("marks: revisions have no gaps", revisions_have_no_gaps),
    ("marks: every revision is whole and on the scale", marks_are_complete),
    ("votes: what is late came late", late_is_late),
    ("marks: an assignment is graded exactly when grades alone stand", graded_has_grades),
)
