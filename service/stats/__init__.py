"""Paired comparisons: a small library on numpy and scipy that imports nothing of ours.

The way through it::

    counts = stats.from_counts(items, first, second, outcome, votes)
    fit = stats.fit(counts, start=earlier)
    intervals = stats.find_intervals(fit, raters=rater_cells, prompts=prompt_cells)
    ranking = stats.rank_items(intervals)  # .to_dict() is JSON-able

Strengths are in natural-log units, ratings on the published scale. Data never raises: what
is wrong with it comes back as findings beside finite numbers; `StatsError` means misuse.

From votes to ranks, each resting on those above it:

=====================  ====================================================================
findings, plain        what can be wrong with data; results as JSON-able values
counts                 cells of counted comparisons, and the outcomes
canonical, tally       checks of arrays; ways into cells: codes, counts, names, clusters
davidson, likelihood   ties; rows, moments, score and information of both models
connectivity           components, and whose strength the votes leave unbounded
newton, fitting        strengths, by maximum likelihood or with a weak prior
diagnosis              the findings of a fit
residuals, clusters    what votes add to the score; leaving one cluster out
covariance             Fisher, sandwich, clustered one way and two ways
intervals              intervals of strengths and ratings, and for whom they speak
maxima, ranks          critical values; differences, rank sets, P(best), groups
bootstrap              multinomial and cluster resampling, as a cross-check; resampling: the draws
scale, shares          the published scale; what was counted, before any model
covariates             length and markdown style of texts as differences
simulate               votes drawn with effects of raters, prompts and sides
=====================  ====================================================================

Questions asked of them:

=====================  ====================================================================
sequential, stopping   intervals that stay true under peeking; may we stop, what is short
pair_sequence          the same for one pair by itself; verdicts: for several items
dealing                how often to deal each pair
position, raters       does the side decide; what each rater's votes look like
cohen, agreement       agreement of two raters, and of many; loo_agreement: with the others
robustness             how little would turn the top over; transitivity: is there one order
blinding, guesses      how blind the raters were; are guesses right by chance
tradeoff, break_even   quality against cost
slices, proportions    ratings per tag; proportions and exact tests
means, jackknife       means of values on a scale, clustered by rater and prompt
=====================  ====================================================================
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
