"""Intervals that stay true however often one looks, and the verdicts that rest on them.

The boundary is the normal mixture of Robbins (1970): for a martingale S with variance V and any
eta > 0, P(some t: S_t^2 > (V_t + eta) log((V_t + eta) / (eta alpha^2))) <= alpha. With r = V / eta
it reads |S| <= sqrt(V) c(r), c(r)^2 = (1 + 1/r) log((1 + r) / alpha^2); it is tightest where
r = -W_{-1}(-alpha^2 / e) - 1. Two uses here (a pair by itself stands in `pair_sequence`):

* *A contrast of a fit* with standard error s: scores are a martingale with the information as
  its clock, whoever chose the pairs, so S/sqrt(V) is the estimate over s and r = tau^2 / s^2;
  tau is the size of difference that one expects (its prior standard deviation). The clock stops
  where the clusters are exhausted: thousand more votes of the same rater do not move it.
* *Few clusters*: s was estimated with f degrees of freedom. The t mixture (invariant under scale)
  gives c^2 = f (A - 1) / (1 - A/(1 + r)) with A = ((1 + r)/alpha^2)^(1/(f + 1)), infinite where
  A >= 1 + r; it tends to the above as f grows.

References
----------
Robbins (1970), "Statistical methods related to the law of the iterated logarithm", Annals of
Mathematical Statistics 41. Lai (1976), "On confidence sequences", Annals of
Statistics 4; Wang and Ramdas (2025), "Anytime-valid t-tests and confidence sequences for Gaussian
means with unknown variance", Sequential Analysis. Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
(2024), "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
Statistics 52. Scharfstein, Tsiatis and Robins (1997), Journal of the American Statistical
Association 92 (the clock of information).
"""

from math import inf

import numpy as np
import numpy.typing as npt
from scipy import special

from service.stats.counts import FloatArray
from service.stats.findings import StatsError

# The size of difference, in nats, for which contrasts are tightest.
USUAL_DIFFERENCE = 0.3


def tightest(alpha: float) -> float:
    """Return the ratio r = V / eta at which the boundary is tightest relative to sqrt(V)."""
    return float(-special.lambertw(-(alpha**2) / np.e, k=-1).real - 1)


def boundary(
    ratio: npt.ArrayLike, freedom: npt.ArrayLike = inf, *, alpha: float = 0.05
) -> FloatArray:
    """Return c: a standardised difference beyond c decides, at whatever look.

    Parameters
    ----------
    ratio : array_like
        r = V / eta, above 0: how far the clock has run.
    freedom : array_like
        Degrees of freedom of the standard error: effective clusters - 1, `inf` if known.
    alpha : float
        Two-sided error over all looks.

    Returns
    -------
    array
        Broadcast shape; `inf` where there are too few degrees of freedom to say anything.

    Raises
    ------
    StatsError
        `alpha` lies outside (0, 1).
    """
    if not 0 < alpha < 1:
        raise StatsError("alpha must lie between 0 and 1")
    r, f = np.broadcast_arrays(
        np.maximum(np.asarray(ratio, dtype=np.float64), 1e-12),
        np.maximum(np.asarray(freedom, dtype=np.float64), 1e-12),
    )
    log_ratio = np.log1p(r) - 2 * np.log(alpha)
    finite = np.where(np.isinf(f), 1e12, f)
    log_a = log_ratio / (finite + 1)
    room = -np.expm1(np.minimum(log_a - np.log1p(r), 0.0))
    with np.errstate(over="ignore", divide="ignore"):
        student = np.where(room > 0, finite * np.expm1(log_a) / np.maximum(room, 1e-300), inf)
    normal = (1 + 1 / r) * log_ratio
    return np.asarray(np.sqrt(np.where(np.isinf(f), normal, np.maximum(student, normal))))


def contrast_intervals(
    estimates: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    freedom: npt.ArrayLike = inf,
    *,
    alpha: float = 0.05,
    comparisons: int = 1,
    usual_difference: float = USUAL_DIFFERENCE,
) -> tuple[FloatArray, FloatArray]:
    """Return anytime-valid lower and upper ends for contrasts of a fit.

    Parameters
    ----------
    estimates, standard_errors : array_like
        Contrasts in nats and their (cluster-robust) standard errors, above 0.
    freedom : array_like
        Degrees of freedom of the standard errors.
    alpha : float
        Two-sided error over all looks and all contrasts.
    comparisons : int
        How many contrasts shall hold at once (Bonferroni).
    usual_difference : float
        tau: the size of difference for which the intervals are tightest. Fix it before looking.

    Returns
    -------
    lower, upper : arrays
        Infinite where too few clusters allow no claim.

    Raises
    ------
    StatsError
        Standard errors or tau are not above 0, or there is no comparison.
    """
    value = np.asarray(estimates, dtype=np.float64)
    error = np.asarray(standard_errors, dtype=np.float64)
    if (error <= 0).any() or usual_difference <= 0 or comparisons < 1:
        raise StatsError("standard errors, tau and comparisons must be above zero")
    ratio = (usual_difference / error) ** 2
    half = error * boundary(ratio, freedom, alpha=alpha / comparisons)
    return value - half, value + half
