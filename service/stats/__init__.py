"""Paired comparisons: a small library on numpy and scipy that imports nothing of ours.

The way through it: votes become `Counts` (tally), counts a `Fit` (fitting), a fit `Intervals`
(intervals), intervals ranks and comparisons (ranks). Data never raises: whatever is wrong
with it comes back as findings beside finite numbers; `StatsError` means misuse.

==============  ===========================================================================
counts          cells of counted comparisons, and the outcomes
tally           ways into cells: from codes, counts, names, tables, clusters
likelihood      rows, moments, score and information of both models; davidson: ties
connectivity    components, and whose strength the votes leave unbounded
newton, fitting strengths, by maximum likelihood or with a weak prior
diagnosis       the findings of a fit; findings: what a finding is
covariance      Fisher, sandwich, clustered one way and two ways
intervals       intervals of strengths and ratings, and what they speak for
ranks           differences, rank sets, P(best), groups that cannot be told apart
bootstrap       multinomial and cluster resampling, as a cross-check
covariates      length and markdown style of texts as differences
shares          win shares, ties and "both bad" as counted
simulate        votes drawn with rater, prompt and position effects
scale, plain    the published scale; results as JSON-able values
==============  ===========================================================================
"""

from service.stats.counts import ClusterCells, Counts, Outcome
from service.stats.findings import Code, Finding, StatsError
from service.stats.fitting import WEAK_PRIOR, Fit, fit
from service.stats.intervals import Intervals, Method, find_intervals
from service.stats.ranks import Ranking, rank_items
from service.stats.shares import Shares, count_shares
from service.stats.tally import from_clusters, from_codes, from_counts, from_names, from_wins

__all__ = [
    "WEAK_PRIOR",
    "ClusterCells",
    "Code",
    "Counts",
    "Finding",
    "Fit",
    "Intervals",
    "Method",
    "Outcome",
    "Ranking",
    "Shares",
    "StatsError",
    "count_shares",
    "find_intervals",
    "fit",
    "from_clusters",
    "from_codes",
    "from_counts",
    "from_names",
    "from_wins",
    "rank_items",
]
