"""Differences between items, rank sets, chances to be best, and who cannot be told apart.

The critical value for all differences at once is the largest studentised one among draws.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cholesky, eigh
from scipy.special import ndtr, stdtr

from service.stats.counts import BoolArray, FloatArray, IntArray
from service.stats.intervals import Intervals, quantile
from service.stats.plain import plain

Noise = npt.NDArray[np.float32]
DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Ranking:
    """What the intervals say about order; items are compared within their component only.

    Attributes
    ----------
    intervals : Intervals
    critical : float
        Factor on the standard error of a difference, for all differences at once.
    rank : (K,) integer array
        By strength, 1 is the best of the component.
    rank_low, rank_high : (K,) integer arrays
        Rank sets that hold for all items at once at the level of the intervals.
    p_best : (K,) array
        Chance to be the best of the component.
    tier : (K,) integer array
        0 is the top. No two items of one tier can be told apart; items of neighbouring
        tiers may still be close.
    seed, draws : int
        What `critical` and `p_best` were drawn with.
    """

    intervals: Intervals
    critical: float
    rank: IntArray
    rank_low: IntArray
    rank_high: IntArray
    p_best: FloatArray
    tier: IntArray
    seed: int
    draws: int

    @cached_property
    def gaps(self) -> FloatArray:
        """Differences of strengths, row minus column, as a (K, K) array."""
        strengths = self.intervals.fit.strengths
        return strengths[:, None] - strengths

    @cached_property
    def gap_errors(self) -> FloatArray:
        """Standard errors of the differences; zero on the diagonal only."""
        return gap_errors(self.intervals)

    @cached_property
    def told_apart(self) -> BoolArray:
        """Which items differ, all statements holding at once; never between components."""
        return _told_apart(self.gaps, self.gap_errors, self.critical, self.intervals)

    @cached_property
    def p_beats(self) -> FloatArray:
        """Chance that the item of the row is stronger than that of the column; 1/2 for itself."""
        errors = self.gap_errors + np.eye(len(self.gap_errors))
        ratio = self.gaps / errors
        degrees = self.intervals.degrees
        chance: FloatArray = ndtr(ratio) if np.isinf(degrees) else stdtr(degrees, ratio)
        return chance

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the names in each tier, best first, component after component."""
        items, component = self.intervals.fit.items, self.intervals.fit.component
        found: dict[tuple[int, int], list[str]] = {}
        for index in np.lexsort((self.rank, self.tier, component)):
            key = int(component[index]), int(self.tier[index])
            found.setdefault(key, []).append(items[index])
        return tuple(tuple(names) for names in found.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the intervals and the ranks as JSON-able values, without the (K, K) tables."""
        names = ("critical", "rank", "rank_low", "rank_high", "p_best", "tier", "groups")
        own = {name: plain(getattr(self, name)) for name in (*names, "seed", "draws")}
        return {**self.intervals.to_dict(), **own}


def rank_items(intervals: Intervals, *, seed: int = 0, draws: int = DRAWS) -> Ranking:
    r"""Rank the items, as far as the intervals allow.

    From draws of N(0, V), or of the t distribution, the critical value is the quantile of

    .. math:: \max_{i<j} \frac{|z_i - z_j|}{\sqrt{V_{ii} + V_{jj} - 2 V_{ij}}},

    so that the intervals of all differences cover at once. A covariance from few clusters
    has too few directions of its own, which makes the maximum too small; with clusters the
    correlations of independent votes, each item with a t of its own around the mean of its
    component, are therefore drawn as well and the larger critical value is taken, but never
    more than Bonferroni's for all pairs that can meet. Item i's rank set then begins
    after all items that are better and ends before all that are worse [1]_. The chance to
    be best is the share of draws around the strengths in which the item comes out on top.

    Parameters
    ----------
    intervals : Intervals
    seed : int
        Of the draws; the same seed gives the same result.
    draws : int

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M., Wilhelm, D. (2024). Inference for
       ranks with applications to mobility across neighbourhoods and academic achievement
       across countries. Review of Economic Studies 91(1), 476-518.
    """
    fit = intervals.fit
    size, component = len(fit.items), fit.component
    critical, noise = _draw_critical(intervals, np.random.default_rng(seed), draws)
    gaps = fit.strengths[:, None] - fit.strengths
    apart = _told_apart(gaps, gap_errors(intervals), critical, intervals)
    sizes = np.bincount(component)[component] if size else component
    rank = _rank(fit.strengths, component)
    return Ranking(
        intervals=intervals,
        critical=critical,
        rank=rank,
        rank_low=1 + (apart & (gaps > 0)).sum(axis=0),
        rank_high=sizes - (apart & (gaps < 0)).sum(axis=0),
        p_best=_best(noise, fit.strengths, component),
        tier=_tiers(rank, component, apart),
        seed=seed,
        draws=draws,
    )


def with_leader(ranking: Ranking, leader: int, ahead: npt.NDArray[np.bool_]) -> Ranking:
    """Return the ranking with what was found of a leader, (K,), in place of its own differences.

    A claim that holds at every look is asked of the leader alone; rank sets, tiers and who is
    told apart then say the same of it.
    """
    apart = ranking.told_apart.copy()
    apart[leader], apart[:, leader] = ahead, ahead
    component = ranking.intervals.fit.component
    sizes = np.bincount(component)[component]
    found = replace(
        ranking,
        rank_low=1 + (apart & (ranking.gaps > 0)).sum(axis=0),
        rank_high=sizes - (apart & (ranking.gaps < 0)).sum(axis=0),
        tier=_tiers(ranking.rank, component, apart),
    )
    found.__dict__["told_apart"] = apart
    return found


def gap_errors(intervals: Intervals) -> FloatArray:
    """Return the standard errors of all differences of strengths, as a (K, K) array."""
    size = len(intervals.fit.items)
    variances = gap_variances(intervals.covariance[:size, :size])
    if intervals.independent is not intervals.covariance:
        independent = gap_variances(intervals.independent[:size, :size])
        variances = np.maximum(variances, independent)
    errors: FloatArray = np.sqrt(variances)
    errors[np.arange(size), np.arange(size)] = 0.0
    return errors


def _draw_critical(
    intervals: Intervals, rng: np.random.Generator, draws: int
) -> tuple[float, Noise]:
    """Return the critical value of all differences, and the draws for the chance to be best."""
    size, degrees = len(intervals.fit.items), intervals.degrees
    component, level = intervals.fit.component, intervals.level
    matrix = intervals.covariance[:size, :size]
    noise = draw_noise(matrix, degrees, rng, draws)
    critical = critical_value(noise, matrix, component, level)
    if np.isfinite(degrees):
        matrix = intervals.independent[:size, :size]
        # A shift common to a component is no difference, and would not cancel here.
        other = draw_noise(_without_location(matrix, component), degrees, rng, draws, own=True)
        critical = max(critical, critical_value(other, matrix, component, level))
    number = sum(len(part) * (len(part) - 1) // 2 for part in _parts(component))
    bonferroni = quantile(1 - (1 - level) / max(number, 1), degrees)
    return max(min(critical, bonferroni), intervals.quantile), noise


def _without_location(matrix: FloatArray, component: IntArray) -> FloatArray:
    """Return the covariance of what is left when each component's mean is taken off."""
    centred = np.zeros_like(matrix)
    for part in _parts(component):
        inside = np.ix_(part, part)
        block = matrix[inside]
        rows = block.mean(axis=0)
        centred[inside] = block - rows - rows[:, None] + block.mean()
    return centred


def _told_apart(
    gaps: FloatArray, errors: FloatArray, critical: float, intervals: Intervals
) -> BoolArray:
    component = intervals.fit.component
    apart: BoolArray = (np.abs(gaps) > critical * errors) & (component[:, None] == component)
    return apart


def _rank(strengths: FloatArray, component: IntArray) -> IntArray:
    stronger = (strengths[:, None] > strengths) & (component[:, None] == component)
    rank: IntArray = 1 + stronger.sum(axis=0)
    return rank


def _best(noise: Noise, strengths: FloatArray, component: IntArray) -> FloatArray:
    chance = np.zeros(len(strengths))
    for part in np.unique(component):
        inside = np.flatnonzero(component == part)
        winner = np.argmax(noise[inside] + strengths[inside, None].astype(np.float32), axis=0)
        chance[inside] = np.bincount(winner, minlength=len(inside)) / noise.shape[1]
    return chance


def _tiers(rank: IntArray, component: IntArray, apart: BoolArray) -> IntArray:
    """Open a new tier, going down, at each item told apart from one of the current tier."""
    tier = np.zeros(len(rank), dtype=np.int64)
    for part in np.unique(component):
        members: list[int] = []
        current = 0
        inside = np.flatnonzero(component == part)
        for index in inside[np.argsort(rank[inside], kind="stable")]:
            if apart[index, members].any():
                current, members = current + 1, []
            members.append(int(index))
            tier[index] = current
    return tier


def draw_noise(
    matrix: FloatArray, degrees: float, rng: np.random.Generator, draws: int, *, own: bool = False
) -> Noise:
    """Return (K, draws) deviations with covariance `matrix`, up to a shift common to all.

    Where `degrees` is finite they are Student's t: a draw shares its chi-square among all
    items, or with `own` every item has one of its own.
    """
    size = len(matrix)
    normal = rng.standard_normal((size, draws), dtype=np.float32)
    if not size:
        return normal
    try:
        # The shift makes a covariance of centred strengths definite; it is common to all, and so
        # no difference, unless each item has a chi-square of its own.
        shift = 0.0 if own else np.diag(matrix).mean()
        root = cholesky(matrix + shift, lower=True, check_finite=False)
    except LinAlgError:
        spread, axes = eigh(matrix)
        root = axes * np.sqrt(np.maximum(spread, 0))
    noise: Noise = root.astype(np.float32) @ normal
    if np.isfinite(degrees):
        square = rng.chisquare(degrees, (size if own else 1, draws)) / degrees
        noise /= np.sqrt(np.maximum(square, 1e-12)).astype(np.float32)
    return noise


def gap_variances(matrix: FloatArray) -> FloatArray:
    """Return the variances of all differences under a covariance matrix."""
    own = np.diag(matrix)
    variances: FloatArray = np.maximum(own[:, None] + own - 2 * matrix, 0.0)
    return variances


def critical_value(noise: Noise, matrix: FloatArray, component: IntArray, level: float) -> float:
    r"""Return the quantile of :math:`\max_{i<j} |z_i - z_j| / \sqrt{V_{i-j}}` within components.

    Draws that cannot reach the quantile are set aside first. With :math:`u_i = z_i / s_i`
    and :math:`\rho` the largest :math:`\sqrt{s_i^2 + s_j^2} / \sqrt{V_{i-j}}`, the
    inequality of Cauchy and Schwarz bounds a draw by
    :math:`\rho \sqrt{\max(u, 0)^2 + \min(u, 0)^2}`, while the pair that attains both
    extremes bounds it from below: the result is exact.
    """
    parts = [part for part in _parts(component) if len(part) > 1]
    if not parts:
        return 0.0
    bounds = [_bound(noise[part], matrix[np.ix_(part, part)]) for part in parts]
    lowest = np.max([low for low, _ in bounds], axis=0)
    highest = np.max([high for _, high in bounds], axis=0)
    # The quantile interpolates between two order statistics: keep one more than it needs.
    draws = noise.shape[1]
    needed = min(draws, draws - int(np.floor(level * (draws - 1))) + 1)
    reached = np.partition(lowest, draws - needed)[draws - needed]
    chosen = highest >= reached
    exact = lowest.copy()
    exact[chosen] = np.max(
        [_largest(noise[np.ix_(part, chosen)], matrix[np.ix_(part, part)]) for part in parts],
        axis=0,
    )
    return float(np.quantile(exact, level))


def _parts(component: IntArray) -> list[IntArray]:
    return [np.flatnonzero(component == part) for part in np.unique(component)]


def _inverse_errors(matrix: FloatArray) -> Noise:
    errors = np.sqrt(gap_variances(matrix))
    scale = np.zeros(errors.shape, dtype=np.float32)
    known = errors > 0
    scale[known] = 1 / errors[known]
    return scale


def _bound(noise: Noise, matrix: FloatArray) -> tuple[Noise, Noise]:
    """Return for each draw what its largest studentised difference is at least, and at most."""
    centred = noise - noise.mean(axis=0)
    error = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    unit = centred / error[:, None].astype(np.float32)
    scale = _inverse_errors(matrix)
    ratio = float((np.sqrt(error[:, None] ** 2 + error**2) * scale).max())
    top, bottom = unit.argmax(axis=0), unit.argmin(axis=0)
    number = np.arange(noise.shape[1])
    pair: Noise = np.abs(centred[top, number] - centred[bottom, number]) * scale[top, bottom]
    highest, lowest = unit[top, number], unit[bottom, number]
    reach = np.sqrt(np.maximum(highest, 0) ** 2 + np.minimum(lowest, 0) ** 2)
    # A little slack, since everything here is in single precision.
    most: Noise = (reach * np.float32(ratio * 1.001)).astype(np.float32)
    return pair, np.maximum(most, pair)


def _largest(noise: Noise, matrix: FloatArray) -> Noise:
    scale = _inverse_errors(matrix)
    largest = np.zeros(noise.shape[1], dtype=np.float32)
    space = np.empty_like(noise)
    for item in range(len(noise) - 1):
        gap = np.subtract(noise[item + 1 :], noise[item], out=space[item + 1 :])
        np.abs(gap, out=gap)
        gap *= scale[item + 1 :, item, None]
        np.maximum(largest, gap.max(axis=0), out=largest)
    return largest
