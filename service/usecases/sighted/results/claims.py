"""What a leaderboard claims: who is ahead of whom, and the verdict that follows from it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from service.domain.leaderboard import Claim, Claims, Verdict
from service.stats import ClusterCells
from service.stats.findings import Code
from service.stats.intervals import Intervals
from service.stats.ranks import gap_errors
from service.stats.scale import gap_of_share
from service.stats.sequential import contrast_intervals
from service.stats.verdicts import judge_intervals

# Shares between 45 and 55 % of all votes are practically equal.
MARGIN_POINTS = 5


def claims(intervals: Intervals, active: Collection[str]) -> tuple[Claims, ...]:
    """Return who is ahead of whom among the active, for each group that votes join."""
    component = intervals.fit.component
    groups = [
        [
            at
            for at, name in enumerate(intervals.fit.items)
            if component[at] == part and name in active
        ]
        for part in np.unique(component)
    ]
    found = [_of_group(intervals, group) for group in groups if len(group) > 1]
    return tuple(sorted(found, key=lambda one: -len(one.rivals)))


def _of_group(intervals: Intervals, group: Sequence[int]) -> Claims:
    items, strengths = intervals.fit.items, intervals.fit.strengths
    leader, *rivals = sorted(group, key=lambda at: -strengths[at])
    lower, upper = contrast_intervals(
        strengths[leader] - strengths[rivals],
        gap_errors(intervals)[leader, rivals],
        intervals.degrees,
        comparisons=len(group) * (len(group) - 1) // 2,
    )
    margin = float(gap_of_share(0.5 + MARGIN_POINTS / 100))
    codes = {finding.code for finding in intervals.findings}
    states = np.where(lower > 0, "ahead", np.where(upper < margin, "equal", "open"))
    return Claims(
        items[leader],
        tuple(
            Claim(items[leader], items[rival], str(state), None if state == "open" else "always")
            for rival, state in zip(rivals, states, strict=True)
        ),
        for_these_raters=Code.THESE_RATERS_ONLY in codes,
        for_these_prompts=Code.THESE_PROMPTS_ONLY in codes,
    )


def verdict(
    found: Sequence[Claims],
    intervals: Intervals,
    raters: ClusterCells,
    prompts: ClusterCells,
) -> Verdict:
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
    shortage = judge_intervals(intervals, raters=raters, prompts=prompts).shortage
    if shortage is None:
        return plain
    return replace(plain, short_of=str(shortage.kind), more=shortage.more)


def _weakest(found: Claims) -> str:
    return "at_end" if any(claim.holds == "at_end" for claim in found.rivals) else "always"
