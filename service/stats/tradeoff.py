"""Quality against cost: who lies on the frontier, and how surely, where both are uncertain."""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import numpy.typing as npt
from scipy import linalg

from service.stats.counts import BoolArray, FloatArray
from service.stats.findings import StatsError

DRAWS = 4000


@dataclass(frozen=True, eq=False)
class Frontier:
    """Who is not dominated.

    Attributes
    ----------
    is_on : (K,) bool
        By the estimates: nobody is at least as good and as cheap, and better in one.
    chance : (K,) numbers
        Probability of the same under the uncertainty of strengths and costs; NaN where the cost
        is unknown.
    """

    is_on: BoolArray
    chance: FloatArray


def find_frontier(
    strengths: npt.ArrayLike,
    covariance: npt.ArrayLike,
    costs: npt.ArrayLike,
    *,
    cost_covariance: npt.ArrayLike | None = None,
    freedom: float = inf,
    draws: int = DRAWS,
    seed: int = 0,
) -> Frontier:
    r"""Return who lies on the frontier of quality against cost, and how surely.

    j dominates i where cost_j <= cost_i and strength_j >= strength_i, one of them strictly. The
    chance is the share of joint draws, strengths ~ N (or t) and costs ~ N with their
    covariances, in which nobody dominates i.

    Parameters
    ----------
    strengths, covariance : (K,) and (K, K) arrays
        In nats, of a fit whose items are all linked.
    costs : (K,) numbers
        In one unit, for example per 1,000 calls; NaN where unknown, never 0 for unknown.
    cost_covariance : (K, K) array, optional
        Of the costs.
    freedom : float
        Of the covariance of strengths.
    draws, seed : int

    Raises
    ------
    StatsError
        Shapes differ, or a cost is negative.

    References
    ----------
    Fieldsend and Everson (2005), "Multi-objective optimisation in the presence of uncertainty",
    IEEE Congress on Evolutionary Computation (probability of non-dominance).
    """
    theta, cov = np.asarray(strengths, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    price = np.asarray(costs, dtype=np.float64)
    size = len(theta)
    given = np.zeros((size, size)) if cost_covariance is None else cost_covariance
    spread = np.asarray(given, dtype=np.float64)
    if price.shape != theta.shape or not cov.shape == spread.shape == (size, size):
        raise StatsError("strengths, covariances and costs must be about the same items")
    if (price < 0).any():
        raise StatsError("costs are not negative")
    if not size:
        return Frontier(np.zeros(0, dtype=bool), np.zeros(0))
    rng = np.random.default_rng(seed)
    noise = _normal(rng, cov, draws)
    if isfinite(freedom):
        noise /= np.sqrt(rng.chisquare(freedom, (draws, 1)) / freedom)
    known = np.isfinite(price)
    drawn = np.maximum(price + _normal(rng, spread, draws), 0.0)
    chance: FloatArray = _on_frontier(theta + noise, drawn).mean(axis=0)
    return Frontier(_on_frontier(theta[None], price[None])[0], np.where(known, chance, np.nan))


def _normal(rng: np.random.Generator, cov: FloatArray, draws: int) -> FloatArray:
    values, axes = linalg.eigh(cov)
    scale = axes * np.sqrt(np.maximum(values, 0))
    drawn: FloatArray = rng.standard_normal((draws, len(cov))) @ scale.T
    return drawn


def _on_frontier(theta: FloatArray, price: FloatArray) -> BoolArray:
    """Return, for rows of draws, who is not dominated; without a cost nobody is on it."""
    order = np.lexsort((-theta, price), axis=-1)
    ranked = np.take_along_axis(theta, order, axis=-1)
    cost = np.take_along_axis(price, order, axis=-1)
    before = np.maximum.accumulate(ranked, axis=-1)
    alone = np.ones_like(ranked, dtype=bool)
    alone[:, 1:] = ranked[:, 1:] > before[:, :-1]
    # Of equals in both, neither dominates the other.
    for place in range(1, ranked.shape[1]):
        twin = (ranked[:, place] == ranked[:, place - 1]) & (cost[:, place] == cost[:, place - 1])
        alone[:, place] |= twin & alone[:, place - 1]
    found = np.zeros_like(alone)
    np.put_along_axis(found, order, alone & np.isfinite(cost), axis=-1)
    return found
