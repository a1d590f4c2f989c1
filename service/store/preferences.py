"""Queries for exports: counted outcomes per matchup of completions, and their texts."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import Assignment, Completion, Prompt, Tallied


class Counted(NamedTuple):
    """How often a matchup of two completions had an outcome."""

    first_completion_id: int
    second_completion_id: int
    outcome: str
    votes: int


def counted(session: Session, study_id: int) -> list[Counted]:
    """Return the outcomes of a study per matchup of completions, matchups together."""
    rows = session.execute(
        select(
            Assignment.first_completion_id,
            Assignment.second_completion_id,
            Tallied.outcome,
            func.count(),
        )
        .join(Tallied, Tallied.assignment_id == Assignment.id)
        .where(Tallied.study_id == study_id)
        .group_by(Assignment.first_completion_id, Assignment.second_completion_id, Tallied.outcome)
        .order_by(Assignment.first_completion_id, Assignment.second_completion_id)
    )
    return [Counted(*row) for row in rows]


def side(session: Session, completion_id: int) -> Completion:
    """Return a completion with its raw turns."""
    return session.get_one(Completion, completion_id)


def prompt_of(session: Session, completion_id: int) -> Prompt:
    """Return the prompt that a completion answers."""
    return session.get_one(Prompt, session.get_one(Completion, completion_id).prompt_id)
