"""How sure fitted parameters are: residuals, clusters of votes, and covariance matrices.

Votes are taken as independent (sandwich), or as dependent within a rater, within a prompt, or both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from service.stats import likelihood, newton
from service.stats.counts import SIGN, BoolArray, Cells, ClusterCells, FloatArray, sum_by
from service.stats.findings import StatsError
from service.stats.fitting import WEAK_PRIOR, Fit

PSEUDO_INFORMATION = 0.75  # three votes at even odds: as in the rule of three for unseen events


@dataclass(frozen=True)
class Effort:
    """How clusters are left out: many at once by a series, the rest one by one.

    Attributes
    ----------
    block : int
        Entries of one table of clusters × parameters.
    settled : float
        Last relative change of a step: what is still missing is about its square.
    rounds : int
        Of the series, before the rest is solved one by one.
    few : int
        Clusters that are solved one by one at once.
    """

    block: int = 1 << 20
    settled: float = 1e-2
    rounds: int = 6
    few: int = 32


USUAL = Effort()


@dataclass(frozen=True, eq=False)
class Residuals:
    """What one vote in each cell adds to the score.

    Attributes
    ----------
    table : (M, P) array
        The covariates, the position among them.
    wins : (M,) array
        u (1/2, 0, -1/2) minus its expectation.
    ties : (M,) array or None
        [tie] minus its probability; None in Bradley–Terry.
    moments : Moments
        Of one vote in the cell.
    """

    table: FloatArray
    wins: FloatArray
    ties: FloatArray | None
    moments: likelihood.Moments


def residuals(fit: Fit, cells: Cells) -> Residuals:
    """Return the residuals of cells under a fit.

    Raises
    ------
    StatsError
        The cells are not about the items and covariates of the fit.
    """
    check_items(fit, cells)
    table = likelihood.design(cells, position=fit.position)
    gap = fit.strengths[cells.first] - fit.strengths[cells.second]
    if table.shape[1]:
        gap = gap + table @ np.array(list(fit.coefficients.values()))
    point = likelihood.moments(gap, fit.log_tie)
    sign = SIGN[cells.outcome]
    ties = None if point.tie is None else (sign == 0) - point.tie
    return Residuals(table, sign / 2 - point.mean, ties, point)


def check_items(fit: Fit, cells: Cells) -> None:
    """Raise `StatsError` where cells are not about the items and covariates of a fit."""
    if cells.items != fit.items or cells.covariate_names != fit.counts.covariate_names:
        raise StatsError("the cells are not about the items and covariates of the fit")


def count_clusters(cells: ClusterCells) -> int:
    """Return how many clusters have votes."""
    return int((cluster_shares(cells) > 0).sum())


def cluster_shares(cells: ClusterCells) -> FloatArray:
    """Return each cluster's share of the votes; zeros where there are none."""
    votes = sum_by(cells.cluster, cells.votes, len(cells.clusters))
    part: FloatArray = votes / max(float(votes.sum()), 1e-300)
    return part


def count_effective(cells: ClusterCells) -> float:
    """Return 1 / (sum of squared shares): equal clusters that would be worth the same."""
    squares = float((cluster_shares(cells) ** 2).sum())
    return 1 / squares if squares else 0.0


def _blocks(cells: ClusterCells, width: int, block: int) -> Iterator[ClusterCells]:
    """Yield the cells in parts of whole clusters, each small enough for one table."""
    step = max(1, block // max(width, 1))
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


def find_steps(
    fit: Fit, cells: ClusterCells, *, leave_out: bool, effort: Effort = USUAL
) -> FloatArray:
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
    for _ in range(effort.rounds):
        if waiting.sum() <= effort.few:
            break
        longer = plain[waiting] + table.curve(steps)[waiting] @ fit.bread
        change = np.linalg.norm(longer - steps[waiting], axis=1)
        settled = change <= effort.settled * np.linalg.norm(longer, axis=1)
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
    """Return the step without one cluster.

    Where nothing is left of a parameter, and rounding leaves less than nothing, the curvature is
    first held by the weak prior and then, if need be, by its positive part alone: never by no step.
    """
    table = _Table(fit, cells)
    score = table.scores()[0]
    left = fit.information - _information(table)
    size = len(fit.items)
    for precision in (fit.precision, np.maximum(fit.precision, WEAK_PRIOR)):
        held = newton.hold_means(left, precision, fit.component)
        try:
            factor = cho_factor(held, overwrite_a=True, check_finite=False)
        except LinAlgError:
            continue
        step: FloatArray = cho_solve(factor, score, check_finite=False)
        if np.isfinite(step).all():
            break
    else:
        held = newton.hold_means(left, fit.precision, fit.component)
        spread, axes = eigh(held)
        step = axes @ ((axes.T @ score) / np.maximum(spread, WEAK_PRIOR))
    step[:size] = newton.centre(step[:size], fit.component)
    return step


def _information(table: _Table) -> FloatArray:
    point, votes = table.rest.moments, table.cells.votes
    cross, tie = None, 0.0
    if point.tie_covariance is not None and point.tie_variance is not None:
        cross, tie = votes * point.tie_covariance, float(votes @ point.tie_variance)
    return likelihood.gram(table.cells, votes * point.variance, cross, tie, table.rest.table)


def sandwich(fit: Fit) -> FloatArray:
    r"""Return :math:`H^{-1} B H^{-1}` with :math:`B = \sum_r w_r^2 s_r s_r^T` [1]_ [2]_.

    s is the score of one vote; votes are taken as independent.

    References
    ----------
    .. [1] Huber, P. J. (1967). The behavior of maximum likelihood estimates under
       nonstandard conditions. Proc. Fifth Berkeley Symposium 1, 221-233.
    .. [2] White, H. (1982). Maximum likelihood estimation of misspecified models.
       Econometrica 50(1), 1-25.
    """
    return _between(fit, _meat(fit))


def cluster_robust(
    fit: Fit, cells: ClusterCells, *, leave_out: bool = True, effort: Effort = USUAL
) -> FloatArray:
    r"""Return the covariance when votes of one cluster are dependent.

    Without `leave_out` the CR1 form [1]_: with :math:`s_g` the summed score of cluster g,

    .. math:: V = \frac{G}{G-1} H^{-1} \Big(\sum_g s_g s_g^T\Big) H^{-1}.

    With `leave_out` the jackknife, CR3 [2]_: every cluster is left out in turn, with one
    Newton step from the fit,

    .. math:: \delta_g = (H - H_g)^{-1} s_g, \quad
              V = \frac{G-1}{G} \sum_g \delta_g \delta_g^T,

    which errs on the wide side where clusters are few or unequal, while CR1 errs on the
    narrow. With fewer than two clusters there is nothing to estimate from: zeros.

    References
    ----------
    .. [1] Liang, K.-Y., Zeger, S. L. (1986). Longitudinal data analysis using generalized
       linear models. Biometrika 73(1), 13-22.
    .. [2] Bell, R. M., McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
       regression with multi-stage samples. Survey Methodology 28(2), 169-181; MacKinnon,
       J. G., Nielsen, M. Ø., Webb, M. D. (2023). Cluster-robust inference: a guide to
       empirical practice. Journal of Econometrics 232(2), 272-299.
    """
    check_items(fit, cells)
    groups = count_clusters(cells)
    total = np.zeros_like(fit.bread)
    if groups < 2:  # noqa: PLR2004 - one cluster has no variance
        return total
    for part in _blocks(cells, len(fit.bread), effort.block):
        steps = find_steps(fit, part, leave_out=leave_out, effort=effort)
        total += steps.T @ steps
    return _symmetric(total * ((groups - 1) / groups if leave_out else groups / (groups - 1)))


def two_way(by_rater: FloatArray, by_prompt: FloatArray, independent: FloatArray) -> FloatArray:
    r"""Return :math:`V_{rater} + V_{prompt} - V_{iid}` [1]_.

    Each vote is dependent with those of its rater and with those of its prompt; what both sums
    hold is taken away once. The source takes away the clusters of rater *and* prompt: the same
    where a rater votes on a prompt once, which is what dealing sees to first. Where raters go
    through several matchups of a prompt, less is taken away here: the result then lies between
    the source's three terms and the two terms of [2]_, which takes nothing away and is valid,
    if wide. (The counts are kept by rater and by prompt, not by both, which would be one a vote.)

    References
    ----------
    .. [1] Cameron, A. C., Gelbach, J. B., Miller, D. L. (2011). Robust inference with
       multiway clustering. Journal of Business & Economic Statistics 29(2), 238-249.
    .. [2] MacKinnon, J. G., Nielsen, M. Ø., Webb, M. D. (2024). Jackknife inference with
       two-way clustering. Queen's Economics Department Working Paper 1516.
    """
    return by_rater + by_prompt - independent


def at_least(matrix: FloatArray, floor: FloatArray) -> FloatArray:
    """Return `matrix` made positive semidefinite, no variance less than under `floor`.

    A sum of covariances minus another may have negative eigenvalues: they become zero.
    Where a parameter then has less variance than under `floor`, the missing part is added
    to it alone. (Raising every direction instead would widen all intervals, because of
    many directions some always look too short by chance.)
    """
    spread, axes = eigh(matrix)
    if len(spread) and spread[0] < 0:
        matrix = (axes * np.maximum(spread, 0.0)) @ axes.T
    missing = np.maximum(np.diag(floor) - np.diag(matrix), 0.0)
    return _symmetric(matrix + np.diag(missing))


def caution(fit: Fit) -> FloatArray:
    """Return the variance to add because few votes may look more alike than they are.

    Where an item won everything, or only ever tied, the residuals are near zero and any
    sandwich with them. Up to three votes' worth of the model's own variance is therefore
    added for every parameter, and the spread of the prior; beside many votes both vanish.
    """
    return _between(fit, _cautious_meat(fit))


def cautious_sandwich(fit: Fit) -> FloatArray:
    """Return `sandwich` plus `caution`, at the price of one of them."""
    return _between(fit, _meat(fit) + _cautious_meat(fit))


def _meat(fit: Fit) -> FloatArray:
    rest = residuals(fit, fit.counts)
    weight = fit.counts.squares
    cross, tie = None, 0.0
    if rest.ties is not None:
        cross, tie = weight * rest.wins * rest.ties, float(weight @ rest.ties**2)
    return likelihood.gram(fit.counts, weight * rest.wins**2, cross, tie, rest.table)


def _cautious_meat(fit: Fit) -> FloatArray:
    known = np.diag(fit.information).copy()
    size = len(fit.items)
    for offset, column in enumerate(fit.rows.covariates.T, start=size):
        # In votes: a covariate may be in any unit.
        known[offset] /= max(float(np.max(np.abs(column), initial=0.0)) ** 2, 1e-300)
    with np.errstate(divide="ignore"):
        share = np.sqrt(np.minimum(1.0, PSEUDO_INFORMATION / known))
    meat: FloatArray = fit.information * share * share[:, None] + np.diag(fit.precision)
    return meat


def _between(fit: Fit, meat: FloatArray) -> FloatArray:
    return _symmetric(fit.bread @ meat @ fit.bread)


def _symmetric(matrix: FloatArray) -> FloatArray:
    both: FloatArray = (matrix + matrix.T) / 2
    return both
