"""Queries for lists that are read page by page, in the order of ids."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, load_only

from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Leaderboard,
    Prompt,
    Rater,
    Study,
    Vote,
)
from service.store.studies import HIDDEN


class StoredVote(NamedTuple):
    """A vote as it was stored, with the names that its assignment points to."""

    vote: Vote
    assignment: Assignment
    prompt_key: str
    first: str
    second: str
    pseudonym: str
    origin: str
    is_sighted: bool
    newest_revision: int


def studies(session: Session, after: int, limit: int, only: int | None) -> Sequence[Study]:
    """Return studies, the oldest first; with `only` that one alone."""
    wanted = select(Study).where(Study.id > after, Study.state.not_in(HIDDEN))
    if only is not None:
        wanted = wanted.where(Study.id == only)
    return session.scalars(wanted.order_by(Study.id).limit(limit)).all()


def prompts(session: Session, study_id: int, after: int, limit: int) -> Sequence[Prompt]:
    """Return prompts of a study."""
    return session.scalars(
        select(Prompt)
        .where(Prompt.study_id == study_id, Prompt.id > after)
        .order_by(Prompt.id)
        .limit(limit)
    ).all()


def completions(
    session: Session, study_id: int, configuration: str, after: int, limit: int
) -> list[tuple[Completion, str, Configuration]]:
    """Return completions (those of one configuration, if named), with prompt and configuration."""
    wanted = (
        select(Completion, Prompt.key, Configuration)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(Completion.study_id == study_id, Completion.id > after)
        .order_by(Completion.id)
        .limit(limit)
    )
    if configuration:
        wanted = wanted.where(Configuration.name == configuration)
    return [(row[0], row[1], row[2]) for row in session.execute(wanted)]


def votes(session: Session, study_id: int, after: int, limit: int) -> list[StoredVote]:
    """Return votes with all their revisions."""
    other = aliased(Vote)
    newest = (
        select(func.max(other.revision))
        .where(other.assignment_id == Vote.assignment_id)
        .correlate(Vote)
        .scalar_subquery()
    )
    first, second = aliased(Configuration), aliased(Configuration)
    rows = session.execute(
        select(
            Vote,
            Assignment,
            Prompt.key,
            first.name,
            second.name,
            Rater.pseudonym,
            Rater.origin,
            Rater.is_sighted,
            newest,
        )
        .join(Assignment, Assignment.id == Vote.assignment_id)
        .join(Prompt, Prompt.id == Assignment.prompt_id)
        .join(first, first.id == Assignment.first_configuration_id)
        .join(second, second.id == Assignment.second_configuration_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .where(Assignment.study_id == study_id, Vote.id > after)
        .order_by(Vote.id)
        .limit(limit)
    )
    return [StoredVote(*row) for row in rows]


def leaderboards(session: Session, study_id: int, after: int, limit: int) -> Sequence[Leaderboard]:
    """Return the leaderboards of a study that are kept, without what they say."""
    return session.scalars(
        select(Leaderboard)
        .where(Leaderboard.study_id == study_id, Leaderboard.id > after)
        .order_by(Leaderboard.id)
        .limit(limit)
        .options(
            load_only(
                Leaderboard.id, Leaderboard.created_at, Leaderboard.votes, Leaderboard.version
            )
        )
    ).all()
