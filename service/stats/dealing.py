"""How often to deal each pair where the best item is looked for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, special

from service.stats.counts import FloatArray
from service.stats.findings import StatsError

EXPLORATION = 0.1
# Precision for the fit whose posterior is dealt by: differences of a nat are usual, of five
# are not. A weaker prior makes the first votes look decisive and costs a fifth more of them.
PRIOR = 1.0
DRAWS = 2000
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class DealingWeights:
    """The probability of each pair when all pairs are eligible.

    Attributes
    ----------
    items : tuple of str
    probability : (K, K) array
        Symmetric with a zero diagonal; the entries above the diagonal sum to 1. Every pair
        has at least `exploration` / (number of pairs).
    exploration : float
        The part of the dealing that is uniform.
    leading : (K,) array
        Chance of each item to be the best, by the posterior.
    seed : int
    """

    items: tuple[str, ...]
    probability: FloatArray
    exploration: float
    leading: FloatArray
    seed: int


def top_two_weights(
    items: tuple[str, ...],
    strengths: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    exploration: float = EXPLORATION,
    draws: int = DRAWS,
    seed: int = 0,
) -> DealingWeights:
    r"""Return weights that find the best item with few votes: leader against challenger.

    The leader i is drawn with its chance a_i to be best under N(strengths, covariance)
    (Thompson sampling), the challenger j with a weight proportional to the chance
    Phi((s_j - s_i) / sd(s_j - s_i)) that it beats the leader, so that

    .. math:: q_{ij} = a_i \frac{b_{ij}}{\sum_k b_{ik}} + a_j \frac{b_{ji}}{\sum_k b_{jk}}.

    Top-two Thompson sampling draws the challenger as the best of a second draw that is not i;
    b is that draw without the noise of counting, which is large where i is nearly certain. A
    part `exploration` is uniform: no pair is ever given up, so a wrong beginning can be
    mended, and each vote can be weighted by its probability.

    Parameters
    ----------
    items : tuple of str
    strengths, covariance : (K,) and (K, K) arrays
        A posterior: of a fit with prior `PRIOR`, so that items without votes are wide rather
        than unknown (`Fit.strengths` and `Fit.bread`).
    exploration : float
        In (0, 1].
    draws : int
        For the chances to be best.
    seed : int
        Of the draws.

    Raises
    ------
    StatsError
        Shapes differ, there are fewer than two items, or `exploration` lies outside.

    References
    ----------
    Russo (2020), "Simple Bayesian algorithms for best-arm identification", Operations Research
    68 (first in COLT 2016). Thompson (1933), Biometrika 25.
    """
    centre = np.asarray(strengths, dtype=np.float64)
    spread = np.asarray(covariance, dtype=np.float64)
    size = len(items)
    if centre.shape != (size,) or spread.shape != (size, size):
        raise StatsError("strengths and covariance must be about the items")
    if not 0 < exploration <= 1:
        raise StatsError("exploration must lie in (0, 1]: no pair may be given up")
    even = _uniform(size)
    leading = _chances_to_be_best(centre, spread, draws, seed)
    variances = np.diag(spread)[:, None] + np.diag(spread) - 2 * spread
    gaps = (centre - centre[:, None]) / np.sqrt(np.maximum(variances, LEAST_VARIANCE))
    beats = special.ndtr(np.maximum(gaps, -30.0))
    np.fill_diagonal(beats, 0.0)
    directed = leading[:, None] * beats / beats.sum(axis=1, keepdims=True)
    pairs = (1 - exploration) * (directed + directed.T) + exploration * even
    return DealingWeights(items, pairs, exploration, leading, seed)


def _uniform(size: int) -> FloatArray:
    if size < 2:  # noqa: PLR2004 - a pair takes two
        raise StatsError("a pair takes two items")
    return (1 - np.eye(size)) * 2 / (size * (size - 1))


def _chances_to_be_best(
    centre: FloatArray, spread: FloatArray, draws: int, seed: int
) -> FloatArray:
    values, axes = linalg.eigh(spread)
    root = axes * np.sqrt(np.maximum(values, 0.0))
    noise = np.random.default_rng(seed).standard_normal((draws, len(centre)))
    best = (centre + noise @ root.T).argmax(axis=1)
    counted: FloatArray = np.bincount(best, minlength=len(centre)) / draws
    return counted
