"""Proportions with intervals that keep their promise when counts are small, and exact tests."""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from service.stats.counts import FloatArray
from service.stats.findings import StatsError
from service.stats.plain import plain


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; the interval always holds it and is never empty.

    Attributes
    ----------
    value, lower, upper : float
        The estimate and the ends of its two-sided interval.
    confidence : float
        What the interval promises.
    """

    value: float
    lower: float
    upper: float
    confidence: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def critical(confidence: float, freedom: float = inf) -> float:
    """Return the two-sided critical value of Student's t (normal when `freedom` is infinite).

    Raises
    ------
    StatsError
        `confidence` lies outside (0, 1).
    """
    if not 0 < confidence < 1:
        raise StatsError("confidence must lie between 0 and 1")
    if np.isinf(freedom):
        return float(special.ndtri((1 + confidence) / 2))
    return float(special.stdtrit(freedom, (1 + confidence) / 2))


def critical_values(confidence: float, freedom: npt.ArrayLike) -> FloatArray:
    """Return the critical values of Student's t for many degrees of freedom, which are finite."""
    return np.asarray(special.stdtrit(freedom, (1 + confidence) / 2), dtype=np.float64)


def wilson(
    successes: float, trials: float, confidence: float = 0.95, freedom: float = inf
) -> Estimate:
    """Return a proportion with Wilson's score interval.

    The ends solve |p - x/n| = z sqrt(p (1 - p) / n). Without trials the value is one half and
    the interval [0, 1].

    Parameters
    ----------
    successes, trials : float
        May be fractional: effective numbers after a correction for clusters.
    confidence : float
        Two-sided.
    freedom : float
        Degrees of freedom where the variance was estimated; normal by default.

    References
    ----------
    Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22.
    """
    z = critical(confidence, freedom)
    if trials <= 0:
        return Estimate(0.5, 0.0, 1.0, confidence)
    successes, trials = float(successes), float(trials)
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return Estimate(
        share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)), confidence
    )


def difference(
    successes: tuple[float, float], trials: tuple[float, float], confidence: float = 0.95
) -> Estimate:
    """Return the difference of two independent proportions with Newcombe's hybrid interval.

    With Wilson's ends l, u for each, lower = d - sqrt((p1 - l1)^2 + (u2 - p2)^2) and
    upper = d + sqrt((u1 - p1)^2 + (p2 - l2)^2).

    References
    ----------
    Newcombe (1998), "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17, method 10.
    """
    one, two = (
        wilson(x, n, confidence) if n > 0 else Estimate(0.5, 0.0, 1.0, confidence)
        for x, n in zip(successes, trials, strict=True)
    )
    value = one.value - two.value
    return Estimate(
        value,
        max(-1.0, value - sqrt((one.value - one.lower) ** 2 + (two.upper - two.value) ** 2)),
        min(1.0, value + sqrt((one.upper - one.value) ** 2 + (two.value - two.lower) ** 2)),
        confidence,
    )


def sign_test(wins: npt.ArrayLike, losses: npt.ArrayLike) -> FloatArray:
    """Return exact two-sided p-values of "wins and losses are equally likely", elementwise.

    p = min(1, 2 P(X <= min(wins, losses))) with X binomial(wins + losses, 1/2); 1 without data.
    """
    more, less = np.maximum(wins, losses), np.minimum(wins, losses)
    p = np.minimum(1.0, 2 * stats.binom.cdf(less, more + less, 0.5))
    return np.asarray(p, dtype=np.float64)


def exceeds(successes: npt.ArrayLike, trials: npt.ArrayLike, share: float) -> FloatArray:
    """Return exact one-sided p-values of "the share is no more than this", elementwise."""
    p = stats.binom.sf(np.asarray(successes) - 1, trials, share)
    return np.asarray(p, dtype=np.float64)


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values adjusted by Holm's step-down method for a family of tests.

    References
    ----------
    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)) if len(p) else p
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted
