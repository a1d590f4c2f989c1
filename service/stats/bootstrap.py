"""Resampled fits, by vote or by whole clusters: a cross-check of the closed forms."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from service.stats import likelihood, newton
from service.stats.connectivity import find_shape
from service.stats.counts import SIGN, Cells, ClusterCells, FloatArray, IntArray, sum_by
from service.stats.findings import Code, Finding, StatsError
from service.stats.fitting import WEAK_PRIOR, Fit
from service.stats.likelihood import Rows
from service.stats.resampling import Multinomial
from service.stats.residuals import check_items

ROUNDS = 1000
BATCH = 50  # fits that are improved together
TOLERANCE = 1e-6  # nat
CHORDS = 25  # steps with the curvature of the fit, before a draw gets Newton steps of its own
KINDS = 3  # first won, tied, second won


@dataclass(frozen=True, eq=False)
class Draws:
    """Parameters fitted to resampled votes.

    Attributes
    ----------
    parameters : (rounds, Q) array
        Strengths, coefficients, log tie strength; the mean of each component is zero.
    seed : int
    findings : tuple of Finding
    """

    parameters: FloatArray
    seed: int
    findings: tuple[Finding, ...]

    def covariance(self) -> FloatArray:
        """Return the (Q, Q) covariance of the draws."""
        matrix: FloatArray = np.atleast_2d(np.cov(self.parameters.T))
        return matrix

    def interval(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return the percentile interval of each parameter, as low and high."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.parameters, [tail, 1 - tail], axis=0)
        return low, high


def resample_votes(fit: Fit, *, rounds: int = ROUNDS, seed: int = 0) -> Draws:
    """Refit to votes drawn with replacement, all votes alike (multinomial over the cells) [1]_.

    Weighted votes are drawn as if all votes of a cell had the same weight.

    Raises
    ------
    StatsError
        `rounds` is below 2.

    References
    ----------
    .. [1] Efron, B., Tibshirani, R. J. (1993). An Introduction to the Bootstrap.
    """
    rng = np.random.default_rng(seed)
    cells = fit.counts
    where = _kinds(cells, fit)
    many = sum_by(where.kind, cells.votes, where.kinds)
    heavy = sum_by(where.kind, cells.squares, where.kinds)
    weight = np.divide(heavy, many, out=np.ones_like(many), where=many > 0)
    number = np.divide(many, weight, out=np.zeros_like(many), where=weight > 0)
    multinomial = Multinomial(number, round(number.sum()))

    def draw(size: int) -> FloatArray:
        resampled = multinomial.draw(rng, size)
        resampled *= weight[:, None]
        return resampled

    return _refit_all(fit, where.rows, draw, rounds, seed)


def resample_clusters(
    fit: Fit, cells: ClusterCells, *, rounds: int = ROUNDS, seed: int = 0
) -> Draws:
    """Refit to whole clusters (raters or prompts) drawn with replacement [1]_.

    Raises
    ------
    StatsError
        `rounds` is below 2, or the cells are not about the items of the fit.

    References
    ----------
    .. [1] Davison, A. C., Hinkley, D. V. (1997). Bootstrap Methods and their Application,
       section 3.8.
    """
    check_items(fit, cells)
    rng = np.random.default_rng(seed)
    kept = cells.without_both_bad() if fit.both_bad == "drop" else cells
    where = _kinds(kept, fit)
    names, cluster = np.unique(kept.cluster, return_inverse=True)
    table = csr_array((kept.votes, (where.kind, cluster)), shape=(where.kinds, len(names)))

    def draw(size: int) -> FloatArray:
        if not len(names):
            return np.zeros((where.kinds, size))
        often = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size)
        resampled: FloatArray = table @ often.T.astype(np.float64)
        return resampled

    return _refit_all(fit, where.rows, draw, rounds, seed)


@dataclass(frozen=True, eq=False)
class _Where:
    """Rows of the likelihood, and for each cell the row and who won as one number."""

    rows: Rows
    kind: IntArray

    @property
    def kinds(self) -> int:
        return KINDS * len(self.rows.votes)


def _kinds(cells: Cells, fit: Fit) -> _Where:
    rows = likelihood.sum_rows(cells, position=fit.position)
    row: IntArray = np.arange(len(cells))
    if not cells.covariates.shape[1]:
        key = likelihood.row_key(cells, position=fit.position)
        _, row = np.unique(key, return_inverse=True)
    return _Where(rows, row * KINDS + (1 - SIGN[cells.outcome]))


def _refit_all(
    fit: Fit, rows: Rows, draw: Callable[[int], FloatArray], rounds: int, seed: int
) -> Draws:
    if rounds < 2:  # noqa: PLR2004 - a spread needs two
        raise StatsError("a bootstrap needs at least 2 rounds")
    parts, bent = [], 0
    for start in range(0, rounds, BATCH):
        counts = draw(min(BATCH, rounds - start))
        first, ties, second = counts[0::KINDS], counts[1::KINDS], counts[2::KINDS]
        found, stuck = _refit(fit, rows, first + ties + second, (first - second) / 2, ties)
        parts.append(found)
        bent += stuck
    findings: tuple[Finding, ...] = ()
    if bent:
        text = "Some draws had no finite maximum of their own; a weak prior held them."
        findings = (Finding(Code.DEGENERATE_DRAWS, text, figures={"draws": bent}),)
    return Draws(np.concatenate(parts), seed, findings)


def _refit(
    fit: Fit, rows: Rows, votes: FloatArray, balance: FloatArray, ties: FloatArray
) -> tuple[FloatArray, int]:
    """Fit each column of (R, b) resampled rows; return (b, Q) and how many had no maximum.

    All columns step together with the curvature of the fit (chords), which is near to
    their own; the few that do not settle are fitted one by one.
    """
    size, tied = rows.size, fit.log_tie is not None
    spread = _incidence(rows)
    at = np.repeat(fit.parameters[:, None], votes.shape[1], axis=1)
    settled = np.zeros(votes.shape[1], dtype=bool)
    for _ in range(CHORDS):
        gap = at[rows.first] - at[rows.second]
        if rows.covariates.shape[1]:
            gap += rows.covariates @ at[size : size + rows.covariates.shape[1]]
        point = likelihood.moments(gap, at[-1] if tied else None)
        slope = spread @ (balance - votes * point.mean)
        if point.tie is not None:
            slope = np.vstack([slope, (ties - votes * point.tie).sum(axis=0)])
        step = fit.bread @ (slope - fit.precision[:, None] * at)
        at += step
        settled = np.abs(step).max(axis=0, initial=0.0) < TOLERANCE
        if settled.all():
            break
    # Without a prior, an item that a draw lost would stay where the fit had it.
    seen = abs(spread[:size]) @ votes > 0
    settled &= seen[fit.precision[:size] == 0].all(axis=0)
    bent = 0
    for column in np.flatnonzero(~settled):
        own = replace(
            rows, votes=votes[:, column], balance=balance[:, column], ties=ties[:, column]
        )
        at[:, column], without = _fit_one(fit, own)
        bent += without
    return at.T, bent


def _incidence(rows: Rows) -> csr_array:
    """Return the (K + P, R) array that sums what rows say to items and covariates."""
    number = np.arange(len(rows.votes))
    width = rows.covariates.shape[1]
    entries = [np.ones(len(number)), -np.ones(len(number)), *rows.covariates.T]
    places = [rows.first, rows.second]
    places += [np.full(len(number), rows.size + offset) for offset in range(width)]
    return csr_array(
        (np.concatenate(entries), (np.concatenate(places), np.tile(number, 2 + width))),
        shape=(rows.size + width, len(number)),
    )


def _fit_one(fit: Fit, rows: Rows) -> tuple[FloatArray, bool]:
    tied, half = fit.log_tie is not None, rows.votes / 2
    seen = rows.votes > 0
    shape = find_shape(
        rows.size,
        rows.first[seen],
        rows.second[seen],
        (half + rows.balance)[seen],
        (half - rows.balance)[seen],
    )
    known = shape.bounded.all() and shape.components == fit.component.max(initial=0) + 1
    free = fit.precision == 0
    without = bool(free.any() and not (known and (not tied or rows.ties.any())))
    precision = np.where(free, WEAK_PRIOR, fit.precision) if without else fit.precision
    found = newton.maximise(rows, precision, fit.component, tied=tied, start=fit.parameters)
    return found.parameters, without
