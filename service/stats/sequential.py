"""The boundary that stays true however often one looks.

The boundary is the normal mixture of Robbins (1970): for a martingale S with variance V and any
eta > 0, P(some t: S_t^2 > (V_t + eta) log((V_t + eta) / (eta alpha^2))) <= alpha. With r = V / eta
it reads |S| <= sqrt(V) c(r), c(r)^2 = (1 + 1/r) log((1 + r) / alpha^2); it is tightest where
r = -W_{-1}(-alpha^2 / e) - 1. With few clusters the variance was estimated with f degrees of
freedom; the t mixture (invariant under scale) then gives c^2 = f (A - 1) / (1 - A/(1 + r)) with
A = ((1 + r)/alpha^2)^(1/(f + 1)), infinite where A >= 1 + r; it tends to the above as f grows.
`ahead` says what is measured against it.

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
