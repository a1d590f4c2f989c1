"""Queries for results: how often which grades and leads were given, and on which side."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from service.domain.vote import AssignmentKind, AssignmentState
from service.store import marks
from service.store.models import Assignment, Criterion, Exclusion, Mark, Rater, Study


class GradeCell(NamedTuple):
    """How often first and second (configurations or texts) got these grades with these sides."""

    first_id: int
    second_id: int
    first_is_left: bool
    left_grade: int
    right_grade: int
    number: int
    # Who gave them for which prompt, where these are kept apart.
    rater_id: int = 0
    prompt_id: int = 0


class LeadCell(NamedTuple):
    """How often first and second (configurations or texts) got this lead with these sides."""

    first_id: int
    second_id: int
    first_is_left: bool
    place: int
    lead: str
    number: int
    rater_id: int = 0
    prompt_id: int = 0


def graded(session: Session, study: Study, *, by_text: bool = False) -> list[GradeCell]:
    """Return the grades of a study that count: by texts, or by configurations, rater and prompt."""
    columns = (*(_TEXTS if by_text else _MATCHUP), Mark.left_grade, Mark.right_grade)
    apart = () if by_text else _CLUSTERS
    rows = session.execute(
        select(*columns, func.count(), *apart)
        .select_from(Mark)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .where(*_counts(study), Mark.left_grade.is_not(None))
        .group_by(*columns, *apart)
    )
    return [GradeCell(*row) for row in rows]


def led(session: Session, study: Study, *, by_text: bool = False) -> list[LeadCell]:
    """Return the leads in criteria that count: by texts, or by configurations, rater and prompt."""
    columns = (*(_TEXTS if by_text else _MATCHUP), Criterion.place, Criterion.lead)
    apart = () if by_text else _CLUSTERS
    rows = session.execute(
        select(*columns, func.count(), *apart)
        .select_from(Mark)
        .join(Criterion, Criterion.mark_id == Mark.id)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .where(*_counts(study))
        .group_by(*columns, *apart)
    )
    return [LeadCell(*row) for row in rows]


_MATCHUP = (
    Assignment.first_configuration_id,
    Assignment.second_configuration_id,
    Assignment.first_is_left,
)


_TEXTS = (
    Assignment.first_completion_id,
    Assignment.second_completion_id,
    Assignment.first_is_left,
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
