"""Quality against cost: the frontier under uncertainty, and when a change has paid for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg

from service.stats.counts import BoolArray, FloatArray
from service.stats.findings import StatsError
from service.stats.plain import plain
from service.stats.proportions import critical

DRAWS = 4000
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True)
class Placed:
    """One item between cost and quality.

    Attributes
    ----------
    item : str
    cost : float or None
        As given; None where unknown, and then nothing is claimed about it.
    strength : float
    is_on_frontier : bool
        By the estimates: nobody is at least as good and as cheap, and better in one.
    p_frontier : float or None
        Probability of the same under the uncertainty of strengths and costs.
    dominated_by : tuple of str
        Items that are surely better (all such statements hold at once) and cost no more.
    is_within_noise : bool
        Whether it may be as good as the best, or is worse by less than the margin.
    """

    item: str
    cost: float | None
    strength: float
    is_on_frontier: bool
    p_frontier: float | None
    dominated_by: tuple[str, ...]
    is_within_noise: bool


@dataclass(frozen=True)
class Tradeoff:
    """All items between cost and quality.

    Attributes
    ----------
    placed : tuple of Placed
        In the order of the items.
    best : str or None
        The strongest.
    cheapest_within_noise : str or None
        The cheapest of those that may be as good as the best; None where no cost is known.
    confidence : float
        Of all differences at once (Bonferroni).
    margin : float
        In nats.
    seed : int
    """

    placed: tuple[Placed, ...]
    best: str | None
    cheapest_within_noise: str | None
    confidence: float
    margin: float
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the trade-off as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def weigh(
    items: Sequence[str],
    strengths: npt.ArrayLike,
    covariance: npt.ArrayLike,
    costs: npt.ArrayLike,
    *,
    cost_errors: npt.ArrayLike | None = None,
    freedom: float = inf,
    confidence: float = 0.95,
    margin: float = 0.0,
    draws: int = DRAWS,
    seed: int = 0,
) -> Tradeoff:
    r"""Return who lies on the frontier of quality against cost, and how surely.

    j dominates i where cost_j <= cost_i and strength_j >= strength_i, one of them strictly.
    P(on the frontier) is the share of joint draws, strengths ~ N (or t) with the covariance and
    costs ~ N with their standard errors, in which nobody dominates i. "Surely" means that the
    interval of the difference lies above 0, for all pairs at once. "Within noise of the best":
    the interval of (best - i) reaches down to the margin.

    Parameters
    ----------
    items : sequence of str
    strengths, covariance : (K,) and (K, K) arrays
        In nats, of a fit whose items are all linked.
    costs : (K,) numbers
        In one unit, for example per 1,000 calls; NaN where unknown, never 0 for unknown.
    cost_errors : (K,) numbers, optional
        Standard errors of the costs.
    freedom : float
        Of the covariance.
    confidence : float
    margin : float
        How much worse, in nats, is still good enough.
    draws, seed : int

    Raises
    ------
    StatsError
        Shapes differ, a cost or the margin is negative.

    References
    ----------
    Fieldsend and Everson (2005), "Multi-objective optimisation in the presence of uncertainty",
    IEEE Congress on Evolutionary Computation (probability of non-dominance).
    """
    theta, cov = np.asarray(strengths, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    price = np.asarray(costs, dtype=np.float64)
    size = len(items)
    error = np.zeros(size) if cost_errors is None else np.asarray(cost_errors, dtype=np.float64)
    if not (theta.shape == price.shape == error.shape == (size,) and cov.shape == (size, size)):
        raise StatsError("strengths, covariance and costs must be about the items")
    if (price < 0).any() or (error < 0).any() or margin < 0:
        raise StatsError("costs, their errors and the margin are not negative")
    if not size:
        return Tradeoff((), None, None, confidence, margin, seed)
    known = np.isfinite(price)
    chance = _chances(theta, cov, price, np.nan_to_num(error), freedom, draws, seed)
    front = _on_frontier(theta[None], price[None])[0]
    half = _half_widths(cov, freedom, confidence)
    gap = theta - theta[:, None]  # how much better the column is than the row
    surely = (gap - half > 0) & (price <= price[:, None])
    best = int(theta.argmax())
    near = theta[best] - theta - half[best] <= margin
    near[best] = True
    cheapest = np.flatnonzero(near & known)
    return Tradeoff(
        placed=tuple(
            Placed(
                item=items[index],
                cost=float(price[index]) if known[index] else None,
                strength=float(theta[index]),
                is_on_frontier=bool(front[index]),
                p_frontier=float(chance[index]) if known[index] else None,
                dominated_by=tuple(items[int(other)] for other in np.flatnonzero(surely[index])),
                is_within_noise=bool(near[index]),
            )
            for index in range(size)
        ),
        best=items[best],
        cheapest_within_noise=(
            items[int(cheapest[np.lexsort((-theta[cheapest], price[cheapest]))[0]])]
            if len(cheapest)
            else None
        ),
        confidence=confidence,
        margin=margin,
        seed=seed,
    )


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


def _chances(
    theta: FloatArray,
    cov: FloatArray,
    price: FloatArray,
    error: FloatArray,
    freedom: float,
    draws: int,
    seed: int,
) -> FloatArray:
    rng = np.random.default_rng(seed)
    values, axes = linalg.eigh(cov)
    noise = rng.standard_normal((draws, len(theta))) @ (axes * np.sqrt(np.maximum(values, 0))).T
    if isfinite(freedom):
        noise /= np.sqrt(rng.chisquare(freedom, (draws, 1)) / freedom)
    cost = np.maximum(price + error * rng.standard_normal((draws, len(theta))), 0.0)
    share: FloatArray = _on_frontier(theta + noise, cost).mean(axis=0)
    return share


def _half_widths(cov: FloatArray, freedom: float, confidence: float) -> FloatArray:
    size = len(cov)
    pairs = max(size * (size - 1) // 2, 1)
    variances = np.diag(cov)[:, None] + np.diag(cov) - 2 * cov
    reach = critical(1 - (1 - confidence) / pairs, freedom)
    return np.asarray(reach * np.sqrt(np.maximum(variances, LEAST_VARIANCE)))


@dataclass(frozen=True)
class BreakEven:
    """When a cheaper or dearer way has paid for its introduction.

    Attributes
    ----------
    calls : float or None
        Number of calls after which the saving per call equals the outlay; None for never.
    months : float or None
        Months at the volume given, with the monthly costs; None for never.
    saving_per_month : float
        At that volume; may be negative.
    """

    calls: float | None
    months: float | None
    saving_per_month: float

    def to_dict(self) -> dict[str, Any]:
        """Return the break-even as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def break_even(
    outlay: float,
    cost_now: float,
    cost_then: float,
    calls_per_month: float,
    *,
    monthly: float = 0.0,
) -> BreakEven:
    r"""Return when another item has paid for its introduction.

    .. math:: N^* = \frac{U}{c_0 - c_1}, \qquad m = \frac{U}{v (c_0 - c_1) - F}.

    Parameters
    ----------
    outlay : float
        U: training, labelling, evaluation; once.
    cost_now, cost_then : float
        c_0 and c_1 per call.
    calls_per_month : float
        v.
    monthly : float
        F: what the other item costs per month whatever the volume, for example hosting, more
        than the present one.

    Raises
    ------
    StatsError
        Outlay, costs or volume are negative or not finite.
    """
    numbers = (outlay, cost_now, cost_then, calls_per_month)
    if min(numbers) < 0 or not all(map(isfinite, (*numbers, monthly))):
        raise StatsError("outlay, costs and volume are finite and not negative")
    per_call = cost_now - cost_then
    saving = calls_per_month * per_call - monthly
    return BreakEven(
        calls=outlay / per_call if per_call > 0 else None,
        months=outlay / saving if saving > 0 else None,
        saving_per_month=saving,
    )


def price_of_quality(
    cost: float, other_cost: float, share: float, *, calls: float = 1000.0
) -> float | None:
    """Return what one more percentage point of preference costs, per so many calls.

    Parameters
    ----------
    cost, other_cost : float
        Per call, of the better item and of the other.
    share : float
        Expected share of the votes (ties half) of the better item; above 1/2.
    calls : float

    Returns
    -------
    float or None
        None where the first is not preferred; negative where it is even cheaper.
    """
    points = (share - 0.5) * 100
    return (cost - other_cost) * calls / points if points > 0 else None
