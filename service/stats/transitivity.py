"""Do the items have one order at all: a test of the fit, and the cycles that contradict it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from service.stats.connectivity import find_shape
from service.stats.counts import SIGN, Counts, FloatArray
from service.stats.findings import StatsError
from service.stats.fitting import Fit
from service.stats.plain import plain
from service.stats.proportions import holm, sign_test

LEAST_EXPECTED = 5.0
MOST_CYCLES = 1000


@dataclass(frozen=True)
class Cycle:
    """Three items of which each is significantly preferred to the next, round in a circle.

    Attributes
    ----------
    items : tuple of str
        The first is preferred to the second, that to the third, that to the first.
    shares : tuple of float
        Share of the votes (ties half) of each over the next.
    p_value : float
        The largest of the three, adjusted for all pairs.
    """

    items: tuple[str, str, str]
    shares: tuple[float, float, float]
    p_value: float


@dataclass(frozen=True)
class Transitivity:
    """How well one scale describes all pairs.

    Attributes
    ----------
    statistic, degrees, p_value : float
        Pearson's X^2 after division by the design effect; p is 1 without degrees of freedom.
    pairs : int
        Pairs with votes.
    sparse_share : float
        Share of the pairs in which fewer than five wins of either side are expected; where
        most are, the p-value is rough.
    design_effect : float
        What the statistic was divided by.
    cycles : tuple of Cycle
        Most certain first; at most a thousand.
    """

    statistic: float
    degrees: float
    p_value: float
    pairs: int
    sparse_share: float
    design_effect: float
    cycles: tuple[Cycle, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the test as JSON-able values."""
        values: dict[str, Any] = plain(self)
        return values


def check_transitivity(
    found: Fit, *, design_effect: float = 1.0, level: float = 0.05
) -> Transitivity:
    r"""Test the fitted scale against one free share for every pair, and list the cycles.

    .. math:: X^2 = \sum_{i<j} \frac{(w_{ij} - n_{ij} p_{ij})^2}
              {n_{ij} p_{ij} (1 - p_{ij}) (1 - t)}

    with w the wins (ties half), p the fitted share and t the share of ties, since a vote with
    half ties has variance p (1 - p) - t/4, near p (1 - p) (1 - t). Under the model X^2 is chi
    squared with as many degrees of freedom as pairs minus items plus components. Votes of one
    rater or prompt hang together and inflate it: divide by their design effect (Rao and Scott).

    A cycle is reported only if each of its three edges is significant by the exact sign test of
    the votes that are no ties, adjusted by Holm over all pairs: three coins often look cyclic.

    Parameters
    ----------
    found : Fit
        Of the Bradley–Terry kind.
    design_effect : float
        At least 1: how much more the shares vary than with independent votes.
    level : float
        For the edges of cycles, over all pairs at once.

    Raises
    ------
    StatsError
        `design_effect` is below 1 or `level` outside (0, 1).

    References
    ----------
    Bradley (1954), "Rank analysis of incomplete block designs II", Biometrika 41; Rao and Scott
    (1981), Journal of the American Statistical Association 76; Holm (1979), Scandinavian
    Journal of Statistics 6.
    """
    if not design_effect >= 1 or not 0 < level < 1:
        raise StatsError("a design effect is at least 1, and a level lies in (0, 1)")
    table = _tables(found.counts)
    first, second = np.nonzero(np.triu(table.votes, 1))
    votes = table.votes[first, second]
    wins = table.wins[first, second] + table.ties[first, second] / 2
    gap = found.strengths[first] - found.strengths[second]
    share = special.expit(gap)
    tied = float(table.ties.sum() / max(table.votes.sum(), 1.0))
    expected = votes * share
    variance = expected * (1 - share) * max(1 - tied, 1e-9)
    statistic = float(((wins - expected) ** 2 / variance).sum()) / design_effect
    degrees = len(first) - _parameters(len(found.items), first, second)
    scarce = np.minimum(expected, votes - expected) < LEAST_EXPECTED
    return Transitivity(
        statistic=statistic,
        degrees=float(degrees),
        p_value=float(special.chdtrc(degrees, statistic)) if degrees > 0 else 1.0,
        pairs=len(first),
        sparse_share=float(scarce.mean()) if len(scarce) else 0.0,
        design_effect=design_effect,
        cycles=_cycles(found.items, table, level),
    )


@dataclass(frozen=True, eq=False)
class _Tables:
    """Wins of the row over the column, ties and votes, each (K, K)."""

    wins: FloatArray
    ties: FloatArray

    @property
    def votes(self) -> FloatArray:
        """All votes of a pair, symmetric."""
        return self.wins + self.wins.T + self.ties


def _tables(counts: Counts) -> _Tables:
    size = len(counts.items)
    wins, ties = np.zeros((size, size)), np.zeros((size, size))
    sign = SIGN[counts.outcome]
    for one, other, chosen in (
        (counts.first, counts.second, sign > 0),
        (counts.second, counts.first, sign < 0),
    ):
        np.add.at(wins, (one[chosen], other[chosen]), counts.votes[chosen])
    tied = sign == 0
    np.add.at(ties, (counts.first[tied], counts.second[tied]), counts.votes[tied])
    return _Tables(wins, ties + ties.T)


def _parameters(size: int, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> int:
    """Return the number of free strengths: items less components."""
    even = np.ones(len(first))
    return size - find_shape(size, first, second, even, even).components


def _cycles(items: tuple[str, ...], table: _Tables, level: float) -> tuple[Cycle, ...]:
    size = len(items)
    first, second = np.nonzero(np.triu(table.votes, 1))
    p_value = np.ones((size, size))
    adjusted = holm(sign_test(table.wins[first, second], table.wins[second, first]))
    p_value[first, second] = p_value[second, first] = adjusted
    beats = (table.wins > table.wins.T) & (p_value < level)
    share = (table.wins + table.ties / 2) / np.maximum(table.votes, 1.0)
    found: list[Cycle] = []
    for one in range(size):
        # Each circle once, beginning with its lowest number.
        for two in np.flatnonzero(beats[one, one + 1 :]) + one + 1:
            for three in np.flatnonzero(beats[two, one + 1 :] & beats[one + 1 :, one]) + one + 1:
                edges = ((one, two), (two, three), (three, one))
                shares = [float(share[edge]) for edge in edges]
                found.append(
                    Cycle(
                        items=(items[one], items[two], items[three]),
                        shares=(shares[0], shares[1], shares[2]),
                        p_value=float(max(p_value[edge] for edge in edges)),
                    )
                )
    return tuple(sorted(found, key=lambda cycle: cycle.p_value)[:MOST_CYCLES])
