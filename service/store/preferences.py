"""Queries for exports: counted votes with what was judged, a batch of prompts at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.store.models import Assignment, Completion, Flag, Mark, Prompt, Rater, Tallied, Vote


class CountedVote(NamedTuple):
    """A vote that counts, with the ids of what was judged and who gave it."""

    prompt_id: int
    first_completion_id: int
    second_completion_id: int
    outcome: str
    pseudonym: str
    origin: str
    voted_at: datetime
    is_flagged: bool
    about_turn: int | None


class Text(NamedTuple):
    """A completion as it was judged."""

    id: int
    configuration_id: int
    turns: tuple[str, ...]
    finish_reason: str | None
    has_leak: bool


def prompts_in_order(session: Session, study_id: int) -> Sequence[int]:
    """Return the ids of a study's prompts, in an order that their contents alone decide."""
    return session.scalars(
        select(Prompt.id).where(Prompt.study_id == study_id).order_by(Prompt.fingerprint, Prompt.id)
    ).all()


def number_judged(session: Session, study_id: int) -> int:
    """Return how many pairs of completions have a vote that counts."""
    pairs = (
        select(Assignment.first_completion_id, Assignment.second_completion_id)
        .join(Tallied, Tallied.assignment_id == Assignment.id)
        .where(Tallied.study_id == study_id)
        .distinct()
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(pairs)) or 0


def asked(session: Session, prompt_ids: Sequence[int]) -> dict[int, Prompt]:
    """Return prompts by id."""
    found = session.scalars(select(Prompt).where(Prompt.id.in_(prompt_ids)))
    return {prompt.id: prompt for prompt in found}


def counted(session: Session, study_id: int, prompt_ids: Sequence[int]) -> list[CountedVote]:
    """Return the votes that count on these prompts; matchups and times decide the order."""
    is_flagged = exists().where(Flag.assignment_id == Assignment.id, Flag.lifted_at.is_(None))
    rows = session.execute(
        select(
            Assignment.prompt_id,
            Assignment.first_completion_id,
            Assignment.second_completion_id,
            Tallied.outcome,
            Rater.pseudonym,
            Rater.origin,
            Vote.created_at,
            is_flagged,
            Assignment.about_turn,
        )
        .join(Tallied, Tallied.assignment_id == Assignment.id)
        .join(Vote, Vote.id == Tallied.vote_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .where(Tallied.study_id == study_id, Assignment.prompt_id.in_(prompt_ids))
    )
    return [CountedVote(*row) for row in rows]


def graded(session: Session, prompt_ids: Sequence[int]) -> list[tuple[int, tuple[int, int]]]:
    """Return (prompt, the two completions) of matchups that were graded; each once."""
    rows = session.execute(
        select(
            Assignment.prompt_id,
            Assignment.first_completion_id,
            Assignment.second_completion_id,
        )
        .join(Mark, Mark.assignment_id == Assignment.id)
        .where(Assignment.prompt_id.in_(prompt_ids))
        .distinct()
    )
    return [(prompt_id, (first_id, second_id)) for prompt_id, first_id, second_id in rows]


def texts(session: Session, completion_ids: Sequence[int]) -> dict[int, Text]:
    """Return completions by id, with what exports need of them."""
    found: dict[int, Text] = {}
    for start in range(0, len(completion_ids), 500):
        rows = session.execute(
            select(
                Completion.id,
                Completion.configuration_id,
                Completion.turns,
                Completion.finish_reason,
                Completion.leaks,
            ).where(Completion.id.in_(completion_ids[start : start + 500]))
        )
        found |= {
            row.id: Text(
                row.id,
                row.configuration_id,
                tuple(row.turns),
                row.finish_reason,
                bool(row.leaks.get("found")),
            )
            for row in rows
        }
    return found
