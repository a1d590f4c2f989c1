"""Queries about matchups: which places of a prompt they take, and which a flag withdrew."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Row,
    bindparam,
    exists,
    false,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from service.domain.assignment import HOLDS_A_PLACE, AssignmentKind, AssignmentState
from service.domain.completion import CompletionState
from service.domain.matchup import Pair
from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Exclusion,
    Flag,
    NormingMatchup,
    Prompt,
)

_A, _C, _P = Assignment.__table__.c, Completion.__table__.c, Prompt.__table__.c
_E, _F, _I = Exclusion.__table__.c, Flag.__table__.c, NormingMatchup.__table__.c


class Taken(NamedTuple):
    """How many places of each matchup of a prompt are taken, and which are dealt no more.

    Attributes
    ----------
    places : dict
        Places dealt or voted, by matchup; excluded ones off.
    withdrawn : frozenset
        Matchups that a flag withdrew, and those of a panel that all raters get: they have no
        places, whatever was dealt of them.
    """

    places: dict[Pair, int]
    withdrawn: frozenset[Pair]


_Row = Row[int, int, int, int, bool]
_MATCHUP = (_A.prompt_id, _A.first_configuration_id, _A.second_configuration_id)
# A vote on a text that was replaced stands, but the new text wants its own.
_IS_OF_REPLACED = (
    (_C.state == CompletionState.REPLACED)
    & (_C.prompt_id == _A.prompt_id)
    & ((_C.id == _A.first_completion_id) | (_C.id == _A.second_completion_id))
)
_IS_EXCLUDED = exists().where(_E.assignment_id == _A.id, _E.lifted_at.is_(None))
_NO_PLACE = (literal(0), true())
_HOLDS = (_A.kind == AssignmentKind.REGULAR, _A.state.in_(HOLDS_A_PLACE))


def _taken(
    of: ColumnElement[bool], of_item: ColumnElement[bool]
) -> CompoundSelect[int, int, int, int, bool]:
    """Return the statement that tells what is taken of the prompts that conditions name."""
    return union_all(
        select(*_MATCHUP, func.count(), false()).where(of, *_HOLDS).group_by(*_MATCHUP),
        select(*_MATCHUP, -func.count(func.distinct(_A.id)), false())
        .join_from(Exclusion.__table__, Assignment.__table__, _E.assignment_id == _A.id)
        .where(of, *_HOLDS, _E.lifted_at.is_(None))
        .group_by(*_MATCHUP),
        select(*_MATCHUP, -func.count(), false())
        .join_from(Completion.__table__, Assignment.__table__, _IS_OF_REPLACED)
        .where(of, *_HOLDS, ~_IS_EXCLUDED)
        .group_by(*_MATCHUP),
        select(*_MATCHUP, *_NO_PLACE)
        .join_from(Flag.__table__, Assignment.__table__, _F.assignment_id == _A.id)
        .where(of, _F.withdraws.is_(True)),
        select(_I.prompt_id, _I.first_configuration_id, _I.second_configuration_id, *_NO_PLACE)
        .select_from(NormingMatchup.__table__)
        .where(of_item),
    )


_IDS: BindParameter[int] = bindparam("prompt_ids", expanding=True)
_TAKEN = _taken(_A.prompt_id == bindparam("prompt_id"), _I.prompt_id == bindparam("prompt_id"))
_TAKEN_OF = _taken(_A.prompt_id.in_(_IDS), _I.prompt_id.in_(_IDS))


def taken(session: Session, prompt_id: int) -> Taken:
    """Return what is taken of a prompt's matchups."""
    session.flush()
    rows = session.connection().execute(_TAKEN, {"prompt_id": prompt_id})
    return _sums([prompt_id], rows.all())[prompt_id]


def taken_of(session: Session, prompt_ids: Collection[int]) -> dict[int, Taken]:
    """Return what `taken` returns for each of many prompts, in one query."""
    session.flush()
    rows = session.connection().execute(_TAKEN_OF, {"prompt_ids": list(prompt_ids)})
    return _sums(prompt_ids, rows.all())


def _sums(prompt_ids: Iterable[int], rows: Iterable[_Row]) -> dict[int, Taken]:
    """Add up the rows of `_taken`, by prompt."""
    places: dict[int, dict[Pair, int]] = {prompt_id: {} for prompt_id in prompt_ids}
    withdrawn: dict[int, set[Pair]] = {prompt_id: set() for prompt_id in places}
    for prompt_id, first, second, number, is_withdrawn in rows:
        if is_withdrawn:
            withdrawn[prompt_id].add((first, second))
        else:
            of_prompt = places[prompt_id]
            of_prompt[first, second] = of_prompt.get((first, second), 0) + number
    return {
        prompt_id: Taken(of_prompt, frozenset(withdrawn[prompt_id]))
        for prompt_id, of_prompt in places.items()
    }


_OTHER = Assignment.__table__.alias("other")
_ONE, _TWO = Completion.__table__.alias("one"), Completion.__table__.alias("two")
_WITHDRAWN = (
    select(*_MATCHUP)
    .distinct()
    .join_from(Flag.__table__, Assignment.__table__, _F.assignment_id == _A.id)
    .where(_F.withdraws.is_(True))
    .subquery("withdrawn")
)
# Who judged a text that was replaced since has seen that matchup.
_SHOWN = (CompletionState.READY, CompletionState.REPLACED)
_RETIRED = select(Configuration.__table__.c.id).where(
    Configuration.__table__.c.study_id == bindparam("study_id"),
    Configuration.__table__.c.retired_at.is_not(None),
)
_TAKEN_OF_SEEN = (
    select(func.count())
    .where(
        _OTHER.c.prompt_id == _A.prompt_id,
        _OTHER.c.first_configuration_id == _A.first_configuration_id,
        _OTHER.c.second_configuration_id == _A.second_configuration_id,
        _OTHER.c.kind == AssignmentKind.REGULAR,
        _OTHER.c.state.in_(HOLDS_A_PLACE),
        ~exists().where(_E.assignment_id == _OTHER.c.id, _E.lifted_at.is_(None)),
        ~exists().where(
            _C.state == CompletionState.REPLACED,
            _C.prompt_id == _OTHER.c.prompt_id,
            (_C.id == _OTHER.c.first_completion_id) | (_C.id == _OTHER.c.second_completion_id),
        ),
    )
    .correlate(Assignment.__table__)
    .scalar_subquery()
)
_SEEN = (
    select(*_MATCHUP, _P.places_open, _TAKEN_OF_SEEN, _A.state == AssignmentState.SKIPPED)
    .distinct()
    .join_from(Assignment.__table__, Prompt.__table__, _P.id == _A.prompt_id)
    .join(_ONE, _ONE.c.id == _A.first_completion_id)
    .join(_TWO, _TWO.c.id == _A.second_completion_id)
    .outerjoin(
        _WITHDRAWN,
        (_WITHDRAWN.c.prompt_id == _A.prompt_id)
        & (_WITHDRAWN.c.first_configuration_id == _A.first_configuration_id)
        & (_WITHDRAWN.c.second_configuration_id == _A.second_configuration_id),
    )
    .where(
        _A.rater_id == bindparam("rater_id"),
        _A.kind == AssignmentKind.REGULAR,
        _A.state != AssignmentState.EXPIRED,
        _P.places_open > 0,
        _ONE.c.state.in_(_SHOWN),
        _TWO.c.state.in_(_SHOWN),
        _ONE.c.text_hash != _TWO.c.text_hash,
        _A.first_configuration_id.not_in(_RETIRED),
        _A.second_configuration_id.not_in(_RETIRED),
        _WITHDRAWN.c.prompt_id.is_(None),
    )
)


class Seen(NamedTuple):
    """A matchup that a rater has seen, on a prompt with open places; none that was withdrawn."""

    prompt_id: int
    first_configuration_id: int
    second_configuration_id: int
    places_open: int
    taken: int
    was_skipped: bool


def seen(session: Session, study_id: int, rater_id: int) -> list[Seen]:
    """Return the matchups that a rater has seen where places are open, of what is in service."""
    session.flush()
    rows = session.connection().execute(_SEEN, {"study_id": study_id, "rater_id": rater_id})
    return list(map(Seen._make, rows.all()))


def open_of_seen(found: Iterable[Seen], votes_per_matchup: int) -> dict[int, int]:
    """Return, by prompt, how many open places belong to matchups that a rater has seen.

    Where places belong to matchups, that is: not in an adaptive study.
    """
    matchups = {one[:3]: max(0, votes_per_matchup - one.taken) for one in found}
    places: Counter[int] = Counter()
    for (prompt_id, _, _), number in matchups.items():
        places[prompt_id] += number
    return dict(places)


def spent(session: Session, study_id: int, rater_id: int, votes_per_matchup: int) -> set[int]:
    """Return the prompts all of whose open places are of matchups that a rater has seen."""
    found = seen(session, study_id, rater_id)
    of_seen = open_of_seen(found, votes_per_matchup)
    return {one.prompt_id for one in found if one.places_open <= of_seen[one.prompt_id]}
