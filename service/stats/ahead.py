r"""Who is ahead of whom: one answer that holds at every look, or at a declared end.

A pair is judged by its score at the null, which keeps its power where one wins nearly always
(a test on log-odds loses it there). With x = 1, 0, -1 for a win, a tie and a loss and w the
weight of a vote (1 where the two met; what it says of them by way of others elsewhere),

.. math:: m = \sum w x / I, \quad I = \sum w^2 4 p (1 - p),
          \quad V = V_0 + \max(V_r - V_0, V_0/4) + \max(V_p - V_0, V_0/4)

with V_0 the variance of m for independent votes and V_r, V_p those that leave one rater or one
prompt out at a time. Only what clusters *add* was estimated from few of them, so V has
f = V^2 / (E_r^2/f_r + E_p^2/f_p) degrees of freedom (Satterthwaite), E what is added and f_r, f_p
the effective clusters less one. The leader is ahead where |m| exceeds sqrt(V) c, with c the t
mixture of `sequential`, and where the votes by themselves, taken as independent, agree by the
mixture that is exact for them. At a declared end c is a quantile of Student's t.

What the constants rest on is a simulation, `make bench-truth`: the errors that it finds are
promised, not the formula. Over all pairs the error is shared by Shaffer's procedure.

References
----------
Rao (1948), Proceedings of the Cambridge Philosophical Society 44 (the score). Boos (1992), "On
generalized score tests", The American Statistician 46. Satterthwaite (1946), Biometrics Bulletin
2. Shaffer (1986), "Modified sequentially rejective multiple test procedures", Journal of the
American Statistical Association 81. MacKinnon, Nielsen and Webb (2024), "Jackknife inference
with two-way clustering" (two-term variances). Lan and DeMets (1983), "Discrete sequential
boundaries for clinical trials", Biometrika 70 (one error, spent before the end and at it).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, inf
from typing import Self

import numpy as np
from scipy.special import stdtrit

from service.stats.counts import FloatArray
from service.stats.findings import StatsError
from service.stats.sequential import boundary, tightest

# The error over all looks and pairs.
ALPHA = 0.05
# Votes that are no ties at which the boundary is tightest.
TIGHTEST_AT = 100.0
# What each kind of cluster adds to the variance of independent votes, at least.
LEAST_ADDED = 0.25
# As if so many votes more had come to nothing: where all votes are alike, their spread is zero.
CAUTION = 3.0
# The part of the error that the boundary is drawn at; estimated variances take the rest.
DRAWN = 0.4
# Of the error, before a declared end and at it.
BEFORE_END, AT_END = 0.2, 0.6


class State(StrEnum):
    """What may be said of a leader and a rival; behind is asked of one that was named before."""

    AHEAD = "ahead"
    BEHIND = "behind"
    EQUAL = "equal"
    OPEN = "open"


class Holds(StrEnum):
    """When it may be said."""

    ALWAYS = "always"
    AT_END = "at_end"


Part = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Scores:
    """What the votes say of pairs; arrays of one shape, an entry a pair.

    Attributes
    ----------
    mean : array
        m above: for two items alone, the mean of 1, 0 and -1 over their votes.
    information : array
        I above: for two items alone, their number of votes.
    decided : array
        The same, of votes that are no ties.
    variance, freedom : arrays
        V and f above.
    independent : array
        V_0 above.
    raters, prompts : (added, freedom) or None
        What they add to it, as found, with f_r and f_p; None where there are too few of them.
    """

    mean: FloatArray
    information: FloatArray
    decided: FloatArray
    variance: FloatArray
    freedom: FloatArray
    independent: FloatArray
    raters: Part | None = None
    prompts: Part | None = None

    @classmethod
    def of(
        cls,
        mean: FloatArray,
        information: FloatArray,
        decided: FloatArray,
        independent: FloatArray,
        raters: Part | None = None,
        prompts: Part | None = None,
    ) -> Self:
        """Return scores, V and f added up from what they rest on."""
        caution = CAUTION * decided / information**3
        parts = [part for part in (raters, prompts) if part is not None]
        variance, freedom = add_up(independent, parts, caution)
        return cls(mean, information, decided, variance, freedom, independent, raters, prompts)


def leave_out(sums: FloatArray, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the variance of a sum that leaves one cluster out at a time, and its freedom.

    Parameters
    ----------
    sums : (..., G) array
        What is left of each cluster's part of the sum when its expectation is taken off.
    shares : (..., G) array
        Each cluster's share of the information; zeros where it has none.
    """
    number = np.maximum((shares > 0).sum(axis=-1), 1)
    apart = sums / np.maximum(1 - shares, 1e-9)
    variance: FloatArray = (apart**2).sum(axis=-1) * (number - 1) / number
    freedom: FloatArray = 1 / np.maximum((shares**2).sum(axis=-1), 1e-300) - 1
    return variance, freedom


def add_up(
    independent: FloatArray, parts: Sequence[Part], caution: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return V and f from the variance of independent votes and what each kind of cluster adds.

    Parameters
    ----------
    independent : array
        V_0.
    parts : sequence of (added, freedom)
        V_r - V_0 and the like, negative where the clusters happen to be alike.
    caution : array
        Added to V: what `CAUTION` votes would.
    """
    variance = independent + caution
    doubt = np.zeros_like(independent)
    for added, freedom in parts:
        more = np.maximum(added, LEAST_ADDED * independent)
        variance = variance + more
        doubt = doubt + more**2 / np.maximum(freedom, 1e-9)
    with np.errstate(divide="ignore"):
        freedom = np.where(doubt > 0, variance**2 / np.maximum(doubt, 1e-300), inf)
    return variance, np.where(freedom > 1e9, inf, freedom)  # noqa: PLR2004 - as good as known


def reach(scores: Scores, alpha: float) -> FloatArray:
    """Return how large |m| has to be at whatever look, with error `alpha` over all of them."""
    if not 0 < alpha < 1:
        raise StatsError("alpha must lie between 0 and 1")
    eta = TIGHTEST_AT / tightest(ALPHA)
    clustered = np.sqrt(scores.variance) * boundary(
        scores.decided / eta, scores.freedom, alpha=DRAWN * alpha
    )
    run = scores.decided + eta
    alone = np.sqrt(run * np.log(run / (eta * alpha**2))) / np.maximum(scores.information, 1e-300)
    found: FloatArray = np.maximum(clustered, alone)
    return found


def reach_at_end(scores: Scores, alpha: float) -> FloatArray:
    """Return how large |m| has to be at one look that was fixed before, with error `alpha`."""
    freedom = np.minimum(scores.freedom, 1e9)
    quantile = stdtrit(freedom, 1 - alpha / 2)
    normal = stdtrit(1e9, 1 - alpha / 2)
    alone = (normal * np.sqrt(scores.decided) + 1) / np.maximum(scores.information, 1e-300)
    found: FloatArray = np.maximum(quantile * np.sqrt(scores.variance), alone)
    return found


def count_open(items: int, beaten: int) -> int:
    """Return of how many pairs all could be equal, once the leader is ahead of so many.

    The leader is then equal to at most the others, and those it beat among themselves; or to
    one alone, with all the rest equal. (Shaffer's second procedure.)
    """
    others = items - 1 - beaten
    return max(comb(others + 1, 2) + comb(beaten, 2), 1 + comb(items - 2, 2))


@dataclass(frozen=True)
class Judgement:
    """What may be said of the leader and one rival, and when."""

    state: State
    holds: Holds | None = None


def judge(
    scores: Scores,
    items: int,
    *,
    margin: float,
    alpha: float = ALPHA,
    has_end: bool = False,
    at_end: bool = False,
    either_way: bool = False,
) -> tuple[Judgement, ...]:
    """Return what may be said of the leader of `items` and each of its rivals.

    With `either_way` it is an item that was named before the first look, which may be behind as
    well as ahead. Both may be asked of the same votes under the one error: a false statement of
    either needs a pair that is equal beyond the limit for as many equal pairs as there can be.

    Parameters
    ----------
    scores : Scores
        Leader, or the item that was named, against rival, (K - 1,) arrays.
    items : int
        K: how many are compared; any of them might have led.
    margin : float
        Pairs whose m lies within it for sure are equal.
    alpha : float
        Error over all looks and pairs.
    has_end, at_end : bool
        Whether an end was declared before the first look, and whether this is it.
    either_way : bool
        Whether the others may be ahead; else nobody is said to be behind.
    """
    before = alpha * BEFORE_END if has_end else alpha
    found = _judge(scores, items, before, margin, reach, Holds.ALWAYS, either_way=either_way)
    if not (has_end and at_end):
        return found
    last = alpha * AT_END
    ended = _judge(scores, items, last, margin, reach_at_end, Holds.AT_END, either_way=either_way)
    return tuple(
        late if early.state is State.OPEN else early
        for early, late in zip(found, ended, strict=True)
    )


def _judge(
    scores: Scores,
    items: int,
    alpha: float,
    margin: float,
    limit: Callable[[Scores, float], FloatArray],
    holds: Holds,
    *,
    either_way: bool,
) -> tuple[Judgement, ...]:
    apart = np.zeros(len(scores.mean), dtype=bool)
    told = np.abs(scores.mean) if either_way else scores.mean
    while True:
        level = alpha / count_open(items, int(apart.sum()))
        more = (told > limit(scores, level)) & ~apart
        if not more.any():
            break
        apart |= more
    near = np.abs(scores.mean) + limit(scores, alpha / count_open(items, 0)) < margin
    return tuple(
        Judgement((State.AHEAD if mean > 0 else State.BEHIND) if told_apart else State.EQUAL, holds)
        if told_apart or same
        else Judgement(State.OPEN)
        for mean, told_apart, same in zip(scores.mean, apart, near, strict=True)
    )
