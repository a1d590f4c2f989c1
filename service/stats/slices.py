"""Ratings per tag: each slice leans on the whole as far as its own votes leave it unsure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
from scipy import optimize

from service.stats import covariance, likelihood
from service.stats.counts import BoolArray, ClusterCells, FloatArray, sum_by
from service.stats.covariance import residuals
from service.stats.findings import StatsError
from service.stats.fitting import Fit
from service.stats.intervals import Intervals
from service.stats.plain import plain
from service.stats.proportions import critical
from service.stats.tally import merge_clusters

LEAST_VOTES = 20
LEAST_PROMPTS = 5
SPREADS = (0.01, 3.0)  # nats between which the spread of slices is sought
PRIOR_SPREAD = 0.3  # nats: the usual spread, worth about one slice
ROUNDS = 30
SETTLED = 1e-6
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Slice:
    """The ratings of one tag.

    Attributes
    ----------
    tag : str
    votes, prompts : int
    strengths : (K,) array
        Natural-log units, on the scale of the whole.
    covariance : (K, K) array
        Of the strengths: what is said of a difference is asked of the difference.
    standard_errors, low, high : (K,) arrays
    deviation, deviation_error : (K,) arrays
        Strength here minus the one common to all slices, and its standard error given that.
    item_votes, item_prompts : (K,) arrays
        Votes on each item here, and prompts with any.
    is_enough : (K,) bool array
        False: not enough data here; the numbers are then mostly those of the whole.
    """

    tag: str
    votes: int
    prompts: int
    strengths: FloatArray
    covariance: FloatArray
    standard_errors: FloatArray
    low: FloatArray
    high: FloatArray
    deviation: FloatArray
    deviation_error: FloatArray
    item_votes: FloatArray
    item_prompts: FloatArray
    is_enough: BoolArray

    def contrast(self, weights: FloatArray) -> tuple[float, float]:
        """Return estimate and standard error of a weighted sum of strengths, weights (K,)."""
        variance = float(weights @ self.covariance @ weights)
        return float(weights @ self.strengths), max(variance, LEAST_VARIANCE) ** 0.5


@dataclass(frozen=True, eq=False)
class Slices:
    """All slices of a study.

    Attributes
    ----------
    items : tuple of str
    slices : tuple of Slice
    common : (K,) array
        The strengths that the slices scatter around, each slice counting by what it tells.
    spread : float
        Standard deviation, in nats, of an item's strength between slices.
    design_effect : float
        How much more the votes of one prompt hang together than independent votes; at least 1.
    level : float
        Nominal coverage of each interval.
    """

    items: tuple[str, ...]
    slices: tuple[Slice, ...]
    common: FloatArray
    spread: float
    design_effect: float
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Return the slices as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def rate_slices(
    whole: Intervals,
    slices: Mapping[str, ClusterCells],
    *,
    least_votes: int = LEAST_VOTES,
    least_prompts: int = LEAST_PROMPTS,
) -> Slices:
    r"""Return the strengths within each slice, partially pooled.

    The strengths of slice t are theta_t ~ N(mu, tau^2) per item around those common to all
    slices. Around the present theta_t its votes are a normal observation of information
    J_t = H_t / d and weighted score b_t; d is the design effect of prompts, pooled over slices:
    the trace of H^{-1} B over its rank, with B the sum over prompts of s s^T, at least 1. Then

    .. math:: W_t = J_t - J_t P_t^{-1} J_t, \quad P_t = J_t + I/\tau^2, \quad
              \hat\mu = \Big(\sum W_t\Big)^{+} \sum (b_t - J_t P_t^{-1} b_t), \quad
              \hat\theta_t = \hat\mu + P_t^{-1}(b_t - J_t \hat\mu),

    repeated until it settles; tau maximises the restricted likelihood of that observation times
    a gamma prior tau exp(-tau / 0.3), which keeps it off zero where slices are few. The
    covariance of theta_t is P_t^{-1} + S (sum W)^{+} S^T with S = P_t^{-1}/tau^2, the share taken
    from the others, plus what raters and prompts add to the covariance of the whole. Few votes
    thus give nearly the common rating, in an interval as wide as slices differ.

    Parameters
    ----------
    whole : Intervals
        Of all votes.
    slices : mapping of str to ClusterCells
        For each tag its votes, kept apart by prompt. A vote may be in several slices.
    least_votes, least_prompts : int
        An item with fewer in a slice has "not enough data" there.

    Raises
    ------
    StatsError
        A slice is not about the items of the whole.

    References
    ----------
    Breslow and Clayton (1993), "Approximate inference in generalized linear mixed models", Journal
    of the American Statistical Association 88; Chung, Rabe-Hesketh, Dorie, Gelman and Liu (2013),
    "A nondegenerate penalized likelihood estimator for variance parameters in multilevel models",
    Psychometrika 78; Ribatet, Cooley and Davison (2012), Statistica Sinica 22 (scaling a
    likelihood for dependence).
    """
    found = whole.fit
    if any(cells.items != found.items for cells in slices.values()):
        raise StatsError("a slice must be about the items of the whole")
    parts = [_Part(found, cells) for cells in slices.values()]
    voted = [part for part in parts if len(part.cells)]
    model = _Model(found.strengths, SPREADS[0], np.zeros((len(found.items),) * 2), 1.0)
    if voted:
        effect = _design_effect(voted, _settle(voted, 1.0))
        model = _settle(voted, effect)
    rated = tuple(
        _rate(tag, part, whole, model, (least_votes, least_prompts))
        for tag, part in zip(slices, parts, strict=True)
    )
    return Slices(found.items, rated, model.common, model.spread, model.effect, whole.level)


@dataclass(frozen=True, eq=False)
class _Model:
    """What all slices share: mu, tau, the covariance of mu, and the design effect."""

    common: FloatArray
    spread: float
    covariance: FloatArray
    effect: float


class _Part:
    """One slice's votes, seen as a normal observation around a guess of its strengths."""

    def __init__(self, found: Fit, cells: ClusterCells) -> None:
        kept = cells.without_both_bad() if found.both_bad == "drop" else cells
        self.found, self.cells, self.size = found, kept, len(found.items)
        self.rows = likelihood.sum_rows(merge_clusters(kept), position=found.position)
        self.guess = found.strengths.copy()
        self.look(1.0)

    def look(self, effect: float) -> None:
        """Take information and weighted score at the present guess."""
        place = self.found.parameters.copy()
        place[: self.size] = self.guess
        point = likelihood.moments(self.rows.differences(place), self.found.log_tie)
        slope = likelihood.score(self.rows, point)[: self.size] / effect
        self.weight = likelihood.information(self.rows, point)[: self.size, : self.size] / effect
        self.load = self.weight @ self.guess + slope
        self.inverse = np.linalg.pinv(self.weight, hermitian=True, rcond=1e-9)

    def move(self, common: FloatArray, spread: float) -> float:
        """Go to the best guess given what slices share; return the length of the step."""
        pull = np.linalg.inv(self.weight + np.eye(self.size) / spread**2)
        best = common + pull @ (self.load - self.weight @ common)
        step = best - best.mean() - self.guess
        length = float(np.abs(step).max())
        self.guess = self.guess + step / max(1.0, length)
        return length

    def scatter(self) -> FloatArray:
        """Return the sum over prompts of the outer product of their scores at the guess."""
        rest = residuals(self.found, self.cells)
        one, two = self.cells.first, self.cells.second
        moved = self.guess - self.found.strengths
        wins = rest.wins - (moved[one] - moved[two]) * rest.moments.variance
        groups, size = len(self.cells.clusters), self.size
        row = self.cells.cluster.astype(np.int64) * size
        load = self.cells.votes * wins
        table = sum_by(row + one, load, groups * size) - sum_by(row + two, load, groups * size)
        score = table.reshape(groups, size)
        number = covariance.count_clusters(self.cells)
        outer: FloatArray = score.T @ score * number / max(number - 1, 1)
        return outer


def _settle(parts: list[_Part], effect: float) -> _Model:
    """Alternate between the common part and the slices until nothing moves."""
    for _ in range(ROUNDS):
        for part in parts:
            part.look(effect)
        found = optimize.minimize_scalar(
            lambda log_spread: _share(parts, exp(log_spread))[0],
            bounds=(log(SPREADS[0]), log(SPREADS[1])),
            method="bounded",
            options={"xatol": 0.01},
        )
        spread = exp(float(found.x))
        _, common, covariance = _share(parts, spread)
        if max(part.move(common, spread) for part in parts) < SETTLED:
            break
    return _Model(common, spread, covariance, effect)


def _share(parts: list[_Part], spread: float) -> tuple[float, FloatArray, FloatArray]:
    """Return -2 log restricted likelihood (and prior) of a spread, mu, and its covariance."""
    size = parts[0].size
    total, load, loss = np.zeros((size, size)), np.zeros(size), 0.0
    pulls = [np.linalg.inv(part.weight + np.eye(size) / spread**2) for part in parts]
    for part, pull in zip(parts, pulls, strict=True):
        total += part.weight - part.weight @ pull @ part.weight
        load += part.load - part.weight @ pull @ part.load
        loss += float(np.linalg.slogdet(np.eye(size) + spread**2 * part.weight)[1])
    covariance = np.asarray(np.linalg.pinv(total, hermitian=True, rcond=1e-9), dtype=np.float64)
    common: FloatArray = covariance @ load
    for part, pull in zip(parts, pulls, strict=True):
        rest = part.load - part.weight @ common
        loss += float(rest @ (part.inverse - pull) @ rest)
    values = np.linalg.eigvalsh(total)
    loss += float(np.log(values[values > 1e-9 * values[-1]]).sum()) if size else 0.0
    return loss - 2 * (log(spread) - spread / PRIOR_SPREAD), common, covariance


def _design_effect(parts: list[_Part], model: _Model) -> float:
    """Return how much more the scores of prompts vary than those of independent votes."""
    observed, expected = 0.0, 0.0
    for part in parts:
        if covariance.count_clusters(part.cells) >= LEAST_PROMPTS:
            observed += float(np.trace(part.inverse @ part.scatter())) / model.effect
            expected += float(np.linalg.matrix_rank(part.weight, hermitian=True))
    return max(1.0, observed / expected) if expected else 1.0


def _rate(tag: str, part: _Part, whole: Intervals, model: _Model, least: tuple[int, int]) -> Slice:
    size = part.size
    part.look(model.effect)
    pull = np.linalg.inv(part.weight + np.eye(size) / model.spread**2)
    guess = model.common + pull @ (part.load - part.weight @ model.common)
    centred = np.eye(size) - 1 / max(size, 1)
    own = centred @ pull @ centred
    lean = pull / model.spread**2
    added = _positive((whole.covariance - whole.independent)[:size, :size])
    together = own + lean @ model.covariance @ lean.T + added
    errors = np.sqrt(np.maximum(np.diag(together), LEAST_VARIANCE))
    reach = critical(whole.level, whole.degrees) * errors
    strengths = centred @ guess
    votes, prompts = _support(part)
    return Slice(
        tag=tag,
        votes=int(part.cells.total),
        prompts=covariance.count_clusters(part.cells),
        strengths=strengths,
        covariance=together,
        standard_errors=errors,
        low=strengths - reach,
        high=strengths + reach,
        deviation=strengths - model.common,
        deviation_error=np.sqrt(np.maximum(np.diag(own), LEAST_VARIANCE)),
        item_votes=votes,
        item_prompts=prompts,
        is_enough=(votes >= least[0]) & (prompts >= least[1]),
    )


def _positive(matrix: FloatArray) -> FloatArray:
    """Return a symmetric matrix without what would take variance off: clusters only add."""
    values, axes = np.linalg.eigh(matrix)
    found: FloatArray = (axes * np.maximum(values, 0.0)) @ axes.T
    return found


def _support(part: _Part) -> tuple[FloatArray, FloatArray]:
    """Return each item's votes and prompts in the slice."""
    cells, size = part.cells, part.size
    votes = sum_by(cells.first, cells.votes, size) + sum_by(cells.second, cells.votes, size)
    seen = np.zeros((len(cells.clusters), size), dtype=bool)
    seen[cells.cluster, cells.first] = seen[cells.cluster, cells.second] = True
    return votes, seen.sum(axis=0).astype(np.float64)
