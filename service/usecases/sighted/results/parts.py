"""Rates one part of a study: configurations that votes join, judged by themselves (needs numpy)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from service.domain.finding import Finding
from service.domain.leaderboard import (
    Cycle,
    Difference,
    End,
    Order,
    Part,
    Rating,
    Sensitivity,
    Share,
)
from service.domain.preregistration import USUAL_MARGIN
from service.stats import ClusterCells, Fit, fit, ranks
from service.stats.counts import SIGN, Counts, IntArray, Outcome
from service.stats.covariance import count_clusters
from service.stats.intervals import ENOUGH, Intervals, find_intervals
from service.stats.ranks import Ranking, rank_items
from service.stats.rivals import Clusters
from service.stats.shares import share_of_votes
from service.stats.tally import merge_clusters
from service.stats.transitivity import check_transitivity
from service.stats.weights import bound_clusters, find_busiest
from service.usecases.sighted.results import claims, numeric, slices, standings
from service.usecases.sighted.results.competing import Counted
from service.usecases.sighted.results.slices import Tags

SEED = 20260312
MOST_CYCLES = 5
# Where more matchups than this share have few votes, the test of one order is too rough.
SPARSE = 0.5
_BOTH_BAD = np.array([Outcome.BOTH_BAD])
_TIED = np.flatnonzero(SIGN == 0)


@dataclass(frozen=True)
class Joined:
    """What one part is computed from: names by ids, and the counts of matchups within it.

    `earlier` is what the last clustered leaderboard found, where there are counts alone. The
    `incumbent` may compete elsewhere; `tags` are those of prompts by their ids.
    """

    number: int
    names: Mapping[int, str]
    cells: tuple[Counted, ...]
    by_rater: tuple[Counted, ...]
    by_prompt: tuple[Counted, ...]
    earlier: Part | None = None
    end: End | None = None
    margin: int = USUAL_MARGIN
    incumbent: str | None = None
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Rated:
    """A part with what stands on the leaderboard's rows, all in the order of ratings.

    `intervals` are what all of it rests on.
    """

    part: Part
    ratings: Mapping[str, Rating]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    intervals: Intervals


def rate(joined: Joined) -> Rated:
    """Return ratings, differences and verdict of a part, each configuration within it alone."""
    counts = numeric.counts_of(joined.names, joined.cells)
    raters = numeric.clusters_of(joined.names, joined.by_rater)
    prompts = numeric.clusters_of(joined.names, joined.by_prompt)
    plain, earlier = fit(counts, prior=0.0), joined.earlier
    if earlier is None:
        bounded = bound_clusters(raters) if count_clusters(raters) >= ENOUGH else raters
        fitted = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
        kinds = Clusters(fitted, bounded), Clusters(plain, prompts)
        intervals = find_intervals(fitted, raters=bounded, prompts=prompts, unweighed=plain)
    else:
        fitted = standings.shift(plain, earlier.clustering)
        intervals = standings.widen(find_intervals(fitted), earlier.clustering)
    busiest = find_busiest(raters)
    ranking = rank_items(intervals, seed=SEED)
    part = _judge(intervals, ranking, raters, *kinds, joined) if earlier is None else earlier
    ranking = _as_claimed(ranking, part, joined.incumbent)
    order = standings.by_strength(fitted)
    leader = fitted.items.index(part.claims.leader)
    return Rated(
        part=replace(
            part,
            configurations=tuple(fitted.items[at] for at in order),
            groups=standings.groups(ranking, order),
            top=standings.top(ranking, sorted(order, key=lambda at: at != leader)),
            votes=round(counts.total),
            decisive=round(float(counts.votes[SIGN[counts.outcome] != 0].sum())),
        ),
        ratings={
            fitted.items[at]: standings.rating(ranking, at, joined.number, part.clustering.within)
            for at in order
        },
        differences=standings.differences(ranking, order),
        findings=standings.plain((*intervals.findings, *busiest)),
        intervals=intervals,
    )


def _judge(
    intervals: Intervals,
    ranking: Ranking,
    raters: ClusterCells,
    by_rater: Clusters,
    by_prompt: Clusters,
    joined: Joined,
) -> Part:
    """Return what takes cells, and is kept while there are counts alone.

    Shares, circles and the sensitivity are of the votes as they came, whoever cast how many.
    """
    plain, prompts = by_prompt.fit, by_prompt.cells
    live = joined.incumbent if joined.incumbent in intervals.fit.items else None
    claimed, verdict = claims.judge(intervals.fit, by_rater, by_prompt, joined.end, joined.margin)
    return Part(
        raters=len(raters.clusters),
        prompts=len(prompts.clusters),
        tied=_share(plain.counts, _TIED, raters, prompts),
        both_bad=_share(plain.counts, _BOTH_BAD, raters, prompts),
        claims=claimed,
        verdict=verdict,
        order=_order(plain, standings.design_effect(intervals, ranking)),
        without_both_bad=_sensitivity(plain, raters, prompts),
        clustering=standings.clustering(
            intervals, plain, _for_these(intervals, by_rater, by_prompt)
        ),
        against=()
        if live is None
        else claims.judge_against(
            live, claimed, intervals.fit, by_rater, by_prompt, joined.end, joined.margin
        ),
        slices=slices.rate(
            intervals, prompts, joined.tags, standings.by_strength(intervals.fit), live
        ),
    )


def _for_these(intervals: Intervals, by_rater: Clusters, by_prompt: Clusters) -> Intervals | None:
    """Return the intervals for these raters alone, where the others speak for more."""
    if not by_rater.are_enough:
        return None
    return find_intervals(intervals.fit, prompts=by_prompt.cells, unweighed=by_prompt.fit)


def _as_claimed(ranking: Ranking, found: Part, incumbent: str | None) -> Ranking:
    """Return the ranking with what is claimed of leader and incumbent: all panels say the same."""
    items = ranking.intervals.fit.items
    ahead = {claim.rival for claim in found.claims.ahead_of}
    told = ranks.with_leader(
        ranking, items.index(found.claims.leader), np.array([item in ahead for item in items])
    )
    if incumbent not in items:
        return told
    apart = {one.configuration for one in found.against if one.state in {"better", "worse"}}
    return ranks.with_leader(
        told, items.index(incumbent), np.array([item in apart for item in items])
    )


def _share(
    counts: Counts, outcomes: IntArray, raters: ClusterCells, prompts: ClusterCells
) -> Share:
    found = share_of_votes(counts, outcomes, raters=raters, prompts=prompts)
    return Share(found.value, found.lower, found.upper)


def _order(plain: Fit, design_effect: float) -> Order:
    """Return whether one scale describes all matchups, and the circles that contradict it.

    Votes of one rater or prompt hang together: the test is divided by how much wider that makes
    the usual difference.
    """
    found = check_transitivity(plain, design_effect=design_effect)
    return Order(
        p_value=1.0 if found.sparse_share > SPARSE else found.p_value,
        cycles=tuple(Cycle(one.items, one.shares) for one in found.cycles[:MOST_CYCLES]),
    )


def _sensitivity(fitted: Fit, raters: ClusterCells, prompts: ClusterCells) -> Sensitivity | None:
    """Return who is at the top without the votes "both bad"; None where there are none."""
    number = float(fitted.counts.votes[fitted.counts.outcome == Outcome.BOTH_BAD].sum())
    if not number:
        return None
    other = fit(fitted.counts, both_bad="drop")
    if other.component.any() or not len(other.counts):
        return Sensitivity(round(number), (), None)  # the rest falls apart: there is no top
    ranking = rank_items(find_intervals(other, raters=raters, prompts=prompts), seed=SEED)
    order = standings.by_strength(other)
    share, _, _ = standings.expected_share(ranking.intervals, order[0])
    return Sensitivity(round(number), standings.top(ranking, order), share)
