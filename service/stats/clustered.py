"""Figures that are functions of sums, with intervals that leave out one cluster at a time.

Agreement, kappa, differences of shares and correlations are all functions of a few sums. Summed by
cluster (prompt) once, leaving a cluster out is a subtraction, for all clusters at once.
"""

from collections.abc import Callable
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray
from service.stats.findings import StatsError
from service.stats.proportions import Estimate, critical, wilson

# Below this a spread is rounding only.
_NOTHING = 1e-12


def sum_columns(cluster: npt.ArrayLike, *columns: npt.ArrayLike) -> FloatArray:
    """Return the (G, Q) sums of Q columns by cluster; clusters may be numbered with gaps.

    Raises
    ------
    StatsError
        A column is not as long as `cluster`.
    """
    code = np.asarray(cluster)
    names, index = np.unique(code, return_inverse=True)
    values = [np.asarray(column, dtype=np.float64) for column in columns]
    if code.ndim != 1 or any(column.shape != code.shape for column in values):
        raise StatsError("every column needs one entry per entry of cluster")
    return np.stack([np.bincount(index, column, minlength=len(names)) for column in values], axis=1)


def count_worth(sums: FloatArray, size: int = 0) -> float:
    """Return how many equal clusters would be worth these, by the sizes in column `size`."""
    sizes = np.abs(sums[:, size])
    squares = float(sizes @ sizes)
    return float(sizes.sum()) ** 2 / squares if squares else 0.0


def estimate(
    sums: FloatArray,
    statistic: Callable[[FloatArray], FloatArray],
    *,
    size: int = 0,
    bounds: tuple[float, float] = (-inf, inf),
    confidence: float = 0.95,
) -> Estimate | None:
    r"""Return a statistic of the total sums with the interval of the jackknife over clusters.

    .. math:: V = \frac{G - 1}{G} \sum_g (s_{(g)} - \bar s)^2

    with :math:`s_{(g)}` the statistic without cluster g, and Student's t on the number of equal
    clusters that would be worth these, less one. None where fewer than two clusters are there,
    the statistic is not defined, or it is the same whichever cluster is left out: then nothing is
    known of its spread, and no interval of zero width is made up.

    Parameters
    ----------
    sums : (G, Q) array
        As from `sum_columns`.
    statistic : function of a (..., Q) array
        Takes sums, gives one number for each; NaN where it is not defined.
    size : int
        The column that says how large a cluster is.
    bounds : (low, high)
        Within which the interval is kept.
    confidence : float

    References
    ----------
    Efron and Stein (1981), "The jackknife estimate of variance", Annals of Statistics 9.
    """
    kept = sums[np.abs(sums).sum(axis=1) > 0]
    groups = len(kept)
    if groups < 2:  # noqa: PLR2004 - nothing would be left without the only one
        return None
    total = kept.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, without = float(statistic(total)), statistic(total - kept)
    if not np.isfinite(value):
        return None
    without = np.where(np.isfinite(without), without, value)
    spread = float(((without - without.mean()) ** 2).sum()) * (groups - 1) / groups
    if spread <= _NOTHING:
        return None
    freedom = max(count_worth(kept, size) - 1, 1.0)
    half = critical(confidence, freedom) * sqrt(spread)
    low, high = max(value - half, bounds[0]), min(value + half, bounds[1])
    return Estimate(value, min(low, value), max(high, value), confidence)


def share(
    part: npt.ArrayLike, whole: npt.ArrayLike, cluster: npt.ArrayLike, confidence: float = 0.95
) -> Estimate:
    """Return a share of units with an interval that allows for clusters of them.

    Wilson's interval of as many independent units as would be as sure (their number over the
    design effect, at least 1), with Student's t. Where all units say the same, clusters count as
    one unit each. Without units one half and [0, 1].

    References
    ----------
    Wilson (1927), JASA 22; Rao and Scott (1992), Biometrics 48.
    """
    sums = sum_columns(cluster, whole, part)
    units, good = (float(value) for value in sums.sum(axis=0))
    if units <= 0:
        return wilson(0, 0, confidence)
    value = good / units
    alone = value * (1 - value) / units
    found = estimate(sums, lambda at: at[..., 1] / at[..., 0], confidence=confidence)
    worth = count_worth(sums)
    if found is None or alone <= _NOTHING:
        return wilson(value * worth, worth, confidence)
    error = (found.upper - found.lower) / 2 / critical(confidence, max(worth - 1, 1.0))
    effective = units / max(1.0, error**2 / alone)
    return wilson(value * effective, effective, confidence, max(worth - 1, 1.0))
