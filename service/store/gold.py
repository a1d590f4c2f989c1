"""Queries about gold: the shelf it stands on, who was dealt what, and what they said."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from service.domain.assignment import AssignmentKind, AssignmentState, Sides
from service.store import changes, marks
from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Flag,
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
    sides: Sides
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


class Candidate(NamedTuple):
    """A gold matchup that may be dealt to a rater, its texts in the order of their hashes.

    `lapsed` is the id of the assignment that the rater was dealt of it and let lapse.
    """

    prompt_id: int
    texts: tuple[tuple[int, int], tuple[int, int]]
    lapsed: int | None
    token: str | None


# Written down once: that takes much longer than to ask, and each filling of a deck asks.
@cache
def _unseen() -> Select[*tuple[Any, ...]]:
    better, worse = aliased(Completion), aliased(Completion)
    flagged = aliased(Assignment)
    is_withdrawn = (
        exists()
        .where(
            Flag.assignment_id == flagged.id,
            Flag.withdraws.is_(True),
            flagged.kind == AssignmentKind.GOLD,
            flagged.first_completion_id.in_([better.id, worse.id]),
        )
        .correlate(better, worse)
    )
    return (
        select(
            *(Gold.prompt_id, better.text_hash, worse.text_hash),
            *(better.configuration_id, better.id, worse.configuration_id, worse.id),
            *(Assignment.id, Assignment.token, Assignment.state),
        )
        .select_from(Gold)
        .join(better, better.id == Gold.better_completion_id)
        .join(worse, worse.id == Gold.worse_completion_id)
        .outerjoin(
            Assignment,
            (Assignment.rater_id == bindparam("rater"))
            & (Assignment.kind == AssignmentKind.GOLD)
            & Assignment.first_completion_id.in_([better.id, worse.id]),
        )
        .where(Gold.study_id == bindparam("study"), ~is_withdrawn)
        .order_by(better.text_hash, Gold.id)
    )


def candidates(session: Session, study_id: int, rater_id: int) -> list[Candidate]:
    """Return the gold that a rater has not seen, in an order that only its texts decide.

    What flags withdrew is dealt to nobody, as of all kinds: else what comes nevertheless is gold.
    """
    rows = session.execute(_unseen(), {"study": study_id, "rater": rater_id})
    found = []
    for row in rows:
        if row[9] is not None and row[9] != AssignmentState.EXPIRED:
            continue
        ends = sorted([(row[1], row[3], row[4]), (row[2], row[5], row[6])])
        found.append(Candidate(row[0], (ends[0][1:], ends[1][1:]), row[7], row[8]))
    return found


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
            Assignment.sides,
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
