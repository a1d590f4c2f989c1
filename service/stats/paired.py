"""Means of what was measured on units, such as prompts, and differences paired on the same ones."""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray
from service.stats.findings import StatsError
from service.stats.proportions import critical, critical_values

# With fewer units in common a difference has no interval: nothing can be claimed of it.
ENOUGH = 5
# Rounding of binary numbers is no spread.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Measured:
    """A mean over units; the interval is None where a single unit was measured."""

    value: float
    low: float | None
    high: float | None
    units: int


@dataclass(frozen=True)
class Gap:
    """How much more one item takes than another, on the units where both were measured.

    Attributes
    ----------
    units : int
        How many these are.
    first, second : float
        The two means over these units alone.
    value : float
        The mean of the differences, first minus second.
    low, high : float or None
        Its interval; None where there are fewer than `ENOUGH` units.
    told_apart : bool
        Whether it is not zero, with all pairs looked at together.
    """

    units: int
    first: float
    second: float
    value: float
    low: float | None
    high: float | None
    told_apart: bool


def mean(values: npt.ArrayLike, confidence: float = 0.95) -> Measured | None:
    """Return the mean of one item's values with its interval, None without any.

    Costs and latencies are positive and have long tails: the interval is made on the logarithmic
    scale, m exp(± t s / (m sqrt(n))), and so stays positive.

    Parameters
    ----------
    values : (N,) numbers
        One per unit, not negative; NaN where nothing was measured.
    confidence : float

    Raises
    ------
    StatsError
        A value is negative.
    """
    known = _known(values)
    if not len(known):
        return None
    if (known < 0).any():
        raise StatsError("costs and latencies are not negative")
    middle = float(known.mean())
    if len(known) == 1:
        return Measured(middle, None, None, 1)
    error = _error(known)
    if not middle:
        return Measured(0.0, 0.0, 0.0, len(known))
    reach = exp(min(critical(confidence, len(known) - 1) * error / middle, 50.0))
    return Measured(middle, middle / reach, middle * reach, len(known))


def gaps(
    first: npt.ArrayLike, others: npt.ArrayLike, *, pairs: int = 1, confidence: float = 0.95
) -> list[Gap | None]:
    r"""Return the paired difference of one item and each of others, None where no unit has both.

    With d the differences on the n units that have both: mean(d) ± t_{n-1} s_d / sqrt(n).
    `told_apart` allows for `pairs` comparisons made together (Bonferroni).

    Parameters
    ----------
    first : (N,) numbers
        One value per unit; NaN where nothing was measured.
    others : (K, N) numbers
        Values of other items on the same units.
    pairs : int
    confidence : float

    References
    ----------
    Student (1908), "The probable error of a mean", Biometrika 6(1).
    """
    one, two = (np.asarray(values, dtype=np.float64) for values in (first, others))
    if two.ndim != 2 or two.shape[1:] != one.shape:  # noqa: PLR2004 - items by units
        raise StatsError("all items need one value per unit")
    both = np.isfinite(one) & np.isfinite(two)
    units = both.sum(axis=1)
    number = np.maximum(units, 1)
    means = [np.where(both, values, 0.0).sum(axis=1) / number for values in (one, two)]
    apart = np.where(both, one - two, 0.0)
    value = apart.sum(axis=1) / number
    spread = np.sqrt(
        (np.where(both, apart - value[:, None], 0.0) ** 2).sum(axis=1) / np.maximum(units - 1, 1)
    )
    spread[spread <= _ROUNDING * np.abs(apart).max(axis=1, initial=0.0)] = 0.0
    error, freedom = spread / np.sqrt(number), np.maximum(units - 1, 1)
    reach = critical_values(confidence, freedom) * error
    together = critical_values(1 - (1 - confidence) / max(pairs, 1), freedom) * error
    return [_gap(*found) for found in zip(units, *means, value, reach, together, strict=True)]


def _gap(
    units: int, first: float, second: float, value: float, reach: float, together: float
) -> Gap | None:
    if not units:
        return None
    known = (int(units), float(first), float(second), float(value))
    if units < ENOUGH:
        return Gap(*known, None, None, told_apart=False)
    low, high = float(value - reach), float(value + reach)
    return Gap(*known, low, high, told_apart=bool(abs(value) > together))


def covariance(values: npt.ArrayLike) -> FloatArray:
    """Return how the means of all items vary together, (K, K), from their values (K, N).

    A long prompt is dear for everybody: on shared units means move together. An item without two
    units has no variance.
    """
    table = np.asarray(values, dtype=np.float64)
    known = np.isfinite(table)
    numbers = known.sum(axis=1)
    middles = np.divide(
        np.where(known, table, 0.0).sum(axis=1),
        numbers,
        out=np.zeros(len(table)),
        where=numbers > 0,
    )
    moved = np.where(known, table - middles[:, None], 0.0)
    weight = np.divide(1.0, numbers - 1.0, out=np.zeros(len(table)), where=numbers > 1)
    scale = np.sqrt(np.divide(weight, numbers, out=np.zeros(len(table)), where=numbers > 0))
    found: FloatArray = (moved * scale[:, None]) @ (moved * scale[:, None]).T
    return found


def _known(values: npt.ArrayLike) -> FloatArray:
    every = np.asarray(values, dtype=np.float64)
    return every[np.isfinite(every)]


def _error(values: FloatArray) -> float:
    """Return the standard error of a mean; what is the same everywhere has none."""
    spread = float(values.std(ddof=1))
    largest = float(np.abs(values).max())
    return 0.0 if spread <= _ROUNDING * largest else spread / sqrt(len(values))
