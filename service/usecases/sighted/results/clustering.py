"""Carries what clustering did to intervals over to quick leaderboards, with its age."""

from dataclasses import replace
from typing import Any

import numpy as np

from service.stats.intervals import Intervals, quantile

# Below this many cells the clustered intervals cost milliseconds and are always computed.
CELLS_AT_ONCE = 20_000


def remember(intervals: Intervals, at: str) -> dict[str, Any]:
    """Return how much clustering widened each configuration's interval, and when."""
    size = len(intervals.fit.items)
    alone = np.sqrt(np.diag(intervals.independent)[:size])
    together = np.sqrt(np.maximum(np.diag(intervals.covariance)[:size], alone**2))
    factors = np.where(alone > 0, together / np.where(alone > 0, alone, 1.0), 1.0)
    return {
        "at": at,
        "method": str(intervals.method),
        "degrees": None if np.isinf(intervals.degrees) else intervals.degrees,
        "factors": dict(zip(intervals.fit.items, map(float, factors), strict=True)),
    }


def widen(intervals: Intervals, earlier: dict[str, Any]) -> Intervals:
    """Return intervals from counts alone, as wide as clustering made them when last looked at.

    With D the diagonal of the remembered factors the covariance becomes D V D; a
    configuration that is new since then gets the largest factor.
    """
    factors = earlier["factors"]
    most = max(factors.values(), default=1.0)
    scale = np.ones(len(intervals.covariance))
    scale[: len(intervals.fit.items)] = [factors.get(name, most) for name in intervals.fit.items]
    degrees = np.inf if earlier["degrees"] is None else float(earlier["degrees"])
    covariance = intervals.covariance * scale[:, None] * scale[None, :]
    errors = intervals.standard_errors * scale[: len(intervals.fit.items)]
    reach = quantile(intervals.level, degrees) * errors
    return replace(
        intervals,
        degrees=degrees,
        covariance=covariance,
        standard_errors=errors,
        low=intervals.fit.strengths - reach,
        high=intervals.fit.strengths + reach,
    )
