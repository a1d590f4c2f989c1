"""Queries about counts: what is to be folded, and what votes add up to."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store import changes
from service.store.models import Assignment, Dirty, PromptTally, Rater, Tallied, Tally, Vote

ALL = "all"
BY_RATER = "rater"
BY_PROMPT = "prompt"


class Cell(NamedTuple):
    """One count: the key of a tally without its study."""

    scope: str
    scope_id: int
    first_configuration_id: int
    second_configuration_id: int
    outcome: str
    first_was_left: bool


class Told(NamedTuple):
    """One counted vote: who said what of whom and which texts; raters by their pseudonyms."""

    rater: str
    prompt_id: int
    first_configuration_id: int
    second_configuration_id: int
    outcome: str
    texts: tuple[int, int] = (0, 0)
    vote_id: int = 0


class Situation(NamedTuple):
    """All that decides whether and how an assignment is counted."""

    assignment: Assignment
    vote: Vote | None
    tallied: Tallied | None
    rater_is_sighted: bool


def dirty_studies(session: Session) -> list[int]:
    """Return the studies with votes that no leaderboard has seen."""
    return sorted(session.scalars(select(Dirty.study_id).distinct()))


def dirty_count(session: Session, study_id: int) -> int:
    """Return how many assignments of a study have changes that wait to be folded."""
    changed = func.count(func.distinct(Dirty.assignment_id))
    return session.scalar(select(changed).where(Dirty.study_id == study_id)) or 0


def take_dirty(session: Session, study_id: int, limit: int) -> list[int]:
    """Take changes off the queue and return their assignments, each once."""
    rows = session.execute(
        select(Dirty.id, Dirty.assignment_id)
        .where(Dirty.study_id == study_id)
        .order_by(Dirty.id)
        .limit(limit)
    ).all()
    identities = [row.id for row in rows]
    for start in range(0, len(identities), 500):
        changes.count(session, delete(Dirty).where(Dirty.id.in_(identities[start : start + 500])))
    return sorted({row.assignment_id for row in rows})


def situations(session: Session, assignment_ids: Sequence[int]) -> list[Situation]:
    """Return what is known of assignments, with each one's newest revision."""
    found: list[Situation] = []
    for start in range(0, len(assignment_ids), 500):
        part = assignment_ids[start : start + 500]
        newest = (
            select(func.max(Vote.id).label("id"))
            .where(Vote.assignment_id.in_(part))
            .group_by(Vote.assignment_id)
            .subquery()
        )
        latest = select(Vote).join(newest, newest.c.id == Vote.id)
        votes = {vote.assignment_id: vote for vote in session.scalars(latest)}
        rows = session.execute(
            select(Assignment, Tallied, Rater.is_sighted)
            .join(Rater, Rater.id == Assignment.rater_id)
            .outerjoin(Tallied, Tallied.assignment_id == Assignment.id)
            .where(Assignment.id.in_(part))
        )
        found += [
            Situation(assignment, votes.get(assignment.id), tallied, is_sighted)
            for assignment, tallied, is_sighted in rows
        ]
    return found


def add(session: Session, study_id: int, deltas: dict[Cell, int]) -> None:
    """Add to counts, making those that are not there yet."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"study_id": study_id, **cell._asdict(), "count": delta}
        for cell, delta in sorted(deltas.items())
        if delta
    ]
    for start in range(0, len(rows), 500):
        statement = insert(Tally).values(rows[start : start + 500])
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["study_id", *Cell._fields],
                set_={"count": Tally.count + statement.excluded.count},
            )
        )
    by_prompt: Counter[tuple[int, str]] = Counter()
    for cell, delta in deltas.items():
        if cell.scope == BY_PROMPT:
            by_prompt[cell.scope_id, cell.outcome] += delta
    sums = [
        {"study_id": study_id, "prompt_id": prompt_id, "outcome": outcome, "count": delta}
        for (prompt_id, outcome), delta in sorted(by_prompt.items())
        if delta
    ]
    for start in range(0, len(sums), 500):
        added = insert(PromptTally).values(sums[start : start + 500])
        session.execute(
            added.on_conflict_do_update(
                index_elements=["study_id", "prompt_id", "outcome"],
                set_={"count": PromptTally.count + added.excluded.count},
            )
        )


def of_scope(session: Session, study_id: int, scope: str) -> list[tuple[Cell, int]]:
    """Return a study's counts of one scope that are not zero."""
    rows = session.execute(
        select(
            Tally.scope,
            Tally.scope_id,
            Tally.first_configuration_id,
            Tally.second_configuration_id,
            Tally.outcome,
            Tally.first_was_left,
            Tally.count,
        ).where(Tally.study_id == study_id, Tally.scope == scope, Tally.count != 0)
    )
    return [(Cell(*row[:6]), row[6]) for row in rows]


def are_all_between(session: Session, study_id: int, among: Collection[int]) -> bool:
    """Tell whether every counted vote of a study is between two of these configurations."""
    outside = Tally.first_configuration_id.not_in(among) | Tally.second_configuration_id.not_in(
        among
    )
    found = select(Tally.scope_id).where(
        Tally.study_id == study_id, Tally.scope == ALL, Tally.count != 0, outside
    )
    return session.scalar(found.limit(1)) is None


def in_order(session: Session, study_id: int, most: int) -> list[Told]:
    """Return a study's counted votes in the order in which they came, so many at most."""
    rows = session.execute(
        select(
            Rater.pseudonym,
            Assignment.prompt_id,
            Assignment.first_configuration_id,
            Assignment.second_configuration_id,
            Tallied.outcome,
            Assignment.first_completion_id,
            Assignment.second_completion_id,
            Tallied.vote_id,
        )
        .join(Assignment, Assignment.id == Tallied.assignment_id)
        .join(Rater, Rater.id == Assignment.rater_id)
        .where(Tallied.study_id == study_id)
        .order_by(Tallied.vote_id)
        .limit(most)
    )
    return [Told(*row[:5], (row[5], row[6]), row[7]) for row in rows]


def counted(session: Session, study_id: int) -> tuple[int, int]:
    """Return how many votes of a study count, and the newest of them."""
    row = session.execute(
        select(func.count(), func.max(Tallied.vote_id)).where(Tallied.study_id == study_id)
    ).one()
    return row[0], row[1] or 0


def has_more_cells(session: Session, study_id: int, number: int) -> bool:
    """Tell whether a study has more than so many cells, looking at no more than that."""
    some = (
        select(Tally.scope_id)
        .where(Tally.study_id == study_id, Tally.scope.in_([BY_RATER, BY_PROMPT]))
        .limit(number + 1)
        .subquery()
    )
    return (session.scalar(select(func.count()).select_from(some)) or 0) > number
