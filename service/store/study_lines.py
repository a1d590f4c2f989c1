"""Queries for the list of studies: each asks once for all studies of a page."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import Select

from service.domain.assignment import HAS_A_VOTE
from service.domain.completion import CompletionState
from service.store.kept_counts import Kept
from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Invite,
    KeptCount,
    Prompt,
    Rater,
    Study,
)
from service.store.studies import HIDDEN


class Numbers(NamedTuple):
    """What the list says of one study.

    `kept` is the number of votes that a worker keeps of a big study, whose `votes` are 0; `states`
    counts current completions.
    """

    prompts: int
    dealable: int
    configurations: int
    states: dict[str, int]
    votes: int
    kept: Kept | None
    people: int
    is_invited: bool


def before(session: Session, study_id: int | None, limit: int) -> list[Study]:
    """Return studies made before one, the newest first; the newest of all without one."""
    asked = select(Study).where(Study.state.not_in(HIDDEN)).order_by(Study.id.desc()).limit(limit)
    if study_id is not None:
        asked = asked.where(Study.id < study_id)
    return list(session.scalars(asked))


def names(session: Session) -> list[str]:
    """Return the names of all studies, the newest first."""
    asked = select(Study.name).where(Study.state.not_in(HIDDEN)).order_by(Study.id.desc())
    return list(session.scalars(asked))


def of_studies(session: Session, ids: Collection[int]) -> dict[int, Numbers]:
    """Return the numbers of these studies."""
    kept = {
        row.study_id: Kept(row.votes, row.counted_at)
        for row in session.scalars(select(KeptCount).where(KeptCount.study_id.in_(ids)))
    }
    few = [each for each in ids if each not in kept]
    votes = _count(
        session,
        select(Assignment.study_id, func.count()).where(
            Assignment.study_id.in_(few),
            Assignment.state.in_(HAS_A_VOTE),
            Assignment.kind == "regular",
        ),
        Assignment.study_id,
    )
    asked = _count(
        session,
        select(Prompt.study_id, func.count()).where(Prompt.study_id.in_(ids)),
        Prompt.study_id,
    )
    dealable = _count(
        session,
        select(Prompt.study_id, func.count()).where(Prompt.study_id.in_(ids), Prompt.is_dealable),
        Prompt.study_id,
    )
    active = _count(
        session,
        select(Configuration.study_id, func.count()).where(
            Configuration.study_id.in_(ids), Configuration.retired_at.is_(None)
        ),
        Configuration.study_id,
    )
    # A look for each rater, not a walk over all that they were dealt.
    has_judged = exists().where(
        Assignment.rater_id == Rater.id,
        Assignment.state.in_((*HAS_A_VOTE, "graded")),
        Assignment.kind == "regular",
    )
    people = _count(
        session,
        select(Rater.study_id, func.count()).where(Rater.study_id.in_(ids), has_judged),
        Rater.study_id,
    )
    invited = set(
        session.scalars(
            select(Invite.study_id)
            .where(Invite.study_id.in_(ids), Invite.revoked_at.is_(None))
            .distinct()
        )
    )
    states = _states(session, ids)
    return {
        each: Numbers(
            prompts=asked.get(each, 0),
            dealable=dealable.get(each, 0),
            configurations=active.get(each, 0),
            states=states[each],
            votes=votes.get(each, 0),
            kept=kept.get(each),
            people=people.get(each, 0),
            is_invited=each in invited,
        )
        for each in ids
    }


def _count(
    session: Session, asked: Select[int, int], by: InstrumentedAttribute[int]
) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(asked.group_by(by))}


def _states(session: Session, ids: Collection[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(Completion.study_id, Completion.state, func.count())
        .where(Completion.study_id.in_(ids), Completion.state != CompletionState.REPLACED)
        .group_by(Completion.study_id, Completion.state)
    )
    for study_id, state, number in rows:
        found[study_id][state] = number
    return found
