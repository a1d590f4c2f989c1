"""Differences between items, rank sets, chances to be best, and who cannot be told apart."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cholesky, eigh
from scipy.special import ndtr, stdtr

from service.stats.counts import BoolArray, FloatArray, IntArray
from service.stats.intervals import Intervals
from service.stats.plain import plain

DRAWS = 1000
Noise = npt.NDArray[np.float32]


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
    def gap_errors(intervals: Intervals) -> FloatArray:
    """Return the standard errors of all differences of strengths, as a (K, K) array."""
    size = len(intervals.fit.items)
    clustered = _gap_variances(intervals.covariance[:size, :size])
    independent = _gap_variances(intervals.independent[:size, :size])
    errors: FloatArray = np.sqrt(np.maximum(clustered, independent))
    errors[np.arange(size), np.arange(size)] = 0.0
    return errors


def _gap_variances(matrix: FloatArray) -> FloatArray:
    own = np.diag(matrix)
    variances: FloatArray = np.maximum(own[:, None] + own - 2 * matrix, 0.0)
    return variances


def _draw(
    intervals: Intervals, rng: np.random.Generator, draws: int
) -> Noise:
    """Return (K, draws) deviations; a shift common to all items is without meaning."""
    size = len(intervals.fit.items)
    matrix = intervals.covariance[:size, :size]
    normal = rng.standard_normal((size, draws), dtype=np.float32)
    if not size:
        return normal
    try:
        root = cholesky(matrix + np.diag(matrix).mean(), lower=True, check_finite=False)
    except LinAlgError:
        spread, axes = eigh(matrix)
        root = axes * np.sqrt(np.maximum(spread, 0))
    noise: Noise = root.astype(np.float32) @ normal
    if np.isfinite(intervals.degrees):
        chi = rng.chisquare(intervals.degrees, draws) / intervals.degrees
        noise /= np.sqrt(np.maximum(chi, 1e-12)).astype(np.float32)
    return noise


def _critical(
    noise: Noise, errors: FloatArray, intervals: Intervals
) -> float:
    size, draws = noise.shape
    component = intervals.fit.component
    scale = np.zeros((size, size), dtype=np.float32)
    known = (errors > 0) & (component[:, None] == component)
    scale[known] = 1 / errors[known]
    largest = np.zeros(draws, dtype=np.float32)
    space = np.empty_like(noise)
    for item in range(size - 1):
        gap = np.subtract(noise[item + 1 :], noise[item], out=space[item + 1 :])
        np.abs(gap, out=gap)
        gap *= scale[item + 1 :, item, None]
        np.maximum(largest, gap.max(axis=0), out=largest)
    return float(np.quantile(largest, intervals.level)) if size > 1 else 0.0


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


def _best(
    noise: Noise, strengths: FloatArray, component: IntArray
) -> FloatArray:
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
