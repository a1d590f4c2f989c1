"""The scores of a leader against each of its rivals, from the votes of all (see `ahead`)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, special

from service.stats.ahead import Scores, leave_out
from service.stats.counts import SIGN, Cells, ClusterCells, FloatArray, IntArray, sum_by
from service.stats.covariance import count_clusters
from service.stats.fitting import Fit, fit
from service.stats.intervals import ENOUGH
from service.stats.tally import from_counts


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cells of one kind of cluster, and the fit to the votes as they are weighed there."""

    fit: Fit
    cells: ClusterCells

    @property
    def are_enough(self) -> bool:
        """Whether there are enough of them to speak for others."""
        return count_clusters(self.cells) >= ENOUGH

    @cached_property
    def summed(self) -> "_Summed":
        """The cells of each cluster and pair as one: their votes, and wins less losses."""
        cells, size = self.cells, len(self.cells.items)
        key = (cells.cluster.astype(np.int64) * size + cells.first) * size + cells.second
        found, place = np.unique(key, return_inverse=True)
        cluster, pair = np.divmod(found, size * size)
        first, second = np.divmod(pair, size)
        votes = sum_by(place, cells.votes, len(found))
        wins = sum_by(place, cells.votes * SIGN[cells.outcome], len(found))
        return _Summed(cluster, first, second, votes, wins)


@dataclass(frozen=True, eq=False)
class _Summed:
    cluster: IntArray
    first: IntArray
    second: IntArray
    votes: FloatArray
    wins: FloatArray


def score_rivals(
    leader: int, rivals: IntArray, whole: Fit, raters: Clusters, prompts: Clusters
) -> Scores:
    """Return the scores of the leader against each rival.

    Under the null that the two are equal, the others have the strengths that fit best then; a
    vote counts as much as it says of the two (the efficient score). Too few clusters of a kind
    are not taken for a sample: the scores speak for these ones.

    Parameters
    ----------
    leader : int
    rivals : (R,) integers
        Positions in the items of `whole`, linked with the leader by votes.
    whole : Fit
        To the votes as they are weighed, without a prior where none is needed.
    raters, prompts : Clusters
        Their votes add up to the counts of `whole`, unless they are weighed otherwise there:
        prompts then say what they add to votes as they came.
    """
    found = [_score(leader, int(rival), whole, raters, prompts) for rival in rivals]
    table = np.array(found, dtype=np.float64).reshape(len(found), -1)
    mean, information, decided, independent = table.T[:4]
    return Scores.of(
        mean,
        information,
        decided,
        independent,
        (table[:, 4], table[:, 5]) if raters.are_enough else None,
        (table[:, 6], table[:, 7]) if prompts.are_enough else None,
    )


@dataclass(frozen=True, eq=False)
class _Contrast:
    """How much a vote on each two items says of the pair, and what it is expected to be."""

    weight: FloatArray
    null: FloatArray
    information: float

    def weights(self, cells: Cells | _Summed) -> FloatArray:
        told: FloatArray = self.weight[cells.first] - self.weight[cells.second]
        return told

    def worth(self, cells: Cells | _Summed) -> FloatArray:
        """Return the information of one vote in each cell: 1 where the two met."""
        share = special.expit(self.null[cells.first] - self.null[cells.second])
        worth: FloatArray = 4 * self.weights(cells) ** 2 * share * (1 - share)
        return worth

    def residuals(self, cells: Cells, strengths: FloatArray) -> FloatArray:
        """Return for one vote in each cell what it is beyond its expectation, weighed."""
        gap = strengths[cells.first] - strengths[cells.second]
        beyond: FloatArray = self.weights(cells) * (SIGN[cells.outcome] - np.tanh(gap / 2))
        return beyond


def _score(leader: int, rival: int, whole: Fit, raters: Clusters, prompts: Clusters) -> list[float]:
    """Return mean, information, decided, V_0; what raters add, its freedom; and so prompts."""
    contrast = _contrast(whole, leader, rival)
    counts = whole.counts
    worth = contrast.worth(counts)
    information = float(counts.votes @ worth)
    independent = _alone(contrast, whole, information)
    parts = []
    for kind in (raters, prompts):
        cells, number = kind.summed, len(kind.cells.clusters)
        own = cells.votes * contrast.worth(cells)
        total = float(own.sum())
        gap = kind.fit.strengths[cells.first] - kind.fit.strengths[cells.second]
        beyond = contrast.weights(cells) * (cells.wins - cells.votes * np.tanh(gap / 2))
        sums, shares = (sum_by(cells.cluster, one, number) / total for one in (beyond, own))
        variance, freedom = leave_out(sums, shares)
        alone = independent if kind.fit is whole else _alone(contrast, kind.fit, total)
        parts += [float(variance) - alone, float(freedom)]
    decided = float(counts.votes @ (worth * (SIGN[counts.outcome] != 0)))
    mean = float(counts.votes @ contrast.residuals(counts, contrast.null)) / information
    return [mean, information, decided, independent, *parts]


def _alone(contrast: _Contrast, found: Fit, information: float) -> float:
    """Return the variance of the mean with votes taken as independent."""
    beyond = contrast.residuals(found.counts, found.strengths)
    return float(found.counts.squares @ beyond**2) / information**2


def _contrast(whole: Fit, leader: int, rival: int) -> _Contrast:
    """Return the efficient score's weights where leader and rival are equal."""
    counts, size = whole.counts, len(whole.items)
    null = _fit_equal(whole, leader, rival)
    share = special.expit(null[counts.first] - null[counts.second])
    curve = counts.votes * share * (1 - share)
    matrix = np.zeros((size, size))
    pair = counts.first.astype(np.int64) * size + counts.second
    among = sum_by(pair, curve, size * size).reshape(size, size)
    among = among + among.T
    matrix += np.diag(among.sum(axis=0)) - among
    component = whole.component
    scale = max(float(np.trace(matrix)) / size, 1e-300)
    matrix += scale * (component[:, None] == component)
    ends = np.zeros(size)
    ends[[leader, rival]] = 1.0, -1.0
    along = linalg.solve(matrix, ends, assume_a="sym")
    gap = float(ends @ along)
    return _Contrast(along / gap, null, 1 / gap)


def _fit_equal(whole: Fit, leader: int, rival: int) -> FloatArray:
    """Return the strengths that fit best while the two are equal."""
    counts, size = whole.counts, len(whole.items)
    if size == 2:  # noqa: PLR2004 - nobody else
        return np.zeros(2)
    place = np.arange(size)
    place[rival] = leader
    place -= place > rival
    place[rival] = place[leader]
    kept = place[counts.first] != place[counts.second]
    merged = from_counts(
        size - 1,
        place[counts.first][kept],
        place[counts.second][kept],
        counts.outcome[kept],
        counts.votes[kept],
        squares=counts.squares[kept],
    )
    return fit(merged, prior=0.0).strengths[place]
