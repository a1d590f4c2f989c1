"""Queries about counted votes with what was judged, a page at a time, whatever their number."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from service.domain.vote import Outcome
from service.store import tallies
from service.store.models import (
    Assignment,
    Completion,
    Prompt,
    PromptTally,
    Rater,
    Reason,
    Tallied,
    Tally,
)

_FOR_FIRST = [str(outcome) for outcome in Outcome if outcome.sign > 0]
_FOR_SECOND = [str(outcome) for outcome in Outcome if outcome.sign < 0]


class Witness(NamedTuple):
    """One counted vote, as drill-down shows it; `place` is its number within what was asked for."""

    place: int
    assignment_id: int
    prompt_id: int
    outcome: str
    pseudonym: str
    first_configuration_id: int
    second_configuration_id: int
    first_completion_id: int
    second_completion_id: int


@dataclass(frozen=True)
class Wanted:
    """Votes between any of these and any of others that ended so; on these prompts, or on all.

    Those that `contradict` prefer a text where another vote on the matchup prefers the other.
    """

    these: Collection[int]
    others: Collection[int]
    outcomes: Collection[str]
    prompt_ids: Collection[int] | None = None
    contradict: bool = False
    # Whether every counted vote of the study is between these and others.
    is_any_pair: bool = False


def by_prompt(session: Session, study_id: int, wanted: Wanted) -> list[tuple[int, int]]:
    """Return the prompts that have such votes with their numbers, in the order of the file.

    From what is counted by prompt: no vote is looked at.
    """
    if wanted.is_any_pair and not wanted.contradict:
        return _alone(session, study_id, wanted)
    number = func.sum(Tally.count)
    query = (
        select(Prompt.id, number)
        .join_from(Tally, Prompt, Prompt.id == Tally.scope_id)
        .where(
            Tally.study_id == study_id,
            Tally.scope == tallies.BY_PROMPT,
            Tally.count > 0,
            Tally.outcome.in_(wanted.outcomes),
            _among(Tally, wanted),
        )
        .group_by(Prompt.id, Prompt.position)
        .order_by(Prompt.position, Prompt.id)
    )
    if wanted.prompt_ids is not None:
        query = query.where(Prompt.id.in_(wanted.prompt_ids))
    if wanted.contradict:
        query = query.where(_contradicts(Tally, Tally.scope_id, Tally.outcome))
    return [(identity, int(found)) for identity, found in session.execute(query)]


def _alone(session: Session, study_id: int, wanted: Wanted) -> list[tuple[int, int]]:
    """Return the same of all configurations, from what is counted by prompt alone."""
    number = func.sum(PromptTally.count)
    query = (
        select(Prompt.id, number)
        .join_from(PromptTally, Prompt, Prompt.id == PromptTally.prompt_id)
        .where(PromptTally.study_id == study_id, PromptTally.outcome.in_(wanted.outcomes))
        .group_by(Prompt.id, Prompt.position)
        .having(number > 0)
        .order_by(Prompt.position, Prompt.id)
    )
    if wanted.prompt_ids is not None:
        query = query.where(Prompt.id.in_(wanted.prompt_ids))
    return [(identity, int(found)) for identity, found in session.execute(query)]


def page(
    session: Session,
    wanted: Wanted,
    prompt_ids: Collection[int],
    skipped: int,
    limit: int,
    sought: str = "",
    *,
    is_read: bool = False,
) -> Sequence[Witness]:
    """Return so many of the votes on these prompts, or those of them that hold what is sought.

    Where they `is_read`, those of them that contradict another vote, if that is wanted.

    `skipped` leaves out as many from the first of these prompts on; places count from there.
    """
    place = func.row_number().over(order_by=(Prompt.position, Prompt.id, Assignment.id))
    looked_at = (
        select(
            place.label("place"),
            Assignment.id.label("assignment_id"),
            Assignment.prompt_id.label("prompt_id"),
            Tallied.outcome.label("outcome"),
            Assignment.study_id.label("study_id"),
            Assignment.rater_id.label("rater_id"),
            Assignment.first_configuration_id.label("first_configuration_id"),
            Assignment.second_configuration_id.label("second_configuration_id"),
            Assignment.first_completion_id.label("first_completion_id"),
            Assignment.second_completion_id.label("second_completion_id"),
        )
        .join_from(Assignment, Tallied, Tallied.assignment_id == Assignment.id)
        .join(Prompt, Prompt.id == Assignment.prompt_id)
        .where(
            Assignment.prompt_id.in_(prompt_ids),
            Tallied.outcome.in_(wanted.outcomes),
            _among(Assignment, wanted),
        )
        .order_by(Prompt.position, Prompt.id, Assignment.id)
        .offset(skipped)
        .limit(limit)
    )
    if wanted.contradict and not is_read:
        looked_at = looked_at.where(_contradicts(Assignment, Assignment.prompt_id, Tallied.outcome))
    inside = looked_at.subquery()
    columns = inside.c
    query = (
        select(
            columns.place,
            columns.assignment_id,
            columns.prompt_id,
            columns.outcome,
            Rater.pseudonym,
            columns.first_configuration_id,
            columns.second_configuration_id,
            columns.first_completion_id,
            columns.second_completion_id,
        )
        .join_from(inside, Rater, Rater.id == columns.rater_id)
        .order_by(columns.place)
    )
    if wanted.contradict and is_read:
        query = query.where(_contradicts(columns, columns.prompt_id, columns.outcome))
    if sought:
        query = query.where(_holds_it(columns, sought))
    return [Witness(*row) for row in session.execute(query)]


def _among(of: type[Assignment | Tally], wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition that a row is of a matchup between these and others."""
    first, second = of.first_configuration_id, of.second_configuration_id
    return or_(
        and_(first.in_(wanted.these), second.in_(wanted.others)),
        and_(second.in_(wanted.these), first.in_(wanted.others)),
    )


def _contradicts(
    of: Any,
    prompt_id: ColumnElement[int] | InstrumentedAttribute[int],
    outcome: ColumnElement[str] | InstrumentedAttribute[str],
) -> ColumnElement[bool]:
    """Return the condition that a vote on the same prompt and pair prefers the other text."""
    other = aliased(Tally)
    against = or_(
        and_(outcome.in_(_FOR_FIRST), other.outcome.in_(_FOR_SECOND)),
        and_(outcome.in_(_FOR_SECOND), other.outcome.in_(_FOR_FIRST)),
    )
    return exists().where(
        other.study_id == of.study_id,
        other.scope == tallies.BY_PROMPT,
        other.scope_id == prompt_id,
        other.first_configuration_id == of.first_configuration_id,
        other.second_configuration_id == of.second_configuration_id,
        other.count > 0,
        against,
    )


def _holds_it(rows: ReadOnlyColumnCollection[str, Any], sought: str) -> ColumnElement[bool]:
    """Return the condition that a prompt, one of the answers or a reason holds a text."""
    return or_(
        exists().where(Prompt.id == rows.prompt_id, _holds(Prompt.turns, sought)),
        exists().where(
            Completion.id.in_((rows.first_completion_id, rows.second_completion_id)),
            _holds(Completion.turns, sought),
        ),
        exists().where(
            Reason.assignment_id == rows.assignment_id,
            or_(*(Reason.note.icontains(form, autoescape=True) for form in _forms(sought))),
        ),
    )


def _holds(turns: InstrumentedAttribute[list[str]], sought: str) -> ColumnElement[bool]:
    """Return the condition that a list of texts holds one; the store keeps it as ASCII JSON."""
    stored = cast(turns, String)
    return or_(
        *(stored.icontains(json.dumps(form)[1:-1], autoescape=True) for form in _forms(sought))
    )


def _forms(sought: str) -> list[str]:
    """Return a text in small and large letters as well: SQLite knows these of ASCII alone."""
    if sought.isascii():
        return [sought]
    forms = (sought, sought.lower(), sought.upper(), sought.capitalize(), sought.title())
    return list(dict.fromkeys(forms))
