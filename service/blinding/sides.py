"""Sides: draws which of two completions stands left, and turns a choice into an outcome."""

import random
from typing import TypeVar

from service.domain.vote import Choice, Outcome, outcome_of

# Efron (1971), "Forcing a sequential experiment to be balanced": a coin with probability
# 2/3 for the side that is behind keeps balance and stays unpredictable.
BIAS = 2 / 3
_T = TypeVar("_T")


def draw(rng: random.Random, lean: int) -> bool:
    """Return whether the first completion stands left, balanced within one rater.

    Parameters
    ----------
    rng
        A secure source in production (`secrets.SystemRandom`).
    lean
        How much more often the first configuration than the second stood left for this
        rater: (left - right) of the first minus (left - right) of the second.
    """
    coin = rng.random()
    if lean > 0:
        return coin < 1 - BIAS
    if lean < 0:
        return coin < BIAS
    return coin < 1 / 2


def unblind(choice: Choice, *, first_is_left: bool) -> Outcome:
    """Return which of the matchup's configurations a choice preferred, every kind kept."""
    return outcome_of(choice if first_is_left else choice.mirror)


def in_order(left: _T, right: _T, *, first_is_left: bool) -> tuple[_T, _T]:
    """Return what was said of the two sides as said of the first and the second."""
    return (left, right) if first_is_left else (right, left)
