"""Sides: builds every assignment there is, draws who stands left, and reads it again."""

import random
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from service.domain.assignment import AssignmentKind, AssignmentState, Sides
from service.domain.vote import Choice, Outcome, outcome_of

TOKEN_BYTES = 16
_T = TypeVar("_T")
# Both ways in which two texts can stand.
BOTH = (Sides(True), Sides(False))  # noqa: FBT003 - the one place that knows what they mean


class Text(NamedTuple):
    """A completion that takes part in a matchup, and whose it is."""

    configuration_id: int
    completion_id: int


@dataclass(frozen=True)
class Recipient:
    """For whom something is dealt, and when."""

    study_id: int
    rater_id: int
    now: datetime
    lease_until: datetime


@dataclass(frozen=True)
class NewAssignment:
    """A matchup that is dealt and not yet written down; the fields are the table's columns.

    First and second are named by configuration id. `token` is random and names it to a browser.
    """

    token: str
    study_id: int
    rater_id: int
    prompt_id: int
    kind: AssignmentKind
    state: AssignmentState
    first_configuration_id: int
    second_configuration_id: int
    first_completion_id: int
    second_completion_id: int
    sides: Sides
    draw_probability: float
    lease_until: datetime
    dealt_at: datetime
    ended_at: datetime | None = None
    about_turn: int | None = None


def deal(
    rng: random.Random,
    to: Recipient,
    prompt_id: int,
    texts: tuple[Text, Text],
    kind: AssignmentKind = AssignmentKind.REGULAR,
    probability: float = 1.0,
) -> NewAssignment:
    """Return a regular or gold assignment of two texts, its sides drawn by a fair coin.

    A coin that leaned by how often a configuration stood left would tell raters who compare
    notes which texts share one.

    Parameters
    ----------
    rng
        A secure source in production (`secrets.SystemRandom`).
    texts
        In an order that no id, name or author can sway, as that of their hashes.
    probability
        Which the draw of this matchup had, given what was eligible.
    """
    return _seat(to, prompt_id, texts, kind, probability, one_is_left=rng.random() < 1 / 2)


def repeat(to: Recipient, prompt_id: int, first: Text, second: Text, stand: Sides) -> NewAssignment:
    """Return an assignment of the same two texts once more, their sides exchanged."""
    kind = AssignmentKind.REPEAT
    return _seat(to, prompt_id, (first, second), kind, 1.0, one_is_left=not stand)


def imported(
    to: Recipient, prompt_id: int, left: Text, right: Text, about_turn: int | None = None
) -> NewAssignment:
    """Return an assignment that was judged elsewhere, with its sides as they were there.

    `about_turn` is the turn that was judged, where it was not the whole conversation.
    """
    made = _seat(
        to,
        prompt_id,
        (left, right),
        AssignmentKind.REGULAR,
        1.0,
        one_is_left=True,
        state=AssignmentState.VOTED,
        ended_at=to.now,
    )
    return replace(made, about_turn=about_turn)


def _seat(
    to: Recipient,
    prompt_id: int,
    texts: tuple[Text, Text],
    kind: AssignmentKind,
    probability: float,
    *,
    one_is_left: bool,
    state: AssignmentState = AssignmentState.DEALT,
    ended_at: datetime | None = None,
) -> NewAssignment:
    """Build an assignment: first and second by configuration, sides as drawn."""
    one, other = texts
    one_is_first = one.configuration_id < other.configuration_id
    first, second = texts if one_is_first else (other, one)
    return NewAssignment(
        token=secrets.token_urlsafe(TOKEN_BYTES),  # which nobody can guess; no `rng` makes it
        study_id=to.study_id,
        rater_id=to.rater_id,
        prompt_id=prompt_id,
        kind=kind,
        state=state,
        first_configuration_id=first.configuration_id,
        second_configuration_id=second.configuration_id,
        first_completion_id=first.completion_id,
        second_completion_id=second.completion_id,
        sides=Sides(one_is_left if one_is_first else not one_is_left),
        draw_probability=probability,
        lease_until=to.lease_until,
        dealt_at=to.now,
        ended_at=ended_at,
    )


def left_and_right(first: _T, second: _T, stand: Sides) -> tuple[_T, _T]:
    """Return what belongs to the first and the second text by the side on which it stands."""
    return (first, second) if stand else (second, first)


def first_and_second(left: _T, right: _T, stand: Sides) -> tuple[_T, _T]:
    """Return what was said of the two sides as said of the first and the second."""
    return (left, right) if stand else (right, left)


def unblind(choice: Choice, stand: Sides) -> Outcome:
    """Return which of the matchup's configurations a choice preferred, every kind kept."""
    return outcome_of(choice if stand else choice.mirror)
