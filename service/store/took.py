"""Queries about what a study's completions took, added up by the database: pages show sums."""

from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.domain.completion import CompletionKind, CompletionState
from service.store.models import Completion
from service.store.models.studies import LEAKS_FOUND

# Answers, also those that were refused or cut off.
ANSWERS = (CompletionKind.COMPLETE, CompletionKind.CUT_OFF, CompletionKind.REFUSED)

_IS_CURRENT = Completion.state != CompletionState.REPLACED


class Group(NamedTuple):
    """What completions of one configuration, state and kind add up to, money in nanodollars.

    `priced` of them have a known cost.
    """

    configuration_id: int
    state: str
    kind: str | None
    number: int
    priced: int
    cost_nanos: int
    saved_nanos: int
    reused_calls: int


def groups(session: Session, study_id: int) -> list[Group]:
    """Return what a study's completions add up to, without those that were replaced."""
    key = (Completion.configuration_id, Completion.state, Completion.kind)
    sums = (
        func.coalesce(func.sum(each), 0)
        for each in (Completion.cost_nanos, Completion.saved_nanos, Completion.reused_calls)
    )
    rows = session.execute(
        select(*key, func.count(), func.count(Completion.cost_nanos), *sums)
        .where(Completion.study_id == study_id, _IS_CURRENT)
        .group_by(*key)
    )
    return [Group(*row[:3], *map(int, row[3:])) for row in rows]


def medians(session: Session, study_id: int) -> dict[int, float]:
    """Return the median latency of each configuration's answers in ms, where any is known.

    The mean of the middle two where their number is even, as `statistics.median` says it.
    """
    by, took = Completion.configuration_id, Completion.latency_ms
    ordered = (
        select(
            by.label("configuration_id"),
            took.label("took"),
            func.row_number().over(partition_by=by, order_by=took).label("place"),
            func.count().over(partition_by=by).label("of"),
        )
        .where(
            Completion.study_id == study_id,
            _IS_CURRENT,
            Completion.kind.in_(ANSWERS),
            took.is_not(None),
        )
        .subquery()
        .c
    )
    is_middle = ordered.place.in_([(ordered.of + 1) // 2, (ordered.of + 2) // 2])
    rows = session.execute(
        select(ordered.configuration_id, func.avg(ordered.took))
        .where(is_middle)
        .group_by(ordered.configuration_id)
    )
    return {identity: float(median) for identity, median in rows}


def leaks(session: Session, study_id: int) -> dict[int, int]:
    """Return how many completions of each configuration name their maker."""
    found = text(LEAKS_FOUND[session.get_bind().dialect.name])
    rows = session.execute(
        select(Completion.configuration_id, func.count())
        .where(Completion.study_id == study_id, found, _IS_CURRENT)
        .group_by(Completion.configuration_id)
    )
    return {row[0]: row[1] for row in rows}
