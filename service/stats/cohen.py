"""How far two raters agree beyond chance: Cohen's kappa, plain and weighted."""

from enum import StrEnum
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats.agreement import SMALL, Agreement, bounded, undefined
from service.stats.counts import FloatArray
from service.stats.findings import StatsError
from service.stats.proportions import Estimate, critical, wilson


class Weights(StrEnum):
    """How much a near miss counts in Cohen's kappa."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


def cohen_kappa(
    one: npt.ArrayLike,
    two: npt.ArrayLike,
    values: int,
    *,
    weights: Weights = Weights.NONE,
    confidence: float = 0.95,
) -> Agreement:
    """Return Cohen's (weighted) kappa of two raters who judged the same units.

    kappa = (sum w p - sum w e) / (1 - sum w e), e_ij = p_i. p_.j, w_ij = [i = j],
    1 - |i - j|/(C - 1) or 1 - ((i - j)/(C - 1))^2. The interval uses the large-sample variance
    (sum p_ij (w_ij - (w_i. + w_.j)(1 - kappa))^2 - (kappa - w_e (1 - kappa))^2)
    / (n (1 - w_e)^2), with w_i. and w_.j the mean weights of row i and column j.

    Parameters
    ----------
    one, two : (N,) integers
        Codes in 0..values - 1, unit by unit.
    values : int
        How many values there are.
    weights : Weights
        How much a near miss counts.
    confidence : float
        Of the interval.

    Raises
    ------
    StatsError
        Lengths differ or codes lie outside.

    References
    ----------
    Cohen (1960; weighted 1968); Fleiss, Cohen and Everitt (1969), "Large sample standard
    errors of kappa and weighted kappa", Psychological Bulletin 72.
    """
    a, b = np.asarray(one), np.asarray(two)
    joint = _joint(a, b, values)
    n = int(joint.sum())
    grid = np.abs(np.subtract.outer(np.arange(values), np.arange(values))) / max(values - 1, 1)
    weight = {
        Weights.NONE: np.eye(values),
        Weights.LINEAR: 1 - grid,
        Weights.QUADRATIC: 1 - grid**2,
    }[weights]
    p = joint / max(n, 1)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    chance = float(rows @ weight @ columns)
    agreed = float((p * weight).sum())
    observed = wilson(agreed * n, n, confidence)
    if n == 0 or chance > 1 - SMALL:
        return undefined(n, observed)
    kappa = (agreed - chance) / (1 - chance)
    mean = (weight @ columns)[:, None] + (rows @ weight)[None, :]
    spread = (p * (weight - mean * (1 - kappa)) ** 2).sum()
    spread -= (kappa - chance * (1 - kappa)) ** 2
    error = sqrt(max(float(spread), 0.0) / n) / (1 - chance)
    half = critical(confidence) * error
    interval = bounded(
        Estimate(kappa, kappa - half, kappa + half, confidence), observed, 1 / (1 - chance)
    )
    return Agreement(interval, observed, n, is_defined=True)


def _joint(one: npt.NDArray[Any], two: npt.NDArray[Any], values: int) -> FloatArray:
    if one.shape != two.shape or one.ndim != 1:
        raise StatsError("both raters must have judged the same units")
    if len(one) and (min(one.min(), two.min()) < 0 or max(one.max(), two.max()) >= values):
        raise StatsError(f"values must lie in 0..{values - 1}")
    flat = np.bincount(one.astype(np.int64) * values + two.astype(np.int64), minlength=values**2)
    return flat.reshape(values, values).astype(np.float64)
