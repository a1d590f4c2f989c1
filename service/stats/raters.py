"""What each rater's votes look like, the flags that follow, and results with and without them."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from service.stats.counts import SIGN, UNKNOWN_SIDE, BoolArray, ClusterCells, FloatArray, IntArray
from service.stats.findings import Code, Finding, StatsError
from service.stats.fitting import Fit
from service.stats.loo_agreement import LeaveOneOut, leave_one_out_agreement
from service.stats.plain import plain
from service.stats.position import position_bias_by_rater
from service.stats.proportions import wilson
from service.stats.robustness import ranks, refit_without

LEVEL = 0.001
FASTEST = 3.0  # seconds for any matchup
WORDS_PER_SECOND = 15.0  # far beyond what people read
FAST_SHARE = 0.2
TIE_SHARE = 0.9


class Flag(StrEnum):
    """Why a rater's votes deserve a look. A flag never deletes or stops anything."""

    ONE_SIDE = "one_side"
    DISAGREES = "disagrees"
    TOO_FAST = "too_fast"
    ONLY_TIES = "only_ties"


@dataclass(frozen=True, eq=False)
class RaterVotes:
    """Single votes as arrays of one length N, of `items` items by `raters` raters.

    Attributes
    ----------
    items, raters : int
    first, second, outcome : (N,) integers
        Outcomes are codes of `Outcome`.
    left : (N,) integers
        1 where `first` stood left, 0 where `second` did, -1 where unknown.
    rater, prompt : (N,) integers
    seconds, words : (N,) numbers, optional
        How long the vote took, and the words of both texts together; NaN where unknown.
    """

    items: int
    raters: int
    first: IntArray
    second: IntArray
    outcome: IntArray
    left: IntArray
    rater: IntArray
    prompt: IntArray
    seconds: FloatArray | None = None
    words: FloatArray | None = None


@dataclass(frozen=True)
class RaterRecord:
    """One rater's votes at a glance.

    Attributes
    ----------
    rater : int
    votes : int
    left_share, side_p_value : float
        Among votes for a side; exact test of one half.
    tie_share : float
    median_seconds, fast_share : float or None
        None where no time is known. Fast is below max(3 s, words / 15 per second).
    agreement, expected_agreement, agreement_p_value : float
        See `loo_agreement`.
    flags : tuple of Flag
    """

    rater: int
    votes: int
    left_share: float
    side_p_value: float
    tie_share: float
    median_seconds: float | None
    fast_share: float | None
    agreement: float
    expected_agreement: float
    agreement_p_value: float
    flags: tuple[Flag, ...]


@dataclass(frozen=True, eq=False)
class Review:
    """All raters' records.

    Attributes
    ----------
    records : tuple of RaterRecord
        In the order of the raters' numbers.
    flagged : tuple of int
        Raters with at least one flag.
    level : float
        Of each rater's tests; one honest rater in 1 / level is flagged by each.
    findings : tuple of Finding
    """

    records: tuple[RaterRecord, ...]
    flagged: tuple[int, ...]
    level: float
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the review as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


@dataclass(frozen=True, eq=False)
class WithAndWithout:
    """The same fit with all raters and without some.

    Attributes
    ----------
    items : tuple of str
    strengths_with, strengths_without : (K,) arrays
    rank_change : (K,) integer array
        Rank without minus rank with.
    votes_with, votes_without : float
    top_changes : bool
    findings_without : tuple of Finding
        Of the smaller fit, which may fall apart.
    """

    items: tuple[str, ...]
    strengths_with: FloatArray
    strengths_without: FloatArray
    rank_change: IntArray
    votes_with: float
    votes_without: float
    top_changes: bool
    findings_without: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def review_raters(votes: RaterVotes, *, level: float = LEVEL) -> Review:
    """Return every rater's record and flags.

    Flags: *one side* by the exact sign test of left against right; *disagrees* by
    leave-one-out agreement; *only ties* where at least 90 % are ties and so many have
    probability below `level` at the share of all; *too fast* where the lower end of Wilson's
    95 % interval of the share of fast votes is above 20 %.

    Parameters
    ----------
    votes : RaterVotes
    level : float
        Of each test; small, since many raters are tested and most are honest.

    Raises
    ------
    StatsError
        Lengths differ or `level` lies outside (0, 1).
    """
    if not 0 < level < 1:
        raise StatsError("level must lie between 0 and 1")
    arrays = (votes.first, votes.second, votes.outcome, votes.left, votes.rater, votes.prompt)
    if len({len(array) for array in arrays}) != 1:
        raise StatsError("all arrays of votes must have the same length")
    agreement = leave_one_out_agreement(
        votes.items,
        votes.first,
        votes.second,
        votes.outcome,
        votes.prompt,
        votes.rater,
        votes.raters,
    )
    side = SIGN[votes.outcome] * np.where(votes.left == UNKNOWN_SIDE, 0, 2 * votes.left - 1)
    left_share, side_p = position_bias_by_rater(side, votes.rater, votes.raters)
    ties = np.bincount(votes.rater[SIGN[votes.outcome] == 0], minlength=votes.raters)
    number = np.bincount(votes.rater, minlength=votes.raters)
    overall = float(ties.sum() / max(number.sum(), 1))
    tie_p = stats.binom.sf(ties - 1, number, min(overall, 0.5))
    pace = _paces(votes)
    records = []
    for rater in range(votes.raters):
        tie_share = float(ties[rater] / max(number[rater], 1))
        marks = {
            Flag.ONE_SIDE: side_p[rater] < level,
            Flag.DISAGREES: agreement.p_value[rater] < level,
            Flag.TOO_FAST: pace[rater].is_fast,
            Flag.ONLY_TIES: tie_share >= TIE_SHARE and tie_p[rater] < level,
        }
        records.append(
            RaterRecord(
                rater=rater,
                votes=int(number[rater]),
                left_share=float(left_share[rater]),
                side_p_value=float(side_p[rater]),
                tie_share=tie_share,
                median_seconds=pace[rater].median,
                fast_share=pace[rater].fast_share,
                **_agreement_of(agreement, rater),
                flags=tuple(flag for flag, raised in marks.items() if raised),
            )
        )
    return Review(
        records=tuple(records),
        flagged=tuple(record.rater for record in records if record.flags),
        level=level,
        findings=() if number.any() else (Finding(Code.NO_VOTES, "There are no votes yet."),),
    )


def with_and_without(found: Fit, raters: ClusterCells, dropped: npt.ArrayLike) -> WithAndWithout:
    """Return the strengths with all raters and without those at the positions `dropped`.

    Nothing is deleted: the smaller fit stands beside the larger.
    """
    without = refit_without(found, raters, np.asarray(dropped, dtype=np.int64))
    top_changes = len(found.items) > 0 and without.strengths.argmax() != found.strengths.argmax()
    return WithAndWithout(
        items=found.items,
        strengths_with=found.strengths,
        strengths_without=without.strengths,
        rank_change=ranks(without.strengths) - ranks(found.strengths),
        votes_with=found.counts.total,
        votes_without=without.counts.total,
        top_changes=bool(top_changes),
        findings_without=without.findings,
    )


@dataclass(frozen=True)
class _Pace:
    median: float | None = None
    fast_share: float | None = None
    is_fast: bool = False


def _paces(votes: RaterVotes) -> list[_Pace]:
    if votes.seconds is None:
        return [_Pace()] * votes.raters
    words = np.zeros(len(votes.seconds)) if votes.words is None else np.nan_to_num(votes.words)
    known = np.isfinite(votes.seconds)
    fast = known & (votes.seconds < np.maximum(FASTEST, words / WORDS_PER_SECOND))
    order = np.flatnonzero(known)[np.argsort(votes.rater[known], kind="stable")]
    edges = np.searchsorted(votes.rater[order], np.arange(votes.raters + 1))
    return [
        _pace(votes.seconds[order[start:end]], fast[order[start:end]])
        for start, end in pairwise(edges)
    ]


def _pace(seconds: FloatArray, fast: BoolArray) -> _Pace:
    if not len(seconds):
        return _Pace()
    share = wilson(int(fast.sum()), len(fast))
    return _Pace(float(np.median(seconds)), share.value, is_fast=share.lower > FAST_SHARE)


def _agreement_of(found: LeaveOneOut, rater: int) -> dict[str, float]:
    return {
        "agreement": float(found.agreement[rater]),
        "expected_agreement": float(found.expected[rater]),
        "agreement_p_value": float(found.p_value[rater]),
    }
