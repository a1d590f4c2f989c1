"""One pair by itself: the interval of its share and the verdict, true however often one looks.

x = 1, 0, -1: the first won, a tie, the second won. Where neither is better, x is symmetric, and
then exp(b S - b^2 V / 2) with S = sum x and V = sum x^2 is a supermartingale whatever the number of
votes and whatever chose them, so the mixture boundary of `sequential` is exact. Votes of one
rater (or on one prompt) hang together; then the interval advances by cluster.

References
----------
de la Pena (1999), "A general class of exponential inequalities for martingales and ratios", Annals
of Probability 27. Cameron, Gelbach and Miller (2011), "Robust inference with multiway clustering",
Journal of Business and Economic Statistics 29.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize

from service.stats.counts import FloatArray, IntArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.plain import plain
from service.stats.proportions import Estimate
from service.stats.sequential import boundary, tightest
from service.stats.verdicts import Evidence, State, Verdict, check_margin, read_state, shortage_of

# Votes that are no ties at which the interval is tightest; about 250 votes in all.
TIGHTEST_AT = 175.0
FEWEST_RATERS = 5


@dataclass(frozen=True)
class PairSequence:
    """What is known about one pair at this look, valid over all looks together.

    Attributes
    ----------
    share : Estimate
        Share of the votes for the first item, ties half, with its anytime-valid interval.
    votes, raters, prompts : int
        What it rests on; 0 raters or prompts where they were not given.
    votes_variance, raters_variance, prompts_variance : float
        Parts of the variance of the share: of votes as if independent, and what raters and
        prompts add.
    freedom : float
        Effective clusters - 1, of the scarcer kind; infinite without clusters.
    alpha, tightest_at : float
        The parameters of the boundary.
    for_these_raters : bool
        Fewer than five raters: the interval says nothing about others.
    findings : tuple of Finding
    """

    share: Estimate
    votes: int
    raters: int
    prompts: int
    votes_variance: float
    raters_variance: float
    prompts_variance: float
    freedom: float
    alpha: float
    tightest_at: float
    for_these_raters: bool
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the sequence as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def pair_sequence(
    sign: npt.ArrayLike,
    *,
    rater: npt.ArrayLike | None = None,
    prompt: npt.ArrayLike | None = None,
    alpha: float = 0.05,
    tightest_at: float = TIGHTEST_AT,
) -> PairSequence:
    """Return the anytime-valid interval of a pair's share from all its votes so far.

    A share q = (1 + m)/2 lies in the interval where (sum (x - m))^2 <= (V + eta)
    log((V + eta) / (eta alpha^2)) with V = sum (x - m)^2. That is exact at m = 0 and never of
    zero width, since eta counts as evidence not yet seen. With clusters the interval also holds
    mean +- s c(r, f) (see `sequential.boundary`), s^2 the variance that leaves one cluster out
    at a time, by rater + by prompt - by vote and no less than any of the three, and f the fewer
    of the effective numbers of clusters 1 / sum(share^2), less one.

    Parameters
    ----------
    sign : (N,) numbers
        1, 0, -1: the first item won, tie, the second won.
    rater, prompt : (N,) integers, optional
        Who voted on what; fewer than five raters are not taken for a sample of raters.
    alpha : float
        Two-sided error over all looks.
    tightest_at : float
        Number of votes that are no ties at which the interval is tightest. Fix it before
        looking; it must not depend on the votes.

    Raises
    ------
    StatsError
        Lengths differ, or parameters lie outside.
    """
    x = np.asarray(sign, dtype=np.float64)
    if x.ndim != 1 or tightest_at <= 0 or not 0 < alpha < 1:
        raise StatsError("sign has one dimension, and alpha and tightest_at lie inside")
    raters, prompts = _codes(rater, x), _codes(prompt, x)
    few = raters is not None and 0 < _number(raters) < FEWEST_RATERS
    mean = float(x.mean()) if len(x) else 0.0
    votes = float(x.var()) / len(x) if len(x) else 0.0
    by_rater = None if raters is None or few or not len(x) else _leave_out(x, raters)
    by_prompt = None if prompts is None or not len(x) else _leave_out(x, prompts)
    # Where all votes are alike their spread says nothing: each cluster counts as one vote.
    parts = [part for part in (by_rater, by_prompt) if part]
    effective = min([part.freedom + 1 for part in parts], default=inf)
    weight = 1.0 if votes > 0 else min(1.0, effective / max(len(x), 1))
    exact = _Independent(x, weight, tightest_at / tightest(alpha), alpha)
    half = _clustered_half(
        parts,
        votes,
        alpha,
        sqrt(tightest(alpha) / tightest_at * float(np.mean(x != 0) if len(x) else 1) ** 2),
    )
    return PairSequence(
        share=Estimate(
            (1 + mean) / 2,
            max(0.0, (1 + min(exact.end(mean, -1), mean - half)) / 2),
            min(1.0, (1 + max(exact.end(mean, 1), mean + half)) / 2),
            1 - alpha,
        ),
        votes=len(x),
        raters=_number(raters),
        prompts=_number(prompts),
        votes_variance=votes / 4,
        raters_variance=max(0.0, by_rater.variance - votes) / 4 if by_rater else 0.0,
        prompts_variance=max(0.0, by_prompt.variance - votes) / 4 if by_prompt else 0.0,
        freedom=effective - 1,
        alpha=alpha,
        tightest_at=tightest_at,
        for_these_raters=few,
        findings=_findings(x, few_raters=few, raters=_number(raters)),
    )


def _number(code: IntArray | None) -> int:
    return 0 if code is None else int(code.max(initial=-1)) + 1


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
    state, winner = read_state(sequence.share, 0.5, margin)
    shortage = None
    if state is State.KEEP_GOING:
        gap = sequence.share.value - 0.5
        shortage = shortage_of(gap, evidence, margin=margin, alpha=sequence.alpha, usual=usual)
    return Verdict(state, winner, margin, shortage, sequence.for_these_raters)


def _codes(cluster: npt.ArrayLike | None, like: FloatArray) -> IntArray | None:
    if cluster is None:
        return None
    codes = np.asarray(cluster)
    if codes.shape != like.shape:
        raise StatsError("rater and prompt must have one entry per vote")
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _findings(x: FloatArray, *, few_raters: bool, raters: int) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if not len(x):
        found.append(Finding(Code.NO_VOTES, "There are no votes on this pair yet."))
    elif not x.any():
        found.append(Finding(Code.ONLY_TIES, "All votes on this pair are ties."))
    if few_raters:
        found.append(
            Finding(
                Code.THESE_RATERS_ONLY,
                "With fewer than five raters the result speaks for these raters only.",
                figures={"raters": raters},
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class _Clustered:
    """Variance of a mean that leaves one cluster out at a time, and its degrees of freedom."""

    variance: float
    freedom: float


def _leave_out(x: FloatArray, code: IntArray) -> _Clustered:
    """Return sum_g ((S_g - n_g m) / (N - n_g))^2 and 1 / sum (n_g / N)^2 - 1."""
    sums, sizes = np.bincount(code, x), np.bincount(code).astype(np.float64)
    if len(sizes) <= 1:
        return _Clustered(1.0, 0.0)
    apart = (sums - sizes * x.mean()) / (len(x) - sizes)
    return _Clustered(float(apart @ apart), 1 / float(((sizes / len(x)) ** 2).sum()) - 1)


def _clustered_half(parts: Sequence[_Clustered], votes: float, alpha: float, usual: float) -> float:
    """Return the half-width of the mean's interval that allows for clusters."""
    if not parts:
        return 0.0
    variance = max(
        *(part.variance for part in parts),
        votes,
        sum(part.variance for part in parts) - votes * (len(parts) - 1),
    )
    freedom = min(part.freedom for part in parts)
    ratio = usual**2 / variance if variance > 0 else inf
    reach = float(boundary(min(ratio, 1e9), freedom, alpha=alpha))
    return reach * sqrt(variance) if reach < inf else inf


class _Independent:
    """The exact interval of a mean of independent symmetric votes, by inversion."""

    def __init__(self, x: FloatArray, weight: float, eta: float, alpha: float) -> None:
        self.number, self.total = len(x) * weight, float(x.sum()) * weight
        self.squares = float(x @ x) * weight
        self.eta, self.alpha = eta, alpha

    def excess(self, mean: float) -> float:
        """Return how far the votes contradict `mean`; at most 0 inside the interval."""
        spread = self.squares - 2 * self.total * mean + self.number * mean**2 + self.eta
        limit = spread * (np.log(spread / self.eta) - 2 * np.log(self.alpha))
        return float((self.total - self.number * mean) ** 2 - limit)

    def end(self, mean: float, side: int) -> float:
        """Return the end of the interval of the mean on one side."""
        if self.excess(float(side)) <= 0:
            return float(side)
        return float(optimize.brentq(self.excess, mean, float(side), xtol=1e-9))
