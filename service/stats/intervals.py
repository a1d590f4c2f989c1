"""Intervals of strengths, and for whom they speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from service.stats import covariance, scale
from service.stats.counts import ClusterCells, FloatArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.fitting import WEAK_PRIOR, Fit
from service.stats.plain import plain

ENOUGH = 5  # clusters from which a variance between them is estimated
DOMINANT = 0.25  # share of the votes from which one cluster is worth a word
LEAST_DEGREES = 1.0
BOTH = 2


class Method(StrEnum):
    """How the votes were taken to depend on each other."""

    INDEPENDENT = "independent"
    BY_RATER = "by_rater"
    BY_PROMPT = "by_prompt"
    TWO_WAY = "by_rater_and_prompt"


@dataclass(frozen=True, eq=False)
class Intervals:
    """Marginal intervals of every strength, and the covariance behind them.

    Attributes
    ----------
    fit : Fit
    method : Method
    level : float
        Nominal coverage.
    degrees : float
        Degrees of freedom of the t quantile; infinite for the normal.
    raters, prompts : float
        Effective number of clusters used (equal ones that would be worth the same); 0
        where that clustering was not used.
    covariance : (Q, Q) array
        Of strengths, coefficients and log tie strength; differences of strengths between
        components carry the spread of the prior.
    independent : (Q, Q) array
        The same with votes taken as independent: no contrast may have less variance.
    standard_errors : (K,) array
        Of strengths, each against the mean of its component; never zero.
    low, high : (K,) array
        Interval of each strength, natural-log units.
    findings : tuple of Finding
        Those of the fit and those of the intervals.
    """

    fit: Fit
    method: Method
    level: float
    degrees: float
    raters: float
    prompts: float
    covariance: FloatArray
    independent: FloatArray
    standard_errors: FloatArray
    low: FloatArray
    high: FloatArray
    findings: tuple[Finding, ...]

    @property
    def ratings_low(self) -> FloatArray:
        """Return the lower ends on the published scale."""
        return scale.rating(self.low)

    @property
    def ratings_high(self) -> FloatArray:
        """Return the upper ends on the published scale."""
        return scale.rating(self.high)

    @cached_property
    def quantile(self) -> float:
        """The factor on a standard error at this level."""
        return quantile(self.level, self.degrees)

    def contrast(self, weights: FloatArray) -> tuple[float, float]:
        """Return estimate and standard error of a weighted sum of strengths, weights (K,)."""
        size = len(self.fit.items)
        errors = [
            float(weights @ matrix[:size, :size] @ weights)
            for matrix in (self.covariance, self.independent)
        ]
        return float(weights @ self.fit.strengths), max(*errors, 0.0) ** 0.5

    @property
    def coefficients(self) -> Mapping[str, tuple[float, float, float, float]]:
        """Return estimate, standard error, low and high of each coefficient."""
        size = len(self.fit.items)
        errors = np.sqrt(np.diag(self.covariance)[size:])
        return {
            name: (value, error, value - self.quantile * error, value + self.quantile * error)
            for (name, value), error in zip(self.fit.coefficients.items(), errors, strict=False)
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the fit and its intervals as JSON-able values, without the covariance."""
        names = ("method", "level", "degrees", "raters", "prompts", "standard_errors", "low")
        more = ("high", "ratings_low", "ratings_high", "coefficients", "findings")
        own = {name: plain(getattr(self, name)) for name in names + more}
        return {**self.fit.to_dict(), **own}


def quantile(level: float, degrees: float) -> float:
    """Return the two-sided quantile of Student's t; of the normal where `degrees` is infinite."""
    tail = (1 + level) / 2
    return float(ndtri(tail) if np.isinf(degrees) else stdtrit(degrees, tail))


def find_intervals(
    fit: Fit,
    *,
    raters: ClusterCells | None = None,
    prompts: ClusterCells | None = None,
    unweighed: Fit | None = None,
    level: float = 0.95,
) -> Intervals:
    r"""Return intervals for the strengths of a fit.

    Without clusters the votes are taken as independent (sandwich, from the counts alone).
    With them the variance is the leave-one-cluster-out one, by rater, by prompt, or
    :math:`V_{rater} + V_{prompt} - V_{iid}`, never below :math:`V_{iid}` in any contrast,
    with a t quantile on the smaller effective number of clusters less one. Clusters
    fewer than `ENOUGH` are not estimated from: the intervals then speak for these raters
    (or these prompts) only, and a finding says so.

    Parameters
    ----------
    fit : Fit
    raters, prompts : ClusterCells, optional
        The fitted votes, kept apart by rater and by prompt.
    unweighed : Fit, optional
        To the votes as they came, where `fit` and `raters` bound what one rater counts for
        (see `weights`) while `prompts` do not: what prompts add is then taken from there.
    level : float
        Nominal coverage, between 0 and 1.

    Raises
    ------
    StatsError
        `level` lies outside, or the cells are not about the items of the fit.
    """
    if not 0 < level < 1:
        raise StatsError("level must lie between 0 and 1")
    findings = _of_raters(raters) + _of_prompts(prompts)
    by_rater, by_prompt = _usable(fit, raters), _usable(fit, prompts)
    independent = covariance.cautious_sandwich(fit)
    method, matrix = Method.INDEPENDENT, independent
    if by_rater or by_prompt:
        method, matrix = _cluster(fit, by_rater, by_prompt, unweighed or fit)
    effective = (_effective(by_rater), _effective(by_prompt))
    degrees = min((max(one - 1, LEAST_DEGREES) for one in effective if one), default=np.inf)
    wide = _with_locations(fit, matrix)
    errors = np.sqrt(np.diag(matrix)[: len(fit.items)])
    reach = quantile(level, degrees) * errors
    return Intervals(
        fit=fit,
        method=method,
        level=level,
        degrees=float(degrees),
        raters=effective[0],
        prompts=effective[1],
        covariance=wide,
        independent=wide if matrix is independent else _with_locations(fit, independent),
        standard_errors=errors,
        low=fit.strengths - reach,
        high=fit.strengths + reach,
        findings=fit.findings + findings,
    )


def _cluster(
    fit: Fit, by_rater: ClusterCells | None, by_prompt: ClusterCells | None, unweighed: Fit
) -> tuple[Method, FloatArray]:
    independent = covariance.sandwich(fit)
    method = Method.BY_RATER if by_rater else Method.BY_PROMPT
    parts = [covariance.cluster_robust(fit, by_rater)] if by_rater else []
    if by_prompt and unweighed is fit:
        parts.append(covariance.cluster_robust(fit, by_prompt))
    elif by_prompt:
        among = covariance.cluster_robust(unweighed, by_prompt) - covariance.sandwich(unweighed)
        parts.append(independent + among)
    matrix = parts[0]
    if len(parts) == BOTH:
        method, matrix = Method.TWO_WAY, covariance.two_way(parts[0], parts[1], independent)
    return method, covariance.at_least(matrix, independent) + covariance.caution(fit)


def _effective(cells: ClusterCells | None) -> float:
    return covariance.count_effective(cells) if cells else 0.0


def _usable(fit: Fit, cells: ClusterCells | None) -> ClusterCells | None:
    """Return the cells as the fit saw them, or None where there are too few clusters."""
    if cells is None:
        return None
    kept = cells.without_both_bad() if fit.both_bad == "drop" else cells
    return kept if covariance.count_clusters(kept) >= ENOUGH else None


def _of_raters(cells: ClusterCells | None) -> tuple[Finding, ...]:
    if cells is None:
        text = "Votes were taken as independent of who cast them."
        return (Finding(Code.RATERS_UNKNOWN, text),)
    shares = covariance.cluster_shares(cells)
    count = int((shares > 0).sum())
    findings: tuple[Finding, ...] = ()
    if count == 1:
        findings += (Finding(Code.ONE_RATER, "All votes are one rater's."),)
    if 0 < count < ENOUGH:
        text = "With so few raters the intervals speak for these raters only."
        findings += (Finding(Code.THESE_RATERS_ONLY, text, figures={"raters": count}),)
    return findings


def _of_prompts(cells: ClusterCells | None) -> tuple[Finding, ...]:
    if cells is None:
        text = "Votes were taken as independent of the prompt."
        return (Finding(Code.PROMPTS_UNKNOWN, text),)
    shares = covariance.cluster_shares(cells)
    count, largest = int((shares > 0).sum()), float(shares.max(initial=0.0))
    if 0 < count < ENOUGH:
        text = "With so few prompts the intervals speak for these prompts only."
        return (Finding(Code.THESE_PROMPTS_ONLY, text, figures={"prompts": count}),)
    if largest >= DOMINANT:
        text = "One prompt holds a large share of the votes, which makes the intervals wide."
        return (Finding(Code.DOMINANT_PROMPT, text, figures={"share": largest}),)
    return ()


def _with_locations(fit: Fit, matrix: FloatArray) -> FloatArray:
    """Add what nobody knows about the components' means, where there are several."""
    component = fit.component
    if not component.any():
        return matrix
    size = len(component)
    sizes = np.bincount(component)[component]
    precision = np.where(fit.precision[:size] > 0, fit.precision[:size], WEAK_PRIOR)
    spread = np.where(sizes > 1, 1 / (precision * sizes), 0.0)
    wider = matrix.copy()
    wider[:size, :size] += (component[:, None] == component) * spread
    return wider
