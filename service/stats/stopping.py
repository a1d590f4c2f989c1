"""The verdict on several items: may we stop asking which of them is best."""

from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats import clusters, covariance
from service.stats.counts import ClusterCells, FloatArray
from service.stats.findings import Code, StatsError
from service.stats.intervals import Intervals
from service.stats.sequential import USUAL_DIFFERENCE, contrast_intervals
from service.stats.verdicts import Evidence, State, Verdict, check_margin, shortage_of


def judge_best(
    strengths: npt.ArrayLike,
    covariance: npt.ArrayLike,
    freedom: float = inf,
    *,
    independent: npt.ArrayLike | None = None,
    evidence: Evidence | None = None,
    margin: float | None = None,
    alpha: float = 0.05,
    usual_difference: float = USUAL_DIFFERENCE,
    for_these_raters: bool = False,
) -> Verdict:
    """Return the verdict on "which of these is best".

    The leader is decided when it beats each of the others in intervals of two-sided error
    2 alpha / K each. Then the false winner has error alpha over all looks: a false i must beat
    one given best item (one-sided alpha/K, at most K - 1 candidates), or, where m items are
    equally best, each candidate among them must beat a given other of them (m alpha/K at most).
    All are practically equal to the leader where each difference lies within the margin.

    Parameters
    ----------
    strengths : (K,) array
        In nats.
    covariance : (K, K) array
        Of the strengths, cluster-robust where there are clusters.
    freedom : float
        Degrees of freedom of that covariance.
    independent : (K, K) array, optional
        The covariance with votes taken as independent: no contrast has less variance.
    evidence : Evidence, optional
        How votes, prompts and raters share in the variance of leader minus runner-up;
        everything is taken for votes where it is missing.
    margin : float, optional
        Differences within it, in nats, are practically none.
    alpha : float
        Error over all looks and all candidates.
    usual_difference : float
        As in `sequential.contrast_intervals`.
    for_these_raters : bool
        Carried over to the verdict.
    """
    check_margin(margin)
    theta, cov = np.asarray(strengths, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    size = len(theta)
    if size < 2 or cov.shape != (size, size):  # noqa: PLR2004 - best of two at least
        raise StatsError("best takes two items, and a covariance of all of them")
    leader = int(theta.argmax())
    others = np.flatnonzero(np.arange(size) != leader)
    gaps = theta[leader] - theta[others]
    errors = _contrast_errors(cov, leader, others)
    if independent is not None:
        floor = np.asarray(independent, dtype=np.float64)
        errors = np.maximum(errors, _contrast_errors(floor, leader, others))
    level = 2 * alpha / size
    lower, upper = contrast_intervals(
        gaps, errors, freedom, alpha=level, usual_difference=usual_difference
    )
    if (lower > 0).all():
        return Verdict(State.DECIDED, leader, margin, None, for_these_raters)
    if margin is not None and (upper < margin).all() and (lower > -margin).all():
        return Verdict(State.PRACTICALLY_EQUAL, None, margin, None, for_these_raters)
    rival = int((gaps / errors).argmin())
    known = evidence or Evidence(0, 0, 0, float(errors[rival] ** 2), freedom=freedom)
    shortage = shortage_of(
        float(gaps[rival]), known, margin=margin, alpha=level, usual=usual_difference
    )
    return Verdict(State.KEEP_GOING, None, margin, shortage, for_these_raters)


def judge_intervals(
    found: Intervals,
    *,
    raters: ClusterCells | None = None,
    prompts: ClusterCells | None = None,
    margin: float | None = None,
    alpha: float = 0.05,
    usual_difference: float = USUAL_DIFFERENCE,
) -> Verdict:
    """Return the verdict on "which of these is best" from the intervals of a fit.

    Only items that votes link with the leader's component can be decided about: where there
    are several components, nothing is decided.

    Parameters
    ----------
    found : Intervals
        With the clusters that the votes have.
    raters, prompts : ClusterCells, optional
        The same cells again, to say whether more raters or more prompts are needed.
    margin, alpha, usual_difference
        As in `judge_best`.
    """
    size = len(found.fit.items)
    strengths = found.fit.strengths
    chosen = [matrix[:size, :size] for matrix in (found.covariance, found.independent)]
    evidence = None
    if size > 1:
        leader = int(strengths.argmax())
        errors = _contrast_errors(chosen[0], leader, np.arange(size))
        gaps = np.where(np.arange(size) == leader, inf, (strengths[leader] - strengths) / errors)
        evidence = _evidence(found, leader, int(gaps.argmin()), raters, prompts)
    return judge_best(
        strengths,
        chosen[0],
        found.degrees,
        independent=chosen[1],
        evidence=evidence,
        margin=margin,
        alpha=alpha,
        usual_difference=usual_difference,
        for_these_raters=Code.THESE_RATERS_ONLY in {finding.code for finding in found.findings},
    )


def _evidence(
    found: Intervals,
    leader: int,
    rival: int,
    raters: ClusterCells | None,
    prompts: ClusterCells | None,
) -> Evidence:
    """Return how the variance of leader minus rival divides among votes, prompts and raters."""
    weights = np.zeros(len(found.covariance))
    weights[[leader, rival]] = 1.0, -1.0
    alone = float(weights @ found.independent @ weights)
    parts = {}
    for name, cells, used in (
        ("raters", raters, found.raters),
        ("prompts", prompts, found.prompts),
    ):
        parts[name] = 0.0
        if cells is not None and used:
            matrix = covariance.cluster_robust(found.fit, cells)
            parts[name] = max(0.0, float(weights @ matrix @ weights) - alone)
    return Evidence(
        votes=int(found.fit.counts.total),
        prompts=clusters.number(prompts) if prompts is not None else 0,
        raters=clusters.number(raters) if raters is not None and found.raters else 0,
        votes_variance=alone,
        prompts_variance=parts["prompts"],
        raters_variance=parts["raters"],
        freedom=found.degrees,
    )


def _contrast_errors(cov: FloatArray, leader: int, others: npt.NDArray[Any]) -> FloatArray:
    variances = cov[leader, leader] + cov[others, others] - 2 * cov[leader, others]
    return np.asarray(np.sqrt(np.maximum(variances, 1e-12)))
