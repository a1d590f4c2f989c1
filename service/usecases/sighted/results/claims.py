"""What a leaderboard claims: who is ahead of whom, and the verdict that follows from it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from service.domain.leaderboard import Claim, Claims, End, Verdict
from service.stats import ClusterCells, Fit, ahead, fit
from service.stats.counts import BoolArray, Cells, IntArray
from service.stats.covariance import count_clusters
from service.stats.intervals import ENOUGH
from service.stats.rivals import Clusters, score_rivals
from service.stats.tally import merge_clusters
from service.stats.weights import bound_clusters

# Shares between 45 and 55 % of all votes are practically equal.
MARGIN_POINTS = 5


def claims(
    raters: ClusterCells, prompts: ClusterCells, active: Collection[str], end: End | None = None
) -> tuple[Claims, ...]:
    """Return who is ahead of whom among the active, for each group that their votes join.

    Nothing else counts: neither the votes on those out of service, nor those without votes.
    """
    chosen = np.array([name in active for name in raters.items], dtype=bool)
    raters, prompts = (cells.only(_among(cells, chosen)) for cells in (raters, prompts))
    plain = fit(merge_clusters(raters), prior=0.0)
    bounded = bound_clusters(raters) if count_clusters(raters) >= ENOUGH else raters
    whole = plain if bounded is raters else fit(merge_clusters(bounded), prior=0.0)
    kinds = Clusters(whole, bounded), Clusters(plain, prompts)
    groups = [np.flatnonzero((whole.component == part) & chosen) for part in set(whole.component)]
    found = [_of_group(whole, *kinds, group, end) for group in groups if len(group) > 1]
    return tuple(sorted(found, key=lambda one: -len(one.rivals)))


def _among(cells: Cells, chosen: BoolArray) -> BoolArray:
    both: BoolArray = chosen[cells.first] & chosen[cells.second]
    return both


def _of_group(
    whole: Fit, raters: Clusters, prompts: Clusters, group: IntArray, end: End | None
) -> Claims:
    leader, *rivals = sorted(group, key=lambda at: -float(whole.strengths[at]))
    judged = ahead.judge(
        score_rivals(int(leader), np.array(rivals), whole, raters, prompts),
        len(group),
        margin=2 * MARGIN_POINTS / 100,
        has_end=end is not None,
        at_end=end is not None and end.reached,
    )
    name = whole.items[leader]
    return Claims(
        name,
        tuple(
            Claim(name, whole.items[rival], str(one.state), one.holds and str(one.holds))
            for rival, one in zip(rivals, judged, strict=True)
        ),
        for_these_raters=not raters.are_enough,
        for_these_prompts=not prompts.are_enough,
    )


def keep(found: Sequence[Claims], active: Collection[str]) -> tuple[Claims, ...]:
    """Return earlier claims without what has gone out of service since."""
    kept = (
        replace(one, rivals=tuple(claim for claim in one.rivals if claim.rival in active))
        for one in found
        if one.leader in active
    )
    return tuple(one for one in kept if one.rivals)


def verdict(found: Sequence[Claims]) -> Verdict:
    """Return the verdict on "which is best" that follows from the claims."""
    if not found:
        return Verdict("no_votes")
    if len(found) > 1:
        return Verdict("apart", margin=MARGIN_POINTS)
    (one,) = found
    plain = Verdict(
        "keep_going",
        margin=MARGIN_POINTS,
        for_these_raters=one.for_these_raters,
        for_these_prompts=one.for_these_prompts,
    )
    states = {claim.state for claim in one.rivals}
    if states == {"ahead"}:
        return replace(plain, state="decided", winner=one.leader, holds=_weakest(one))
    if states == {"equal"}:
        return replace(plain, state="practically_equal", holds=_weakest(one))
    return plain


def _weakest(found: Claims) -> str:
    return "at_end" if any(claim.holds == "at_end" for claim in found.rivals) else "always"
