"""How ratings were made, and how much clusters of votes widened their intervals."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clustering:
    """How much clusters of votes widened each interval.

    `shifts` tells by how much, on the natural-log scale, each strength moved because no rater
    counts for more than 1.5 times the mean; empty where nobody would have. `within` holds the width
    of each interval for these raters over that for raters in general; empty where it is the same.
    """

    method: str
    degrees: float | None
    factors: Mapping[str, float]
    shifts: Mapping[str, float] = field(default_factory=dict)
    within: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """How ratings were made: with what, for whoever recomputes them."""

    model: str
    prior: str
    level: float
    intervals: str
    seed: int
    evenhand: str
