"""Tables of wins, as published examples give them, into counts."""

import numpy as np

from service import stats
from service.stats import Outcome, StatsError


def from_wins(wins, ties=None, items=None):
    """Count `wins[i, j]` votes for i over j, and ties given symmetrically or in one triangle."""
    table = np.asarray(wins, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise StatsError("wins must be a square table")
    one, two = np.nonzero(table)
    how = np.full(len(one), Outcome.FIRST)
    votes = table[one, two]
    if ties is not None:
        draws = np.asarray(ties, dtype=np.float64)
        upper = np.triu(np.maximum(draws, draws.T))
        left, right = np.nonzero(upper)
        one, two = np.concatenate([one, left]), np.concatenate([two, right])
        how = np.concatenate([how, np.full(len(left), Outcome.TIE)])
        votes = np.concatenate([votes, upper[left, right]])
    return stats.from_counts(len(table) if items is None else items, one, two, how, votes)
