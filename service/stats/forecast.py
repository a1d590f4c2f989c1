"""What is short for a claim, and how many votes would probably bring it: a range, or nothing.

With g times the votes, of the same raters on the same prompts, votes have a g-th of their part of
the variance, and what clusters add stays. The claim is made where the mean reaches its limit
(`ahead.reach`). The mean itself is known with an error: the range is from where the claim comes if
it is as much larger as may be, to where it comes if it is as much smaller. Nothing is said where
even that many votes would not bring it; `make bench-truth` measures how often it is kept.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit

from service.stats import ahead
from service.stats.ahead import LEAST_ADDED, Part, Scores
from service.stats.counts import FloatArray

# The part of the error of the mean on either side: eight of ten lie within.
LEVEL = 0.8
MOST = 30.0  # times the votes that there are: beyond it nothing is foreseen
STEPS = 400


class Short(StrEnum):
    """What there is too little of."""

    VOTES = "votes"
    PROMPTS = "prompts"
    RATERS = "raters"


@dataclass(frozen=True)
class Shortage:
    """What is missing for a claim; votes from `low` to `high`, None where nobody can tell."""

    kind: Short
    low: int | None = None
    high: int | None = None


def find_shortage(scores: Scores, at: int, votes: float, alpha: float) -> Shortage:
    """Return what is short for the claim on one pair.

    Parameters
    ----------
    scores : Scores
    at : int
        Position of the pair.
    votes : float
        All votes that there are, of which more would come.
    alpha : float
        Of the claim.
    """
    mean, variance, freedom = (
        float(values[at]) for values in (scores.mean, scores.variance, scores.freedom)
    )
    error = float(stdtrit(min(freedom, 1e9), (1 + LEVEL) / 2)) * variance**0.5
    growth = np.geomspace(1.0, MOST, STEPS)
    limits = [
        ahead.reach(_grown(scores, at, growth, value), alpha)
        for value in (abs(mean) + error, abs(mean) - error, abs(mean))
    ]
    soonest, latest, middle = (
        _first(growth, limit, value)
        for limit, value in zip(
            limits, (abs(mean) + error, abs(mean) - error, abs(mean)), strict=True
        )
    )
    if middle is None:
        stays = sum(max(float(part[0][at]), 0.0) for part in _parts(scores).values())
        return Shortage(_scarcer(scores, at) if stays > variance / 2 else Short.VOTES)
    if soonest is None or latest is None:
        return Shortage(Short.VOTES)
    return Shortage(
        Short.VOTES,
        rounded((soonest - 1) * votes, np.floor),
        rounded((latest - 1) * votes, np.ceil),
    )


def _grown(scores: Scores, at: int, growth: FloatArray, mean: float) -> Scores:
    """Return what the scores would be with so many times the votes, were the mean this."""
    one = np.ones_like(growth)
    return Scores.of(
        mean * one,
        float(scores.information[at]) * growth,
        float(scores.decided[at]) * growth,
        float(scores.independent[at]) / growth,
        _kept(scores.raters, at, one),
        _kept(scores.prompts, at, one),
    )


def _kept(part: Part | None, at: int, one: FloatArray) -> Part | None:
    if part is None:
        return None
    added, freedom = part
    return float(added[at]) * one, float(freedom[at]) * one


def _first(growth: FloatArray, limit: FloatArray, mean: float) -> float | None:
    reached = np.flatnonzero(limit < mean)
    return float(growth[reached[0]]) if len(reached) else None


def _scarcer(scores: Scores, at: int) -> Short:
    """Return which clusters add more, or are fewer where none adds anything."""
    least = LEAST_ADDED * float(scores.independent[at])
    added = {
        kind: max(float(part[0][at]), least) / max(float(part[1][at]), 1e-9) ** 0.5
        for kind, part in _parts(scores).items()
    }
    return max(added, key=lambda kind: added[kind]) if added else Short.VOTES


def _parts(scores: Scores) -> dict[Short, Part]:
    both = ((Short.RATERS, scores.raters), (Short.PROMPTS, scores.prompts))
    return {kind: part for kind, part in both if part is not None}


def rounded(value: float, direction: np.ufunc) -> int:
    """Return a number, 1 at least, with one digit that is not zero, rounded in one direction."""
    if value < 1:
        return 1
    unit = 10.0 ** np.floor(np.log10(value))
    return int(direction(value / unit) * unit)
