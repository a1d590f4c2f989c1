"""Queries about judgements: what may be asked, what waits to be read, and what was said."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.store.models import Completion, Configuration, Judgement, Prompt

_AT_ONCE = 500


class Entrant(NamedTuple):
    """A text that may be judged: of which prompt and configuration, and how it looks."""

    prompt_id: int
    configuration_id: int
    completion_id: int
    text_hash: str


class Waiting(NamedTuple):
    """An answer of a judge that nobody has read yet."""

    id: int
    turns: list[str]
    kind: str | None


class Told(NamedTuple):
    """A judgement with the state of the call behind it."""

    prompt_id: int
    texts: tuple[int, int]
    is_exchanged: bool
    state: str
    error_class: str | None
    said: str | None
    a_grade: int | None
    b_grade: int | None
    reason: str


def entrants(session: Session, study_id: int) -> list[Entrant]:
    """Return all texts of configurations in service that raters may be dealt, by prompts."""
    rows = session.execute(
        select(
            Completion.prompt_id,
            Completion.configuration_id,
            Completion.id,
            Completion.text_hash,
        )
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.study_id == study_id,
            Completion.state == CompletionState.READY,
            Configuration.retired_at.is_(None),
        )
        .order_by(Completion.prompt_id, Completion.configuration_id, Completion.id)
    )
    return [Entrant(prompt, who, text, seen or "") for prompt, who, text, seen in rows]


def asked(session: Session, version_id: int) -> set[tuple[int, int]]:
    """Return the matchups that a version was asked of, by their two completions."""
    rows = session.execute(
        select(Judgement.first_completion_id, Judgement.second_completion_id)
        .where(Judgement.version_id == version_id)
        .distinct()
    )
    return {(first, second) for first, second in rows}


def questions(session: Session, shelf_id: int, keys: Collection[str]) -> dict[str, int]:
    """Return the questions that a judge's row has already, by key."""
    found: dict[str, int] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), _AT_ONCE):
        rows = session.execute(
            select(Prompt.key, Prompt.id).where(
                Prompt.study_id == shelf_id, Prompt.key.in_(ordered[start : start + _AT_ONCE])
            )
        )
        found |= {row.key: row.id for row in rows}
    return found


def waiting(session: Session, limit: int, answer_ids: Iterable[int] | None = None) -> list[Waiting]:
    """Return answers that are there and were not read, those of `answer_ids` or any."""
    query = (
        select(Judgement.id, Completion.turns, Completion.kind)
        .join(Completion, Completion.id == Judgement.answer_id)
        .where(Judgement.said.is_(None), Completion.state == CompletionState.READY)
        .order_by(Judgement.id)
        .limit(limit)
    )
    if answer_ids is not None:
        query = query.where(Judgement.answer_id.in_(sorted(answer_ids)))
    return [Waiting(*row) for row in session.execute(query)]


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store what answers say, each row by its ``id``; what was read before stays."""
    if not rows:
        return
    table = Judgement.__table__
    columns = ("said", "a_grade", "b_grade", "reason")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    statement = (
        update(Judgement)
        .where(table.c.id == bindparam("new_id"), table.c.said.is_(None))
        .values(values)
    )
    session.connection().execute(
        statement, [{f"new_{name}": row[name] for name in ("id", *columns)} for row in rows]
    )


def states(session: Session, version_id: int) -> Counter[str]:
    """Return how many judgements of a version are in each state, answered ones by what was said."""
    rows = session.execute(
        select(Judgement.said, Completion.state, func.count())
        .join(Completion, Completion.id == Judgement.answer_id)
        .where(Judgement.version_id == version_id)
        .group_by(Judgement.said, Completion.state)
    )
    found: Counter[str] = Counter()
    for said, state, number in rows:
        found[said or state] += number
    return found


def failures(session: Session, version_id: int) -> list[tuple[str, str, int]]:
    """Return why calls of a version brought no answer: class, message of one, and how many."""
    rows = session.execute(
        select(Completion.error_class, func.max(Completion.error_message), func.count())
        .join(Judgement, Judgement.answer_id == Completion.id)
        .where(Judgement.version_id == version_id, Completion.state == CompletionState.FAILED)
        .group_by(Completion.error_class)
        .order_by(Completion.error_class)
    )
    return [(name or "", message or "", number) for name, message, number in rows]


def of_version(session: Session, version_id: int) -> list[Told]:
    """Return what a version was asked and said, matchup by matchup."""
    rows = session.execute(
        select(
            Judgement.prompt_id,
            Judgement.first_completion_id,
            Judgement.second_completion_id,
            Judgement.is_exchanged,
            Completion.state,
            Completion.error_class,
            Judgement.said,
            Judgement.a_grade,
            Judgement.b_grade,
            Judgement.reason,
        )
        .join(Completion, Completion.id == Judgement.answer_id)
        .where(Judgement.version_id == version_id)
        .order_by(Judgement.id)
    )
    return [Told(prompt, (one, other), *rest) for prompt, one, other, *rest in rows]


def spent(session: Session, version_id: int) -> tuple[int, int]:
    """Return what the answers of a version cost (nanodollars), and how many have no known cost."""
    row = session.execute(
        select(
            func.coalesce(func.sum(Completion.cost_nanos), 0),
            func.count().filter(
                Completion.recorded_at.is_not(None), Completion.cost_nanos.is_(None)
            ),
        )
        .join(Judgement, Judgement.answer_id == Completion.id)
        .where(Judgement.version_id == version_id)
    ).one()
    return int(row[0] or 0), int(row[1])
