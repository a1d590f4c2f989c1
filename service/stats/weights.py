"""How much each rater's votes count: a diligent one little more than an even share.

Where raters differ, the estimate from all votes as they came is as unsure as if there were few
raters, once one of them has cast most; more of that rater's votes then make it worse. Bounded,
they hardly do: with n_g votes each, rater g counts as min(n_g, C) votes, C one and a half times
the mean of what all count as. (Without differences the bound costs what is bounded away.)
"""

from dataclasses import replace

import numpy as np

from service.stats.counts import ClusterCells, FloatArray, sum_by
from service.stats.findings import Code, Finding
from service.stats.intervals import DOMINANT, ENOUGH
from service.stats.tally import as_fields

MOST = 1.5  # times the mean
ROUNDS = 60


def bound_weights(votes: FloatArray, *, most: float = MOST) -> FloatArray:
    """Return the weight of a vote of each cluster, from their numbers of votes; (..., G) arrays.

    Parameters
    ----------
    votes : (..., G) array
        Zero where a cluster has none.
    most : float
        No cluster counts for more than so many times the mean of all; above 1.
    """
    number = np.maximum((votes > 0).sum(axis=-1, keepdims=True), 1)
    limit = votes.max(axis=-1, keepdims=True, initial=0.0)
    for _ in range(ROUNDS):
        counted = np.minimum(votes, limit)
        lower = np.minimum(limit, most * counted.sum(axis=-1, keepdims=True) / number)
        if (lower >= limit).all():
            break
        limit = lower
    weight: FloatArray = np.minimum(1.0, limit / np.maximum(votes, 1e-300))
    return np.where(votes > 0, weight, 0.0)


def bound_clusters(cells: ClusterCells) -> ClusterCells:
    """Return the cells with each cluster's votes bounded; the same ones where nothing is."""
    weight = bound_weights(sum_by(cells.cluster, cells.votes, len(cells.clusters)))
    own = weight[cells.cluster]
    if (own > 1 - 1e-9).all():
        return cells
    fields = {**as_fields(cells), "votes": cells.votes * own, "squares": cells.squares * own**2}
    return replace(cells, **fields)


def find_busiest(cells: ClusterCells) -> tuple[Finding, ...]:
    """Return a finding where one rater of several cast a large share of the votes."""
    votes = sum_by(cells.cluster, cells.votes, len(cells.clusters))
    share = float(votes.max(initial=0.0) / max(votes.sum(), 1e-300))
    if (votes > 0).sum() < ENOUGH or share < DOMINANT:
        return ()
    text = (
        "One rater cast a large share of the votes; nobody counts for more than 1.5 times the mean."
    )
    return (Finding(Code.DOMINANT_RATER, text, figures={"share": share}),)
