"""What was counted, before any model: win shares, ties and "both bad", with intervals."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.stats.counts import SIGN, BoolArray, Counts, FloatArray, Outcome, sum_by
from service.stats.intervals import quantile
from service.stats.plain import plain


@dataclass(frozen=True, eq=False)
class Shares:
    """Per item, what its votes said; every array is of shape (K,).

    Attributes
    ----------
    items : tuple of str
    votes, wins, losses : arrays
        Numbers of votes, strength of the preference ignored.
    ties, both_good, both_bad : arrays
        Numbers of plain ties and of both kinds of named ones.
    share, share_low, share_high : arrays
        Share of all votes won, ties half, with its interval; 1/2 within 0..1 without votes.
    tie_share : array
        Ties of all kinds, of all votes; 0 without votes.
    bad, bad_low, bad_high : arrays
        Share of votes in which both sides were called bad, with its interval: the report
        of its own on "both bad".
    level : float
    """

    items: tuple[str, ...]
    votes: FloatArray
    wins: FloatArray
    losses: FloatArray
    ties: FloatArray
    both_good: FloatArray
    both_bad: FloatArray
    share: FloatArray
    share_low: FloatArray
    share_high: FloatArray
    tie_share: FloatArray
    bad: FloatArray
    bad_low: FloatArray
    bad_high: FloatArray
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Return the shares as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def count_shares(counts: Counts, *, level: float = 0.95) -> Shares:
    """Return the shares of wins, ties and "both bad" of each item.

    The intervals are Wilson's [1]_, which are never empty and stay within 0..1; votes are
    taken as independent, and a tie as half a win, which errs on the wide side.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
       inference. JASA 22(158), 209-212.
    """
    sign = SIGN[counts.outcome]
    votes = _per_item(counts, np.ones(len(counts), dtype=bool))
    ahead = _one_side(counts, sign > 0, first=True) + _one_side(counts, sign < 0, first=False)
    behind = _one_side(counts, sign > 0, first=False) + _one_side(counts, sign < 0, first=True)
    plain_ties = _per_item(counts, counts.outcome == Outcome.TIE)
    good = _per_item(counts, counts.outcome == Outcome.BOTH_GOOD)
    bad = _per_item(counts, counts.outcome == Outcome.BOTH_BAD)
    half = (plain_ties + good + bad) / 2
    share, share_low, share_high = wilson(ahead + half, votes, level)
    bad_share, bad_low, bad_high = wilson(bad, votes, level)
    return Shares(
        items=counts.items,
        votes=votes,
        wins=ahead,
        losses=behind,
        ties=plain_ties,
        both_good=good,
        both_bad=bad,
        share=share,
        share_low=share_low,
        share_high=share_high,
        tie_share=2 * half / np.maximum(votes, 1e-300),
        bad=np.where(votes > 0, bad_share, 0.0),
        bad_low=bad_low,
        bad_high=bad_high,
        level=level,
    )


def wilson(
    part: FloatArray, whole: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return a share with Wilson's interval; 1/2 within 0..1 where `whole` is zero.

    .. math:: \frac{p + z^2/2n \pm z \sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}
    """
    factor = quantile(level, np.inf)
    number = np.maximum(whole, 1e-12)
    share = np.where(whole > 0, part / number, 0.5)
    extra = factor**2 / number
    middle = (share + extra / 2) / (1 + extra)
    reach = factor * np.sqrt(share * (1 - share) / number + extra / (4 * number)) / (1 + extra)
    return share, np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def _one_side(counts: Counts, chosen: BoolArray, *, first: bool) -> FloatArray:
    side = counts.first if first else counts.second
    return sum_by(side[chosen], counts.votes[chosen], len(counts.items))


def _per_item(counts: Counts, chosen: BoolArray) -> FloatArray:
    return _one_side(counts, chosen, first=True) + _one_side(counts, chosen, first=False)
