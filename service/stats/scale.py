"""The published scale: ratings from strengths, and win shares from differences."""

from math import log
from typing import overload

import numpy as np

from service.stats.counts import FloatArray

CENTRE = 1000.0
POINTS = 400 / log(10)  # rating points per natural-log unit: 173.7178


@overload
def rating(strength: float) -> float: ...
@overload
def rating(strength: FloatArray) -> FloatArray: ...
def rating(strength: float | FloatArray) -> float | FloatArray:
    """Return ratings: 1000 + 400/ln 10 × strength, so that 400 points are odds of ten to one."""
    return CENTRE + POINTS * strength


@overload
def strength(points: float) -> float: ...
@overload
def strength(points: FloatArray) -> FloatArray: ...
def strength(points: float | FloatArray) -> float | FloatArray:
    """Return strengths in natural-log units from ratings."""
    return (points - CENTRE) / POINTS


def win_share(gap: FloatArray | float) -> FloatArray:
    """Return the expected share of wins, ties half, at a difference of strengths."""
    share: FloatArray = 0.5 + np.tanh(np.asarray(gap, dtype=np.float64) / 2) / 2
    return share


def gap_of_share(share: FloatArray | float) -> FloatArray:
    """Return the difference of strengths at which the share of wins, ties half, is expected.

    Shares of 0 and 1 belong to no finite difference and give minus and plus infinity.
    """
    part = np.asarray(share, dtype=np.float64)
    with np.errstate(divide="ignore"):
        gap: FloatArray = np.log(part) - np.log1p(-part)
    return gap
