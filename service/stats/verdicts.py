"""May we stop? Decided, practically equal or keep going, and what is short.

A verdict reads an anytime-valid interval, so it may be asked for after every vote. What is short
is an extrapolation: votes shrink their part of the variance only; the parts of prompts and raters
shrink with more prompts and raters.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, isfinite
from typing import Any

from service.stats.findings import StatsError
from service.stats.pair_sequence import PairSequence
from service.stats.plain import plain
from service.stats.proportions import Estimate
from service.stats.sequential import boundary, tightest

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


def judge_pair(sequence: PairSequence, *, margin: float | None = 0.05) -> Verdict:
    """Return the verdict on a pair; `winner` is 0 for the first item and 1 for the second.

    Parameters
    ----------
    sequence : PairSequence
        The pair's votes so far.
    margin : float, optional
        Shares within 1/2 +- margin count as practically equal; None never says so.
    """
    check_margin(margin)
    evidence = Evidence(
        sequence.votes,
        sequence.prompts,
        0 if sequence.for_these_raters else sequence.raters,
        sequence.votes_variance,
        sequence.prompts_variance,
        sequence.raters_variance,
        sequence.freedom,
    )
    # The size of difference, as a share, at which the pair's boundary is tightest.
    mean = 2 * sequence.share.value - 1
    decided = 4 * sequence.votes * sequence.votes_variance + mean * mean
    usual = max(decided, 0.01) * (tightest(sequence.alpha) / (4 * sequence.tightest_at)) ** 0.5
    state, winner = _state(sequence.share, 0.5, margin)
    shortage = None
    if state is State.KEEP_GOING:
        gap = sequence.share.value - 0.5
        shortage = shortage_of(gap, evidence, margin=margin, alpha=sequence.alpha, usual=usual)
    return Verdict(state, winner, margin, shortage, sequence.for_these_raters)


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


def _state(share: Estimate, middle: float, margin: float | None) -> tuple[State, int | None]:
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
