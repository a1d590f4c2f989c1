"""What was counted, before any model: shares of votes, with intervals that allow for clusters."""

from math import inf

import numpy as np

from service.stats import covariance
from service.stats.counts import BoolArray, Cells, ClusterCells, Counts, IntArray, sum_by
from service.stats.intervals import ENOUGH, LEAST_DEGREES
from service.stats.proportions import Estimate, wilson


def share_of_votes(
    counts: Counts,
    outcomes: IntArray,
    *,
    raters: ClusterCells | None = None,
    prompts: ClusterCells | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Return the share of votes that ended in one of these outcomes.

    With clusters the variance is the leave-one-cluster-out one of a ratio,

    .. math:: V = \frac{G - 1}{G} \sum_g \left( \frac{x_g - p n_g}{N - n_g} \right)^2,

    by rater plus by prompt less the independent one, never below that; Wilson's interval [1]_ is
    then taken of the number of independent votes that would be as sure, with a t quantile on
    the smaller effective number of clusters less one. Fewer clusters than `ENOUGH` are not
    estimated from: the interval speaks for these alone.

    Parameters
    ----------
    counts : Counts
    outcomes : integer array
        Codes of `Outcome`.
    raters, prompts : ClusterCells, optional
        The same votes, kept apart by rater and by prompt.
    confidence : float

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
       inference. JASA 22(158), 209-212.
    """
    total = counts.total
    part = float(counts.votes[_chosen(counts, outcomes)].sum())
    usable = [
        cells
        for cells in (raters, prompts)
        if cells is not None and covariance.count_clusters(cells) >= ENOUGH
    ]
    if not usable or part in (0.0, total):
        return wilson(part, total, confidence)
    share = part / total
    alone = share * (1 - share) / total
    variances = [_left_out(cells, outcomes, share) for cells in usable]
    variance = max(alone, *variances, sum(variances) - (len(variances) - 1) * alone)
    freedom = min(covariance.count_effective(cells) - 1 for cells in usable)
    worth = share * (1 - share) / variance
    return wilson(share * worth, worth, confidence, max(freedom, LEAST_DEGREES))


def _left_out(cells: ClusterCells, outcomes: IntArray, share: float) -> float:
    """Return the variance of a share by leaving out each cluster in turn; infinite for one."""
    size = len(cells.clusters)
    votes = sum_by(cells.cluster, cells.votes, size)
    part = sum_by(cells.cluster, cells.votes * _chosen(cells, outcomes), size)
    groups, rest = int((votes > 0).sum()), votes.sum() - votes
    if groups < 2 or (rest <= 0).any():  # noqa: PLR2004 - nothing is left without the only one
        return inf
    return float((groups - 1) / groups * (((part - share * votes) / rest) ** 2).sum())


def _chosen(cells: Cells, outcomes: IntArray) -> BoolArray:
    chosen: BoolArray = np.isin(cells.outcome, outcomes)
    return chosen
