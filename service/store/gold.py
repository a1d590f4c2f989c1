"""Queries about gold: the shelf it stands on, who was dealt what, and what they said."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentKind, AssignmentState
from service.store import changes, marks
from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Gold,
    Mark,
    Prompt,
    Rater,
    Study,
    Vote,
)
from service.store.studies import SHELF

BETTER, WORSE = "better", "worse"


class Answered(NamedTuple):
    """What a rater said about a gold matchup, in words of sides."""

    pseudonym: str
    choice: str | None
    left_grade: int | None
    right_grade: int | None
    first_is_left: bool
    better_is_first: bool


def shelf(session: Session, study: Study) -> Study | None:
    """Return the row that a study's gold texts hang on, where it has any."""
    return session.scalars(
        select(Study).where(Study.name == shelf_name(study), Study.state == SHELF)
    ).one_or_none()


def shelf_name(study: Study) -> str:
    """Return a name that no study of a person can have."""
    return f"{study.name}/gold"


def clear(session: Session, study: Study) -> None:
    """Take everything off the shelf of a study that nobody has rated."""
    found = shelf(session, study)
    changes.count(session, delete(Gold).where(Gold.study_id == study.id))
    if found is None:
        return
    changes.count(session, delete(Completion).where(Completion.study_id == found.id))
    changes.count(session, delete(Prompt).where(Prompt.study_id == found.id))


def sides_of_shelf(session: Session, shelf_id: int) -> dict[str, Configuration]:
    """Return the two configurations of a shelf: what is better and what is worse."""
    rows = session.scalars(select(Configuration).where(Configuration.study_id == shelf_id))
    return {row.name: row for row in rows}


def count(session: Session, study_id: int) -> int:
    """Return how many gold matchups a study has."""
    return session.scalar(select(func.count()).where(Gold.study_id == study_id)) or 0


def count_dealt(session: Session, rater_id: int) -> int:
    """Return how many gold matchups a rater was ever dealt."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Assignment)
            .where(Assignment.rater_id == rater_id, Assignment.kind == AssignmentKind.GOLD)
        )
        or 0
    )


def unseen(session: Session, study_id: int, rater_id: int) -> Sequence[Gold]:
    """Return the gold that a rater was never dealt, in the order of its texts' hashes."""
    dealt = exists().where(
        Assignment.rater_id == rater_id,
        Assignment.kind == AssignmentKind.GOLD,
        Assignment.first_completion_id.in_([Gold.better_completion_id, Gold.worse_completion_id]),
    )
    return session.scalars(
        select(Gold)
        .join(Completion, Completion.id == Gold.better_completion_id)
        .where(Gold.study_id == study_id, ~dealt)
        .order_by(Completion.text_hash, Gold.id)
    ).all()


def add_assignment(
    session: Session,
    gold: Gold,
    rater_id: int,
    token: str,
    now: datetime,
    lease_until: datetime,
    toss: Callable[[], bool],
) -> Assignment:
    """Deal a gold matchup to a rater, `toss` saying whether the first text stands left."""
    ends = sorted(
        (session.get_one(Completion, identity) for identity in _texts(gold)),
        key=lambda row: row.configuration_id,
    )
    assignment = Assignment(
        token=token,
        study_id=gold.study_id,
        rater_id=rater_id,
        prompt_id=gold.prompt_id,
        kind=AssignmentKind.GOLD,
        state=AssignmentState.DEALT,
        first_configuration_id=ends[0].configuration_id,
        second_configuration_id=ends[1].configuration_id,
        first_completion_id=ends[0].id,
        second_completion_id=ends[1].id,
        first_is_left=toss(),
        draw_probability=1.0,
        lease_until=lease_until,
        dealt_at=now,
    )
    session.add(assignment)
    session.flush()
    return assignment


def _texts(gold: Gold) -> tuple[int, int]:
    return (gold.better_completion_id, gold.worse_completion_id)


def answered(session: Session, study_id: int) -> list[Answered]:
    """Return what every rater said about gold: the vote that stands, or else the grades."""
    newest = (
        select(func.max(Vote.id)).where(Vote.assignment_id == Assignment.id).correlate(Assignment)
    )
    rows = session.execute(
        select(
            Rater.pseudonym,
            Vote.choice,
            Mark.left_grade,
            Mark.right_grade,
            Assignment.first_is_left,
            Assignment.first_completion_id == Gold.better_completion_id,
        )
        .select_from(Assignment)
        .join(Rater, Rater.id == Assignment.rater_id)
        .join(
            Gold,
            Assignment.first_completion_id.in_(
                [Gold.better_completion_id, Gold.worse_completion_id]
            ),
        )
        .outerjoin(Vote, Vote.id == newest.scalar_subquery())
        .outerjoin(
            Mark,
            (Mark.assignment_id == Assignment.id)
            & Mark.is_withdrawn.is_(False)
            & marks.is_newest(),
        )
        .where(
            Assignment.study_id == study_id,
            Assignment.kind == AssignmentKind.GOLD,
            Assignment.state.in_([AssignmentState.VOTED, AssignmentState.GRADED]),
        )
        .order_by(Rater.id, Assignment.id)
    )
    return [Answered(*row) for row in rows]
