"""Paired comparisons: a small library on numpy and scipy that imports nothing of ours.

The way through it::

    counts = stats.from_counts(items, first, second, outcome, votes)
    fit = stats.fit(counts, start=earlier)
    intervals = stats.find_intervals(fit, raters=rater_cells, prompts=prompt_cells)
    ranking = stats.rank_items(intervals)  # .to_dict() is JSON-able

Strengths are in natural-log units, ratings on the published scale. Data never raises: what
is wrong with it comes back as findings beside finite numbers; `StatsError` means misuse.

From votes to ranks, each resting on those above it:

====================  =====================================================================
findings, plain       what can be wrong with data; results as JSON-able values
counts, tally         cells of counted comparisons; the ways into them, checked and added up
connectivity          components, and whose strength the votes leave unbounded
likelihood, newton    both models with their score and information; the maximum
fitting               strengths, by maximum likelihood or with a weak prior, and findings
covariance            residuals; votes as independent, or clustered one and two ways
intervals, scale      intervals of strengths and ratings, and for whom they speak
ranks                 differences, rank sets, P(best), groups, all of them at once
====================  =====================================================================

Questions asked of them:

====================  =====================================================================
ahead, sequential     who is ahead of whom, however often one looks, or at a declared end
rivals, weights       the scores that rests on, of all pairs; no rater counts for too much
forecast              what is short for a claim, and how many votes would probably bring it
dealing               how often to deal each pair where the best is looked for
proportions, shares   proportions and exact tests; what was counted, before any model
means                 means of values on a scale, clustered by rater and prompt
guesses               are guesses right by chance: how blind the raters were
history               drift, and copies of one rater, from single votes in their order
position              does the side decide; do raters say the same again
agreement             agreement of two raters, and of many; loo_agreement: with the others
robustness            how little would turn the top over; transitivity: is there one order
paired, tradeoff      what was measured on the same prompts; who is on the frontier with it
slices, covariates    ratings per tag; length and markdown style of texts as differences
clustered             functions of sums, such as shares and kappas, clustered by prompt
judging, judge_biases a judge beside people: agreement, leanings, whether it may replace votes
calibration           a judge's grades on people's scale, from five on
prediction_powered    means that lean on a judge, and the votes that it is worth
corrected             strengths from votes, steadied by a judge within pairs
====================  =====================================================================
"""

from service.stats.counts import ClusterCells, Counts, Outcome
from service.stats.findings import Code, Finding, StatsError
from service.stats.fitting import WEAK_PRIOR, Fit, fit
from service.stats.intervals import Intervals, Method, find_intervals
from service.stats.ranks import Ranking, rank_items
from service.stats.tally import from_clusters, from_counts

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
    "StatsError",
    "find_intervals",
    "fit",
    "from_clusters",
    "from_counts",
    "rank_items",
]
