"""Lists of what a study holds, page by page, for programs that read all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from service.domain import leaderboard
from service.domain.assignment import AssignmentState
from service.domain.budget import NANOS
from service.store import listings, models, votes
from service.store.listings import StoredVote
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold, read
from service.usecases.sighted.studies import overviews
from service.usecases.sighted.studies.overviews import StudySummary

Row = TypeVar("Row")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """Some of a list, and after which id the rest begins: None where this is the end."""

    items: tuple[Item, ...]
    next_after: int | None


@dataclass(frozen=True)
class PromptLine:
    """A prompt in a list; `turns` are what the user says, one text a turn."""

    key: str
    turns: tuple[str, ...]
    context: str
    reference: str
    tags: tuple[str, ...]
    variables: dict[str, Any]
    is_dealable: bool


@dataclass(frozen=True)
class AnswerLine:
    """A completion in a list, with its texts; money in USD."""

    id: int
    prompt: str
    configuration: str
    revision: int
    sample: int
    origin: str
    state: str
    turns: tuple[str, ...]
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int | None
    cost: float | None
    error: str


@dataclass(frozen=True)
class VoteLine:
    """A vote as stored: what was pressed, and which configuration that preferred.

    `choice` and `outcome` are None where the vote was taken back. `stands` tells whether it is
    what the rater says now, `is_excluded` whether it is left out of results.
    """

    id: int
    assignment: int
    revision: int
    kind: str
    prompt: str
    first: str
    second: str
    rater: str
    origin: str
    choice: str | None
    outcome: str | None
    stands: bool
    is_late: bool
    is_excluded: bool
    rater_is_sighted: bool
    duration_ms: int | None
    voted_at: datetime


@dataclass(frozen=True)
class BoardLine:
    """A stored leaderboard in a list; `is_readable` where this Evenhand knows its form."""

    id: int
    created_at: datetime
    votes: int
    is_readable: bool


def studies(session: Session, after: int, limit: int, only: int | None) -> Listed[StudySummary]:
    """Return studies, the oldest first; with `only` that one alone."""
    rows = listings.studies(session, after, limit + 1, only)
    shown = rows[:limit]
    next_after = shown[-1].id if len(rows) > limit else None
    return Listed(tuple(overviews.summaries(session, shown)), next_after)


def prompts(session: Session, name: str, after: int, limit: int) -> Listed[PromptLine]:
    """Return prompts of a study.

    Raises
    ------
    UnknownStudy
    """
    rows = listings.prompts(session, find(session, name).id, after, limit + 1)
    return _page(rows, limit, lambda row: row.id, _prompt)


def completions(
    session: Session, name: str, configuration: str, after: int, limit: int
) -> Listed[AnswerLine]:
    """Return completions of a study, or of one of its configurations.

    Raises
    ------
    UnknownStudy
    """
    study_id = find(session, name).id
    rows = listings.completions(session, study_id, configuration, after, limit + 1)
    return _page(rows, limit, lambda row: row[0].id, lambda row: _answer(*row))


def votes_of(session: Session, name: str, after: int, limit: int) -> Listed[VoteLine]:
    """Return the votes of a study as stored, every revision of them.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, name)
    rows = listings.votes(session, study.id, after, limit + 1)
    out = votes.excluded(session, [row.assignment.id for row in rows])
    return _page(rows, limit, lambda row: row.vote.id, lambda row: _vote(row, out))


def leaderboards(session: Session, name: str, after: int, limit: int) -> Listed[BoardLine]:
    """Return the leaderboards of a study that are kept.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, name)
    rows = listings.leaderboards(session, study.id, after, limit + 1)
    return _page(rows, limit, lambda row: row.id, _board)


def _page(
    rows: Sequence[Row], limit: int, id_of: Callable[[Row], int], made: Callable[[Row], Item]
) -> Listed[Item]:
    """Return the rows of a page, of which one more than wanted was asked for."""
    has_more, rows = len(rows) > limit, rows[:limit]
    return Listed(tuple(made(row) for row in rows), id_of(rows[-1]) if has_more else None)


def _prompt(row: models.Prompt) -> PromptLine:
    return PromptLine(
        key=row.key,
        turns=tuple(row.turns),
        context=row.context,
        reference=row.reference,
        tags=tuple(row.tags),
        variables=row.variables,
        is_dealable=row.is_dealable,
    )


def _answer(row: models.Completion, key: str, configuration: models.Configuration) -> AnswerLine:
    return AnswerLine(
        id=row.id,
        prompt=key,
        configuration=configuration.name,
        revision=configuration.revision,
        sample=row.sample,
        origin=row.origin,
        state=row.state,
        turns=tuple(row.turns),
        finish_reason=row.finish_reason,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        latency_ms=row.latency_ms,
        cost=None if row.cost_nanos is None else row.cost_nanos / NANOS,
        error=": ".join(filter(None, (row.error_class, row.error_message))),
    )


def _vote(row: StoredVote, out: set[int]) -> VoteLine:
    vote, assignment = row.vote, row.assignment
    is_said = vote.choice is not None
    return VoteLine(
        id=vote.id,
        assignment=assignment.id,
        revision=vote.revision,
        kind=assignment.kind,
        prompt=row.prompt_key,
        first=row.first,
        second=row.second,
        rater=row.pseudonym,
        origin="imported" if row.origin == "imported" else "blind",
        choice=vote.choice,
        outcome=fold.outcome_of(vote, assignment) if is_said else None,
        stands=is_said
        and vote.revision == row.newest_revision
        and assignment.state == AssignmentState.VOTED,
        is_late=vote.is_late,
        is_excluded=assignment.id in out,
        rater_is_sighted=row.is_sighted,
        duration_ms=vote.duration_ms,
        voted_at=vote.created_at,
    )


def _board(row: models.Leaderboard) -> BoardLine:
    return BoardLine(row.id, row.created_at, row.votes, row.version == leaderboard.VERSION)
