"""Resampling of votes and of clusters: the slow way to a covariance, to check the fast one."""

import numpy as np

from service import stats
from service.stats import ClusterCells, Counts
from service.stats.tally import as_fields, merge_clusters


def resample_votes(fitted, *, rounds, seed=0):
    """Return the parameters (rounds, Q) of fits to as many votes drawn with replacement."""
    rng = np.random.default_rng(seed)
    counts = fitted.counts
    # A cell of n votes of weight w holds n w votes and n w² squares.
    weight = counts.squares / np.maximum(counts.votes, 1e-300)
    number = counts.votes / np.maximum(weight, 1e-300)
    total = round(number.sum())
    drawn = (
        rng.multinomial(total, number / number.sum(), rounds) if total else np.zeros((rounds, 0))
    )
    return np.array([_refit(fitted, counts, often * weight) for often in drawn])


def resample_clusters(fitted, cells, *, rounds, seed=0):
    """Return the parameters (rounds, Q) of fits to as many clusters drawn with replacement."""
    rng = np.random.default_rng(seed)
    size = len(cells.clusters)
    drawn = rng.multinomial(size, np.full(size, 1 / size), rounds)
    return np.array([_refit(fitted, cells, cells.votes * often[cells.cluster]) for often in drawn])


def _refit(fitted, cells, votes):
    fields = {**as_fields(cells), "votes": votes, "squares": votes}
    kept = votes > 0
    if isinstance(cells, ClusterCells):
        own = ClusterCells(**fields, clusters=cells.clusters, cluster=cells.cluster).only(kept)
        counts = merge_clusters(own)
    else:
        counts = Counts(**fields).only(kept)
    again = stats.fit(
        counts,
        model=fitted.model,
        prior=float(fitted.precision.max(initial=0.0)),
        position=fitted.position,
        start=fitted,
    )
    return again.parameters
