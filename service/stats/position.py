"""Does the side decide: position bias of all raters and of each, and agreement with oneself."""

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray, IntArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.plain import plain
from service.stats.proportions import Estimate, sign_test, wilson


@dataclass(frozen=True)
class PositionBias:
    """How often the left side won among votes for a side.

    Attributes
    ----------
    left_share : Estimate
        With an interval that allows for raters who differ.
    p_value : float
        Exact; of "each vote for a side was as likely to fall left as right".
    left, right, ties : int
    findings : tuple of Finding
    """

    left_share: Estimate
    p_value: float
    left: int
    right: int
    ties: int
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the bias as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


@dataclass(frozen=True)
class SelfConsistency:
    """What raters said when they saw a matchup again, sides exchanged.

    Attributes
    ----------
    same : Estimate
        Share of repeats with the same outcome.
    reversed : Estimate
        Share of repeats that went to the other item.
    side_share : Estimate
        Of the reversed, the share in which the rater chose left both times; 1/2 is plain
        noise, near 0 or 1 the side decided. (Reversed with sides exchanged is the same side.)
    side_p_value : float
        Exact, of "left twice is as likely as right twice".
    repeats : int
    findings : tuple of Finding
    """

    same: Estimate
    reversed: Estimate
    side_share: Estimate
    side_p_value: float
    repeats: int
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the consistency as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def position_bias(
    side: npt.ArrayLike, rater: npt.ArrayLike | None = None, *, confidence: float = 0.95
) -> PositionBias:
    """Return how often the left side won, tested exactly, with an interval.

    Sides are tossed by a fair coin for each vote. So, where the side does not matter, a vote
    for a side falls left with probability one half whatever the items, the prompt and the rater:
    the binomial test is exact in spite of clusters. The interval is Wilson's; with raters, the
    votes are divided by their design effect (ratio of the variance of the share that leaves
    one rater out at a time to the binomial one, at least 1) and Student's t of raters - 1 is used.

    Parameters
    ----------
    side : (N,) numbers
        1 left, 0 tie, -1 right: what was pressed.
    rater : (N,) integers, optional
        Who pressed it.
    confidence : float

    Raises
    ------
    StatsError
        Lengths differ.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22; Rao and Scott (1992), "A
    simple method for the analysis of clustered binary data", Biometrics 48.
    """
    pressed = np.sign(np.asarray(side, dtype=np.float64))
    if pressed.ndim != 1 or (rater is not None and np.shape(rater) != pressed.shape):
        raise StatsError("side and rater must have one entry per vote")
    decided = pressed != 0
    left, right = int((pressed > 0).sum()), int((pressed < 0).sum())
    effect, freedom = 1.0, inf
    if rater is not None:
        effect, freedom = _design_effect(pressed[decided] > 0, np.asarray(rater)[decided])
    share = wilson(left / effect, (left + right) / effect, confidence, freedom)
    return PositionBias(
        left_share=share,
        p_value=float(sign_test(left, right)),
        left=left,
        right=right,
        ties=int((~decided).sum()),
        findings=_of_votes(left + right, len(pressed)),
    )


def position_bias_by_rater(
    side: npt.ArrayLike, rater: npt.ArrayLike, raters: int
) -> tuple[FloatArray, FloatArray]:
    """Return each rater's left share (1/2 without votes for a side) and its exact p-value.

    Parameters
    ----------
    side : (N,) numbers
        1 left, 0 tie, -1 right.
    rater : (N,) integers
        In 0..raters - 1.
    raters : int

    Returns
    -------
    left_share, p_value : (raters,) arrays
        Unadjusted: adjust with `proportions.holm`, or demand a small one.
    """
    pressed = np.asarray(side, dtype=np.float64)
    code: IntArray = np.asarray(rater)
    left = np.bincount(code[pressed > 0], minlength=raters)
    right = np.bincount(code[pressed < 0], minlength=raters)
    share = np.where(left + right > 0, left / np.maximum(left + right, 1), 0.5)
    return share, sign_test(left, right)


def self_consistency(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    left_before: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> SelfConsistency:
    """Return how often raters say the same again when the sides are exchanged.

    Parameters
    ----------
    before, after : (N,) numbers
        1, 0, -1: the first item won, tie, the second won; the same first item both times.
    left_before : (N,) of bool
        Whether the first item was shown left the first time (and right the second).
    confidence : float
        Of Wilson's intervals.

    Raises
    ------
    StatsError
        Lengths differ.
    """
    one = np.sign(np.asarray(before, dtype=np.float64))
    two = np.sign(np.asarray(after, dtype=np.float64))
    was_left = np.asarray(left_before, dtype=bool)
    if not one.shape == two.shape == was_left.shape or one.ndim != 1:
        raise StatsError("before, after and left_before must have one entry per repeat")
    turned = one * two < 0
    left_twice = int((turned & ((one > 0) == was_left)).sum())
    reversals = int(turned.sum())
    return SelfConsistency(
        same=wilson(int((one == two).sum()), len(one), confidence),
        reversed=wilson(reversals, len(one), confidence),
        side_share=wilson(left_twice, reversals, confidence),
        side_p_value=float(sign_test(left_twice, reversals - left_twice)),
        repeats=len(one),
        findings=_of_votes(len(one), len(one)),
    )


def _design_effect(left: npt.NDArray[np.bool_], rater: IntArray) -> tuple[float, float]:
    """Return the design effect of a share by rater, and the degrees of freedom."""
    code = np.unique(rater, return_inverse=True)[1]
    sizes = np.bincount(code).astype(np.float64)
    if len(sizes) < 2:  # noqa: PLR2004 - nothing to compare
        return 1.0, inf
    total, share = len(left), float(left.mean())
    binomial = share * (1 - share) / total
    apart = (np.bincount(code, left) - sizes * share) / (total - sizes)
    if binomial <= 0:
        return 1.0, len(sizes) - 1.0
    return max(1.0, float(apart @ apart) / binomial), len(sizes) - 1.0


def _of_votes(number: int, all_votes: int) -> tuple[Finding, ...]:
    if number:
        return ()
    if all_votes:
        return (Finding(Code.ONLY_TIES, "Every vote was a tie: no side was ever chosen."),)
    return (Finding(Code.NO_VOTES, "There are no votes yet."),)
