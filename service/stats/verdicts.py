"""May we stop asking which is best? Decided, practically equal or keep going, and what is short.

A verdict reads an anytime-valid interval, so it may be asked for after every vote. What is short
is an extrapolation: votes shrink their part of the variance only; the parts of prompts and raters
shrink with more prompts and raters.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats import covariance
from service.stats.counts import ClusterCells, FloatArray
from service.stats.findings import Code, StatsError
from service.stats.intervals import Intervals
from service.stats.plain import plain
from service.stats.proportions import Estimate
from service.stats.sequential import USUAL_DIFFERENCE, boundary, contrast_intervals

MOST = 1_000_000
CLUSTERS_SHARE = 0.9  # of the wanted variance: beyond it more votes alone would take for ever


class State(StrEnum):
    """What the votes so far allow to say."""

    DECIDED = "decided"
    PRACTICALLY_EQUAL = "practically_equal"
    KEEP_GOING = "keep_going"


class Short(StrEnum):
    """What is missing for a verdict."""

    VOTES = "votes"
    PROMPTS = "prompts"
    RATERS = "raters"


@dataclass(frozen=True)
class Evidence:
    """What an estimate rests on.

    Attributes
    ----------
    votes, prompts, raters : int
        How many there are; 0 where not known.
    votes_variance, prompts_variance, raters_variance : float
        The parts of the squared standard error, in the units of the estimate.
    freedom : float
        Of the standard error; infinite without clusters.
    """

    votes: int
    prompts: int
    raters: int
    votes_variance: float
    prompts_variance: float = 0.0
    raters_variance: float = 0.0
    freedom: float = inf

    @property
    def variance(self) -> float:
        """The squared standard error."""
        return self.votes_variance + self.prompts_variance + self.raters_variance


@dataclass(frozen=True)
class Shortage:
    """What would probably lead to a verdict.

    Attributes
    ----------
    kind : Short
        What is missing.
    more : int or None
        About how many more; None where it would be more than a million.
    """

    kind: Short
    more: int | None


@dataclass(frozen=True)
class Verdict:
    """What may be said now, and what is missing otherwise.

    Attributes
    ----------
    state : State
    winner : int or None
        Position of the decided winner; None while nothing is decided.
    equal_within : float or None
        The margin that was asked for, in the units of the estimate.
    shortage : Shortage or None
        Only while the advice is to keep going.
    for_these_raters : bool
        Nothing is claimed about other raters.
    """

    state: State
    winner: int | None
    equal_within: float | None
    shortage: Shortage | None
    for_these_raters: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def shortage_of(
    gap: float, evidence: Evidence, *, margin: float | None, alpha: float, usual: float
) -> Shortage:
    """Return what is short for a verdict on a difference, as far as can be foreseen.

    The standard error must come down to where c(r) s reaches the gap (to decide) or what the
    gap leaves of the margin (to call it equal), whichever is nearer. Votes alone do it where
    the parts of prompts and raters leave room; otherwise the larger of the two has to grow,
    its votes with it. Without any votes the answer is to vote.
    """
    if evidence.votes == 0 and evidence.variance == 0:
        return Shortage(Short.VOTES, None)
    scarce = _scarcer(evidence)
    clusters = evidence.prompts_variance + evidence.raters_variance
    # With ever more votes the clock runs until the clusters stop it; some claims need more.
    ratio = usual**2 / max(clusters, usual**2 / 100)
    if not isfinite(float(boundary(ratio, evidence.freedom, alpha=alpha))):
        enough = [f for f in range(1, 100) if isfinite(float(boundary(ratio, f, alpha=alpha)))]
        return Shortage(scarce, max(1, ceil((enough or [100])[0] - evidence.freedom)))
    reach = max(abs(gap), (margin or 0.0) - abs(gap))
    goal = _variance_for(reach, evidence.freedom, alpha, usual)
    if clusters < CLUSTERS_SHARE * goal:
        growth = evidence.votes_variance / (goal - clusters)
        return Shortage(Short.VOTES, _more(growth, max(evidence.votes, 1)))
    number = evidence.raters if scarce is Short.RATERS else evidence.prompts
    return Shortage(scarce, _more(evidence.variance / max(goal, 1e-300), max(number, 1)))


def check_margin(margin: float | None) -> None:
    """Raise `StatsError` unless the margin is above zero or absent."""
    if margin is not None and not margin > 0:
        raise StatsError("a margin must be above zero")


def read_state(share: Estimate, middle: float, margin: float | None) -> tuple[State, int | None]:
    """Return the state of a share, and the position of the winner where it is decided."""
    if share.lower > middle:
        return State.DECIDED, 0
    if share.upper < middle:
        return State.DECIDED, 1
    if margin is not None and middle - margin < share.lower and share.upper < middle + margin:
        return State.PRACTICALLY_EQUAL, None
    return State.KEEP_GOING, None


def _scarcer(evidence: Evidence) -> Short:
    """Return which clusters have to grow: those with more variance, if there are any."""
    if evidence.raters and evidence.raters_variance >= evidence.prompts_variance:
        return Short.RATERS
    return Short.PROMPTS if evidence.prompts else Short.RATERS


def _variance_for(reach: float, freedom: float, alpha: float, usual: float) -> float:
    """Bisect for the variance at which the interval's half-width is `reach`."""
    low, high = 1e-16, 1e4
    for _ in range(80):
        middle = (low * high) ** 0.5
        half = middle**0.5 * float(boundary(usual**2 / middle, freedom, alpha=alpha))
        low, high = (middle, high) if half < reach else (low, middle)
    return low


def _more(growth: float, number: int) -> int | None:
    more = (growth - 1) * number
    return max(1, ceil(more)) if more < MOST else None


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
        prompts=covariance.count_clusters(prompts) if prompts is not None else 0,
        raters=covariance.count_clusters(raters) if raters is not None and found.raters else 0,
        votes_variance=alone,
        prompts_variance=parts["prompts"],
        raters_variance=parts["raters"],
        freedom=found.degrees,
    )


def _contrast_errors(cov: FloatArray, leader: int, others: npt.NDArray[Any]) -> FloatArray:
    variances = cov[leader, leader] + cov[others, others] - 2 * cov[leader, others]
    return np.asarray(np.sqrt(np.maximum(variances, 1e-12)))
