"""What a leaderboard claims: who is ahead of whom, and the verdict that follows from it."""

from dataclasses import replace

import numpy as np

from service.domain.leaderboard import Claim, Claims, End, Verdict
from service.stats import Fit, ahead
from service.stats.rivals import Clusters, score_rivals

# Shares between 45 and 55 % of all votes are practically equal.
MARGIN_POINTS = 5


def claims(whole: Fit, raters: Clusters, prompts: Clusters, end: End | None = None) -> Claims:
    """Return who is ahead of whom among configurations that votes join, two at least."""
    leader, *rivals = sorted(range(len(whole.items)), key=lambda at: -float(whole.strengths[at]))
    judged = ahead.judge(
        score_rivals(leader, np.array(rivals), whole, raters, prompts),
        len(whole.items),
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


def verdict(found: Claims) -> Verdict:
    """Return the verdict on "which is best" that follows from the claims."""
    plain = Verdict(
        "keep_going",
        margin=MARGIN_POINTS,
        for_these_raters=found.for_these_raters,
        for_these_prompts=found.for_these_prompts,
    )
    states = {claim.state for claim in found.rivals}
    if states == {"ahead"}:
        return replace(plain, state="decided", winner=found.leader, holds=_weakest(found))
    if states == {"equal"}:
        return replace(plain, state="practically_equal", holds=_weakest(found))
    return plain


def _weakest(found: Claims) -> str:
    return "at_end" if any(claim.holds == "at_end" for claim in found.rivals) else "always"
