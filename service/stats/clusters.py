"""Clusters of votes: their sizes, and how far leaving one out moves a fit."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from service.stats import likelihood, newton
from service.stats.counts import BoolArray, ClusterCells, FloatArray, sum_by
from service.stats.fitting import WEAK_PRIOR, Fit
from service.stats.residuals import Residuals, residuals

BLOCK = 1 << 20  # entries of one table of clusters × parameters
SETTLED = 1e-2  # last relative change of a step: what is still missing is about its square
ROUNDS = 6  # of the series, before the rest is solved one by one
FEW = 32  # clusters that are solved one by one at once


def number(cells: ClusterCells) -> int:
    """Return how many clusters have votes."""
    return int((shares(cells) > 0).sum())


def shares(cells: ClusterCells) -> FloatArray:
    """Return each cluster's share of the votes; zeros where there are none."""
    votes = sum_by(cells.cluster, cells.votes, len(cells.clusters))
    part: FloatArray = votes / max(float(votes.sum()), 1e-300)
    return part


def effective_number(cells: ClusterCells) -> float:
    """Return 1 / (sum of squared shares): equal clusters that would be worth the same."""
    squares = float((shares(cells) ** 2).sum())
    return 1 / squares if squares else 0.0


def blocks(cells: ClusterCells, width: int) -> Iterator[ClusterCells]:
    """Yield the cells in parts of whole clusters, each small enough for one table."""
    step = max(1, BLOCK // max(width, 1))
    total = len(cells.clusters)
    if total <= step:
        yield cells
        return
    order = np.argsort(cells.cluster, kind="stable")
    edges = np.searchsorted(cells.cluster[order], np.arange(0, total + step, step))
    for lowest, (start, end) in zip(range(0, total, step), pairwise(edges), strict=True):
        part = cells.only(order[start:end])
        names = cells.clusters[lowest : lowest + step]
        yield replace(part, clusters=names, cluster=part.cluster - lowest)


def find_steps(fit: Fit, cells: ClusterCells, *, leave_out: bool) -> FloatArray:
    r"""Return for each cluster how its votes pull the parameters, as a (G, Q) array.

    Without `leave_out` these are :math:`H^{-1} s_g`. With it they are
    :math:`\delta_g = (H - H_g)^{-1} s_g`: what one Newton step moves, up to its sign, when
    the cluster is left out. Small clusters follow from the series

    .. math:: \delta_g = \sum_k (H^{-1} H_g)^k H^{-1} s_g,

    which needs matrix products alone, for all clusters at once; large ones are solved one
    by one.
    """
    table = _Table(fit, cells)
    plain = table.scores() @ fit.bread
    if not leave_out:
        return plain
    steps = plain.copy()
    waiting = np.ones(len(plain), dtype=bool)
    for _ in range(ROUNDS):
        if waiting.sum() <= FEW:
            break
        longer = plain[waiting] + table.curve(steps)[waiting] @ fit.bread
        change = np.linalg.norm(longer - steps[waiting], axis=1)
        settled = change <= SETTLED * np.linalg.norm(longer, axis=1)
        steps[waiting] = longer
        table = table.without(waiting, settled)
        waiting[np.flatnonzero(waiting)[settled]] = False
    if waiting.any():
        _solve_each(fit, cells, waiting, steps)
    return steps


class _Table:
    """Sums over the cells of each cluster, for all clusters at once."""

    def __init__(self, fit: Fit, cells: ClusterCells, rest: Residuals | None = None) -> None:
        self.cells = cells
        self.fit = fit
        self.rest = residuals(fit, cells) if rest is None else rest
        self.shape = (len(cells.clusters), len(fit.bread))
        row = cells.cluster.astype(np.int64) * self.shape[1]
        self.plus = row + cells.first
        self.minus = row + cells.second
        self.row = row

    def scores(self) -> FloatArray:
        """Return the summed score of each cluster."""
        ties = None if self.rest.ties is None else self.cells.votes * self.rest.ties
        return self._spread(self.cells.votes * self.rest.wins, ties)

    def curve(self, steps: FloatArray) -> FloatArray:
        """Return the information of each cluster applied to that cluster's step."""
        flat, size = steps.ravel(), self.rest.table.shape[1]
        point, votes = self.rest.moments, self.cells.votes
        along = flat[self.plus] - flat[self.minus]
        for offset in range(size):
            position = self.row + (len(self.fit.items) + offset)
            along += self.rest.table[:, offset] * flat[position]
        if point.tie_covariance is None or point.tie_variance is None:
            return self._spread(votes * point.variance * along, None)
        tie = flat[self.row + (self.shape[1] - 1)]
        wins = votes * (point.variance * along + point.tie_covariance * tie)
        return self._spread(wins, votes * (point.tie_covariance * along + point.tie_variance * tie))

    def without(self, waiting: BoolArray, settled: BoolArray) -> "_Table":
        """Return the table without the cells of settled clusters, if that is worth it."""
        if settled.mean() < 0.5:  # noqa: PLR2004 - half
            return self
        still = waiting.copy()
        still[np.flatnonzero(waiting)[settled]] = False
        return _Table(self.fit, self.cells.only(still[self.cells.cluster]))

    def _spread(self, wins: FloatArray, ties: FloatArray | None) -> FloatArray:
        total = self.shape[0] * self.shape[1]
        flat = sum_by(self.plus, wins, total) - sum_by(self.minus, wins, total)
        for offset, column in enumerate(self.rest.table.T, start=len(self.fit.items)):
            flat += sum_by(self.row + offset, wins * column, total)
        if ties is not None:
            flat += sum_by(self.row + (self.shape[1] - 1), ties, total)
        return flat.reshape(self.shape)


def _solve_each(fit: Fit, cells: ClusterCells, chosen: BoolArray, steps: FloatArray) -> None:
    """Solve for the chosen clusters one by one, into their rows of `steps`."""
    own = cells.only(chosen[cells.cluster])
    own = own.only(np.argsort(own.cluster, kind="stable"))
    numbers = np.flatnonzero(chosen)
    edges = np.searchsorted(own.cluster, [*numbers, len(chosen)])
    for index, start, end in zip(numbers, edges[:-1], edges[1:], strict=True):
        if start < end:
            part = own.only(np.arange(start, end))
            part = replace(part, clusters=("one",), cluster=np.zeros(len(part), dtype=np.int64))
            steps[index] = _solve_one(fit, part)


def _solve_one(fit: Fit, cells: ClusterCells) -> FloatArray:
    table = _Table(fit, cells)
    score = table.scores()[0]
    left = fit.information - _information(table)
    for precision in (fit.precision, np.maximum(fit.precision, WEAK_PRIOR)):
        try:
            held = newton.hold_means(left, precision, fit.component)
            factor = cho_factor(held, overwrite_a=True, check_finite=False)
        except LinAlgError:
            continue
        step: FloatArray = cho_solve(factor, score, check_finite=False)
        if np.isfinite(step).all():
            break
    size = len(fit.items)
    step[:size] = newton.centre(step[:size], fit.component)
    return step


def _information(table: _Table) -> FloatArray:
    point, votes = table.rest.moments, table.cells.votes
    cross, tie = None, 0.0
    if point.tie_covariance is not None and point.tie_variance is not None:
        cross, tie = votes * point.tie_covariance, float(votes @ point.tie_variance)
    return likelihood.gram(table.cells, votes * point.variance, cross, tie, table.rest.table)
