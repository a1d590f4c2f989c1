"""Queries about one rater's history: what lies before them, what they had."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from service.domain.assignment import DONE, FIRST_TIME, AssignmentKind, AssignmentState
from service.domain.completion import CompletionState
from service.domain.matchup import Offer
from service.store.models import Assignment, Completion, Configuration, Prompt, Submission

_A = Assignment.__table__.c
_P, _C = Prompt.__table__.c, Configuration.__table__.c
# Written into the statement: an index of what is dealt serves no statement that binds it.
_IS_LYING = _A.state == literal_column(f"'{AssignmentState.DEALT}'")


class Dealt(NamedTuple):
    """A regular assignment of a rater on one prompt."""

    id: int
    token: str
    prompt_id: int
    first_configuration_id: int
    second_configuration_id: int
    first_completion_id: int
    second_completion_id: int
    state: str


class Lying(NamedTuple):
    """An assignment that waits for a vote."""

    id: int
    token: str
    kind: str
    prompt_id: int
    lease_until: datetime


# The statements of dealing are built once and run beside the mapper.
_LYING = (
    select(*(_A[name] for name in Lying._fields))
    .where(_A.rater_id == bindparam("rater_id"), _IS_LYING)
    .order_by(_A.id)
)


def lying(session: Session, rater_id: int) -> list[Lying]:
    """Return a rater's assignments that wait for a vote, the oldest first."""
    session.flush()
    rows = session.connection().execute(_LYING, {"rater_id": rater_id})
    return list(map(Lying._make, rows.all()))


_STILL_LYING = (
    select(_A.id)
    .where(_A.rater_id == bindparam("of_rater"), _IS_LYING)
    .with_for_update(skip_locked=True, key_share=True)
)
_RENEW = (
    update(Assignment)
    .where(_A.id.in_(_STILL_LYING), _A.state == AssignmentState.DEALT)
    .values(lease_until=bindparam("until"))
)


def renew(session: Session, rater_id: int, lease_until: datetime) -> None:
    """Keep a rater's open assignments for longer, but for those that somebody is changing."""
    session.flush()
    session.connection().execute(_RENEW, {"of_rater": rater_id, "until": lease_until})


_IS_DONE = _A.state.in_(DONE)
_SPAN = select(
    func.min(_A.dealt_at), func.max(case((_IS_DONE, _A.ended_at))).label("ended_at")
).where(_A.rater_id == bindparam("rater_id"))


def span(session: Session, rater_id: int) -> tuple[datetime | None, datetime | None]:
    """Return when a rater was dealt something first, and when they last did something with it."""
    session.flush()
    row = session.connection().execute(_SPAN, {"rater_id": rater_id}).one()
    return row[0], row[1]


_COUNTS = (
    select(_A.kind, _A.state, func.count())
    .where(_A.rater_id == bindparam("rater_id"))
    .group_by(_A.kind, _A.state)
)


def counts(session: Session, rater_id: int) -> Counter[tuple[str, str]]:
    """Return how many assignments a rater has, by kind and state."""
    session.flush()
    rows = session.connection().execute(_COUNTS, {"rater_id": rater_id})
    return Counter({(kind, state): number for kind, state, number in rows})


_RETIRED = select(_C.id).where(_C.study_id == bindparam("study_id"), _C.retired_at.is_not(None))
# What was seen of configurations out of service leaves no matchup less to see.
_IS_SEEN = and_(
    _A.state != AssignmentState.EXPIRED,
    _A.first_configuration_id.not_in(_RETIRED),
    _A.second_configuration_id.not_in(_RETIRED),
)
_SEEN = (
    select(
        _A.prompt_id,
        func.sum(case((_IS_SEEN, 1), else_=0)).label("times"),
        func.count().label("dealt"),
    )
    .where(_A.rater_id == bindparam("rater_id"), _A.kind.in_(FIRST_TIME))
    .group_by(_A.prompt_id)
    .subquery()
)
_MATCHUPS = _P.ready_configurations * (_P.ready_configurations - 1) // 2 - _P.matchups_alike
_TIMES = func.coalesce(_SEEN.c.times, 0)
_JOINED = Prompt.__table__.outerjoin(_SEEN, _SEEN.c.prompt_id == _P.id)
_IS_OWN = Submission.__table__.c.rater_id == bindparam("rater_id")
_OWN_PROMPTS, _OWN_TEXTS = (
    select(column).where(_IS_OWN, column.is_not(None))
    for column in (Submission.__table__.c.prompt_id, Submission.__table__.c.fingerprint)
)
_IS_OFFERED = (
    _P.study_id == bindparam("study_id"),
    _P.is_dealable.is_(True),
    _P.places_open > 0,
    # Nobody is dealt what they suggested. Without a reference to the prompt's row, databases ask
    # once for all prompts.
    _P.id.not_in(_OWN_PROMPTS),
    _P.fingerprint.not_in(_OWN_TEXTS),
)
_OFFERS = (
    select(_P.id, _MATCHUPS, _P.places_open, _TIMES, func.coalesce(_SEEN.c.dealt, 0))
    .select_from(_JOINED)
    .where(*_IS_OFFERED)
    # By nothing that could tell who wrote what, nor when it was entered.
    .order_by(_P.places_open, _P.ready_configurations, _P.fingerprint)
)


def offers(session: Session, study_id: int, rater_id: int) -> list[Offer]:
    """Return the prompts that may be dealt and still want votes, as a rater has seen them.

    Seen are matchups of configurations in service. The order depends on places and the texts'
    hashes alone.
    """
    session.flush()
    rows = session.connection().execute(_OFFERS, {"study_id": study_id, "rater_id": rater_id})
    return list(map(Offer._make, rows.all()))


_UNSEEN = _MATCHUPS - _TIMES
_TO_COME = (
    select(func.sum(case((_P.places_open < _UNSEEN, _P.places_open), else_=_UNSEEN)))
    .select_from(_JOINED)
    .where(*_IS_OFFERED, _UNSEEN > 0)
)


def to_come(session: Session, study_id: int, rater_id: int) -> int:
    """Return how many open places may come to a rater, at most one for each matchup unseen."""
    session.flush()
    number = session.connection().scalar(_TO_COME, {"study_id": study_id, "rater_id": rater_id})
    return int(number or 0)


_ON_PROMPTS = select(*(_A[name] for name in Dealt._fields)).where(
    _A.rater_id == bindparam("rater_id"),
    _A.kind == AssignmentKind.REGULAR,
    _A.prompt_id.in_(bindparam("prompt_ids", expanding=True)),
)


def on_prompts(session: Session, rater_id: int, prompt_ids: Collection[int]) -> list[Dealt]:
    """Return the regular assignments that a rater was dealt on prompts, expired ones too."""
    named = {"rater_id": rater_id, "prompt_ids": list(prompt_ids)}
    return list(map(Dealt._make, session.connection().execute(_ON_PROMPTS, named).all()))


_NEWEST = (
    select(_A.prompt_id)
    .where(_A.rater_id == bindparam("rater_id"), _A.kind.in_(FIRST_TIME))
    .order_by(_A.id.desc())
    .limit(bindparam("most"))
)


def newest_prompts(session: Session, rater_id: int, most: int) -> list[int]:
    """Return the prompts of what a rater was dealt last and for the first time, the last first."""
    session.flush()
    rows = session.connection().scalars(_NEWEST, {"rater_id": rater_id, "most": most})
    return list(rows)


_ONE, _TWO = Completion.__table__.alias("one"), Completion.__table__.alias("two")
_VOTED = (
    select(_A.id)
    .join_from(Assignment.__table__, _ONE, _ONE.c.id == _A.first_completion_id)
    .join(_TWO, _TWO.c.id == _A.second_completion_id)
    .where(
        _A.rater_id == bindparam("rater_id"),
        _A.kind.in_(FIRST_TIME),
        _A.state == AssignmentState.VOTED,
        # A text may have been corrected since, and the two look the same now.
        _ONE.c.text_hash != _TWO.c.text_hash,
        # And what another text has taken the place of is dealt no more.
        _ONE.c.state != CompletionState.REPLACED,
        _TWO.c.state != CompletionState.REPLACED,
    )
)
_REPEAT = Assignment.__table__.alias("repeat")
_REPEATED = (
    select(_A.id)
    .join_from(
        _REPEAT,
        Assignment.__table__,
        (_A.rater_id == _REPEAT.c.rater_id)
        & _A.kind.in_(FIRST_TIME)
        & (_A.prompt_id == _REPEAT.c.prompt_id)
        & (_A.first_configuration_id == _REPEAT.c.first_configuration_id)
        & (_A.second_configuration_id == _REPEAT.c.second_configuration_id),
    )
    .where(
        _REPEAT.c.rater_id == bindparam("rater_id"),
        _REPEAT.c.kind == AssignmentKind.REPEAT,
        _REPEAT.c.state != AssignmentState.EXPIRED,
    )
)


def originals(session: Session, rater_id: int) -> list[int]:
    """Return the assignments that a rater voted on and was not dealt again, by age."""
    session.flush()
    # Set against each other here: both databases walk all repeats for each of the others.
    voted, repeated = (
        set(session.connection().scalars(statement, {"rater_id": rater_id}))
        for statement in (_VOTED, _REPEATED)
    )
    return sorted(voted - repeated)


_BACK = (
    select(_A.id)
    .where(
        _A.rater_id == bindparam("rater_id"),
        _A.kind.in_([*FIRST_TIME, AssignmentKind.REPEAT]),
        _A.state != AssignmentState.EXPIRED,
    )
    .order_by(_A.id.desc())
    .offset(bindparam("newer"))
    .limit(1)
)


def dealt_back(session: Session, rater_id: int, steps: int) -> int | None:
    """Return what a rater was dealt so many steps ago, the last being one step back."""
    session.flush()
    return session.connection().scalar(_BACK, {"rater_id": rater_id, "newer": steps - 1})


def has_any(session: Session, rater_id: int) -> bool:
    """Tell whether a rater was ever dealt anything."""
    return bool(session.scalar(select(exists().where(Assignment.rater_id == rater_id))))
