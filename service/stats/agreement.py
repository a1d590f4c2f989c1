"""How far raters agree beyond chance: Krippendorff's alpha and Cohen's kappa."""

from dataclasses import dataclass
from enum import StrEnum
from math import nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.plain import plain
from service.stats.proportions import Estimate, critical, wilson

SMALL = 1e-9


class Scale(StrEnum):
    """How far two values are apart: any difference alike, by rank, or by value."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True)
class Agreement:
    """Agreement beyond chance with its interval.

    Attributes
    ----------
    coefficient : Estimate
        1 is perfect, 0 what chance would give. Where nothing varies (everybody always gave
        the same value) it is not defined: then it is 0 with the interval [-1, 1].
    observed : Estimate
        The plain share of agreeing pairs of values (for weights: the weighted share).
    units : int
        Units (matchups) judged by at least two raters.
    is_defined : bool
        False where no unit was judged twice or nothing varies.
    findings : tuple of Finding
    """

    coefficient: Estimate
    observed: Estimate
    units: int
    is_defined: bool
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the agreement as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def tabulate(unit: npt.ArrayLike, value: npt.ArrayLike, values: int) -> FloatArray:
    """Return the (units, values) table of how often each unit got each value.

    Parameters
    ----------
    unit, value : (N,) integers
        One entry per judgement; units may be numbered with gaps, which vanish.
    values : int
        How many values there are; codes lie in 0..values - 1.

    Raises
    ------
    StatsError
        Lengths differ or codes lie outside.
    """
    units, codes = np.asarray(unit), np.asarray(value)
    if units.shape != codes.shape or units.ndim != 1:
        raise StatsError("unit and value must be one-dimensional and of the same length")
    if len(codes) and (codes.min() < 0 or codes.max() >= values):
        raise StatsError(f"value must lie in 0..{values - 1}")
    names, index = np.unique(units, return_inverse=True)
    flat = np.bincount(
        index.astype(np.int64) * values + codes.astype(np.int64), minlength=len(names) * values
    )
    return flat.reshape(len(names), values).astype(np.float64)


def krippendorff_alpha(
    table: npt.ArrayLike, scale: Scale = Scale.NOMINAL, *, confidence: float = 0.95
) -> Agreement:
    """Return Krippendorff's alpha of a units x values table; units judged once are left out.

    alpha = 1 - D_o / D_e with the coincidences o_cd = sum_u n_uc (n_ud - [c = d]) / (m_u - 1),
    D_o = sum o_cd d_cd / n and D_e = sum n_c n_d d_cd / (n (n - 1)). d is 0/1 (nominal), the
    squared difference of codes (interval), or (sum of n_g from c to d, ends half)^2 (ordinal).
    The interval is the jackknife over units with Student's t, since the values of one unit
    hang together; where it has no width, Wilson's interval of the observed agreement, carried
    over with the chance agreement held, takes its place.

    Parameters
    ----------
    table : (U, C) array
        How often each unit got each value, as `tabulate` gives it.
    scale : Scale
        The distance of values.
    confidence : float
        Of the interval.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; Hayes and Krippendorff
    (2007), Communication Methods and Measures 1.
    """
    rows, times = _kinds(table)
    per_unit = rows[:, :, None] * rows[:, None, :]
    diagonal = np.arange(rows.shape[1])
    per_unit[:, diagonal, diagonal] -= rows
    per_unit /= np.maximum(rows.sum(axis=1) - 1, 1)[:, None, None]
    whole = np.tensordot(times, per_unit, axes=1)
    value = _alpha(whole, scale)
    without = np.array([_alpha(whole - one, scale) for one in per_unit])
    agreed = float(np.trace(whole) / max(whole.sum(), 1)) * times.sum()
    observed = wilson(agreed, times.sum(), confidence)
    return _jackknifed(value, without, times, observed, _slope(times @ rows))


def undefined(units: int, observed: Estimate) -> Agreement:
    """Return what can be said where chance alone explains everything, or nothing was judged."""
    findings = () if units else (Finding(Code.NO_VOTES, "Nothing was judged twice."),)
    nothing = Estimate(0.0, -1.0, 1.0, observed.confidence)
    return Agreement(nothing, observed, units, is_defined=False, findings=findings)


def bounded(interval: Estimate, observed: Estimate, slope: float) -> Estimate:
    """Clip to [-1, 1]; where there is no width, carry over that of the observed agreement.

    Parameters
    ----------
    interval : Estimate
        Of the coefficient.
    observed : Estimate
        Of the plain agreement.
    slope : float
        Change of the coefficient with the observed agreement: 1 / (1 - chance).
    """
    value, lower, upper = interval.value, interval.lower, interval.upper
    if upper - lower < SMALL:
        lower = value - slope * (observed.value - observed.lower)
        upper = value + slope * (observed.upper - observed.value)
    return Estimate(value, max(-1.0, lower), min(1.0, upper), interval.confidence)


def _kinds(table: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the distinct rows judged at least twice, and how often each occurs."""
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or (counts < 0).any() or not np.isfinite(counts).all():  # noqa: PLR2004
        raise StatsError("a table of counts has two dimensions and no negative entry")
    judged = counts[counts.sum(axis=1) >= 2]  # noqa: PLR2004 - agreement takes two
    rows, times = np.unique(judged, axis=0, return_counts=True)
    return rows, times.astype(np.float64)


def _alpha(coincidences: FloatArray, scale: Scale) -> float:
    marginal = coincidences.sum(axis=1)
    total = float(marginal.sum())
    distance = _distance(marginal, scale)
    expected = float(marginal @ distance @ marginal)
    if total <= 1 or expected <= 0:
        return nan
    return 1 - (total - 1) * float((coincidences * distance).sum() / expected)


def _distance(marginal: FloatArray, scale: Scale) -> FloatArray:
    size = len(marginal)
    if scale is Scale.NOMINAL:
        return 1 - np.eye(size)
    if scale is Scale.INTERVAL:
        return np.subtract.outer(np.arange(size), np.arange(size)).astype(np.float64) ** 2
    middle = np.cumsum(marginal) - marginal / 2
    return np.asarray(np.subtract.outer(middle, middle) ** 2, dtype=np.float64)


def _chance(marginal: FloatArray) -> float:
    return float(((marginal / max(marginal.sum(), 1)) ** 2).sum())


def _slope(marginal: FloatArray) -> float:
    return 1 / max(1 - _chance(marginal), SMALL)


def _jackknifed(
    value: float, without: FloatArray, times: FloatArray, observed: Estimate, slope: float
) -> Agreement:
    """Put Student's interval around a value from those that leave each unit out once."""
    units = int(times.sum())
    if not np.isfinite(value):
        return undefined(units, observed)
    kept = np.isfinite(without)
    number = float(times[kept].sum())
    value, half = float(value), 0.0
    if number > 1:
        mean = np.average(without[kept], weights=times[kept])
        spread = float(times[kept] @ (without[kept] - mean) ** 2)
        half = critical(observed.confidence, number - 1) * sqrt((number - 1) / number * spread)
    interval = Estimate(value, value - half, value + half, observed.confidence)
    return Agreement(bounded(interval, observed, slope), observed, units, is_defined=True)


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
