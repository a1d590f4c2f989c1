"""Queries for results: how often which grades and leads were given, and on which side."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import Session

from service.domain.assignment import AssignmentKind, AssignmentState, Sides
from service.store import marks
from service.store.models import Assignment, Criterion, Exclusion, Mark, Rater, Study


class GradeCell(NamedTuple):
    """How often the first and the second text got these grades with these sides."""

    first_id: int
    second_id: int
    sides: Sides
    left_grade: int
    right_grade: int
    number: int


class GradesOf(NamedTuple):
    """The grades of both sides that stand on an assignment, and its sides."""

    assignment_id: int
    sides: Sides
    left: int | None
    right: int | None


class LeadCell(NamedTuple):
    """How often the first and the second text got this lead with these sides."""

    first_id: int
    second_id: int
    sides: Sides
    place: int
    lead: str
    number: int


# First and second configuration, their sides, what was said of it (two columns),
# by whom, for which prompt. Plain rows, since there may be millions.
Rows = Sequence[Any]


def graded(session: Session, study: Study) -> Iterator[Rows]:
    """Return the grades of a study that count, one row a mark: of left and of right."""
    said = (Mark.left_grade, Mark.right_grade)
    rows = _marked(*_MATCHUP, *said, *_CLUSTERS).where(*_counts(study), said[0].is_not(None))
    return session.execute(rows.execution_options(yield_per=_AT_ONCE)).partitions()


def led(session: Session, study: Study) -> Iterator[Rows]:
    """Return the leads in criteria that count, a row each: the place of the criterion, the lead."""
    rows = _marked(*_MATCHUP, Criterion.place, Criterion.lead, *_CLUSTERS)
    criteria = rows.join(Criterion, Criterion.mark_id == Mark.id).where(*_counts(study))
    return session.execute(criteria.execution_options(yield_per=_AT_ONCE)).partitions()


def graded_texts(session: Session, study: Study) -> list[GradeCell]:
    """Return how often which grades were given, by texts."""
    columns = (*_TEXTS, Mark.left_grade, Mark.right_grade)
    rows = _marked(*columns, func.count()).where(*_counts(study), Mark.left_grade.is_not(None))
    return [GradeCell(*row) for row in session.execute(rows.group_by(*columns))]


def led_texts(session: Session, study: Study) -> list[LeadCell]:
    """Return how often which leads in criteria were given, by texts."""
    columns = (*_TEXTS, Criterion.place, Criterion.lead)
    rows = _marked(*columns, func.count()).join(Criterion, Criterion.mark_id == Mark.id)
    return [
        LeadCell(*row) for row in session.execute(rows.where(*_counts(study)).group_by(*columns))
    ]


def has_more(session: Session, study_id: int, number: int) -> bool:
    """Tell whether a study has more than so many revisions of marks, looking at no more."""
    some = (
        select(Mark.id)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .where(Assignment.study_id == study_id)
        .limit(number + 1)
        .subquery()
    )
    return (session.scalar(select(func.count()).select_from(some)) or 0) > number


def _marked(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Mark)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Rater, Rater.id == Assignment.rater_id)
    )


# So many rows are fetched at a time.
_AT_ONCE = 20_000

_MATCHUP = (
    Assignment.first_configuration_id,
    Assignment.second_configuration_id,
    Assignment.sides,
)


_TEXTS = (
    Assignment.first_completion_id,
    Assignment.second_completion_id,
    Assignment.sides,
)


_CLUSTERS = (Assignment.rater_id, Assignment.prompt_id)


def _counts(study: Study) -> tuple[ColumnElement[bool], ...]:
    """Return when marks enter results: by the rule that `domain.vote.counts` has for votes."""
    excluded = exists().where(
        Exclusion.assignment_id == Assignment.id, Exclusion.lifted_at.is_(None)
    )
    return (
        Assignment.study_id == study.id,
        Assignment.kind == AssignmentKind.REGULAR,
        Assignment.state.in_([AssignmentState.VOTED, AssignmentState.GRADED]),
        Mark.is_withdrawn.is_(False),
        Mark.is_late.is_(False),
        marks.is_newest(),
        ~excluded,
        true() if study.counts_sighted else Rater.is_sighted.is_(False),
    )


def grades_of(session: Session, assignment_ids: Sequence[int]) -> list[GradesOf]:
    """Return the grades of left and right that stand on these assignments, with their sides."""
    rows = session.execute(
        select(Assignment.id, Assignment.sides, Mark.left_grade, Mark.right_grade)
        .join(Mark, Mark.assignment_id == Assignment.id)
        .where(
            Assignment.id.in_(assignment_ids),
            Mark.is_withdrawn.is_(False),
            Mark.left_grade.is_not(None),
            marks.is_newest(),
        )
    )
    return [GradesOf(*row) for row in rows]
