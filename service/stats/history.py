r"""What the order and the names of single votes may tell: drift, and copies of one rater.

*Drift.* With u the residual of a vote for an item and c its being early less the share that is,
the sum of c u has expectation zero while strengths stay what they are. Its variance allows for
raters and prompts as in `ahead`, so that raters of other taste who come later are no drift. Early
is a tenth, a quarter and half of the votes, each item by itself, all of it shared by Bonferroni.

*Copies.* Two raters who voted on the same matchups agree as often as others do; who agrees on
(nearly) all of many is one rater under two names.

References
----------
Andrews (1993), "Tests for parameter instability and structural change with unknown change point",
Econometrica 61.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

from service.stats.ahead import add_up, leave_out
from service.stats.counts import SIGN, FloatArray, IntArray, sum_by
from service.stats.findings import Code, Finding
from service.stats.fitting import fit
from service.stats.intervals import ENOUGH
from service.stats.tally import from_counts

LEVEL = 0.01
EARLY = (0.1, 0.25, 0.5)
FEWEST = 60  # votes: below it a tenth of them says nothing
FEWEST_EARLY = 4.0  # raters, as many as they are worth
ALIKE = 0.98
FEWEST_SHARED = 10
COPY_LEVEL = 0.001


@dataclass(frozen=True, eq=False)
class History:
    """Single votes in the order in which they came, as arrays of one length.

    Attributes
    ----------
    items : tuple of str
    first, second, outcome : (N,) integers
        As in `from_counts`.
    rater, prompt : (N,) integers
    raters : tuple of str
        Their names.
    """

    items: tuple[str, ...]
    first: IntArray
    second: IntArray
    outcome: IntArray
    rater: IntArray
    prompt: IntArray
    raters: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.first)


def find_drift(votes: History, *, level: float = LEVEL) -> tuple[Finding, ...]:
    """Return a finding where early votes say something else than late ones.

    Parameters
    ----------
    votes : History
    level : float
        Of all tests together, at one look. (Measured: it is found in about 1 % of studies without
        drift, in up to 3 % where raters differ and come one after another.)
    """
    if len(votes) < FEWEST:
        return ()
    found = sorted(_changes(votes), key=lambda one: one.p_value)
    tests = len(found) if len(votes.items) > 2 else len(EARLY)  # noqa: PLR2004 - two are one test
    if not found or found[0].p_value * tests > level:
        return ()
    first = found[0]
    shares = {"early": first.early, "late": first.late, "votes": float(first.votes)}
    text = "Early votes say something else of it than late ones."
    return (Finding(Code.DRIFT, text, items=(first.item,), figures=shares),)


@dataclass(frozen=True)
class _Change:
    item: str
    votes: int
    early: float
    late: float
    p_value: float


def _changes(votes: History) -> Iterator[_Change]:
    items, number = votes.items, len(votes)
    whole = fit(from_counts(items, votes.first, votes.second, votes.outcome), prior=0.0)
    gap = whole.strengths[votes.first] - whole.strengths[votes.second]
    sign = SIGN[votes.outcome].astype(np.float64)
    beyond = sign - np.tanh(gap / 2)
    # A few raters who came first are no drift: they may be of another taste.
    least = FEWEST_EARLY if len(votes.raters) >= ENOUGH else 1.0
    for at, name in enumerate(items):
        side = (votes.first == at) * 1.0 - (votes.second == at)
        own = side != 0
        if not own.any():
            continue
        for part in EARLY:
            early = np.arange(number) < part * number
            share = float(early[own].mean())
            if share in (0.0, 1.0) or _effective(votes.rater[early]) < least:
                continue
            told = side * beyond * (early - share)
            won = (1 + side * sign) / 2
            yield _Change(
                name,
                int(early.sum()),
                float(won[own & early].mean()),
                float(won[own & ~early].mean()),
                _p_value(told, np.where(own, (early - share) ** 2, 0.0), votes.rater, votes.prompt),
            )


def _effective(code: IntArray) -> float:
    shares = np.bincount(code) / max(len(code), 1)
    return 1 / max(float(shares @ shares), 1e-300)


def _p_value(told: FloatArray, apart: FloatArray, rater: IntArray, prompt: IntArray) -> float:
    """Return how likely so large a change is by luck: `told` regressed on `apart`, its own c^2."""
    total = float(apart.sum())
    change = float(told.sum()) / total
    rest = (told - change * apart) / total
    alone = np.array(rest @ rest)
    parts = []
    for code in (rater, prompt):
        shares = sum_by(code, apart, int(code.max()) + 1) / total
        if (shares > 0).sum() > 1:
            variance, freedom = leave_out(sum_by(code, rest, len(shares)), shares)
            parts.append((np.asarray(variance - alone), freedom))
    variance, freedom = add_up(alone, parts, np.array(0.0))
    if not variance > 0:
        return 1.0
    return float(2 * stats.t.sf(abs(change) / float(variance) ** 0.5, float(freedom)))


def find_copies(votes: History, *, level: float = COPY_LEVEL) -> tuple[Finding, ...]:
    """Return a finding for raters who voted the same, more than others do, on all they share."""
    number = len(votes.raters)
    if number < 3 or not len(votes):  # noqa: PLR2004 - others are needed to compare with
        return ()
    size = len(votes.items)
    pair = votes.first.astype(np.int64) * size + votes.second
    matchup = np.unique(votes.prompt.astype(np.int64) * size * size + pair, return_inverse=True)[1]
    kinds = int(votes.outcome.max()) + 1
    shared = _overlaps(votes.rater, matchup, number)
    agreed = _overlaps(votes.rater, matchup * kinds + votes.outcome, number)
    one, two = np.triu_indices(number, 1)
    both, same = shared[one, two], agreed[one, two]
    usual = (same.sum() - same + 1) / (both.sum() - both + 2)
    chance = stats.binom.sf(same - 1, both, usual) * len(one)
    copied = (both >= FEWEST_SHARED) & (same >= ALIKE * both) & (chance < level)
    if not copied.any():
        return ()
    groups = _groups(number, one[copied], two[copied])
    names = tuple(votes.raters[at] for group in groups for at in group)
    text = "These raters voted the same on all that they share: one rater under several names?"
    figures = {"raters": float(len(names)), "votes": float(both[copied].max())}
    return (Finding(Code.COPIED_RATERS, text, items=names, figures=figures),)


def _overlaps(rater: IntArray, code: IntArray, number: int) -> FloatArray:
    table = sparse.coo_array(
        (np.ones(len(code)), (rater, code)), shape=(number, int(code.max()) + 1)
    ).tocsr()
    table.data[:] = 1.0
    found: FloatArray = (table @ table.T).toarray()
    return found


def _groups(number: int, one: IntArray, two: IntArray) -> list[list[int]]:
    links = sparse.coo_array((np.ones(len(one)), (one, two)), shape=(number, number))
    parts = sparse.csgraph.connected_components(links, directed=False)[1]
    found = [np.flatnonzero(parts == part).tolist() for part in np.unique(parts)]
    return [group for group in found if len(group) > 1]
