"""What a leaderboard claims: who is ahead of whom, and the verdict that follows from it."""

from dataclasses import replace

import numpy as np

from service.domain.claims import Against, Claim, Claims, Verdict
from service.domain.leaderboard import End
from service.domain.preregistration import USUAL_MARGIN
from service.stats import Fit, ahead, forecast
from service.stats.ahead import Scores
from service.stats.rivals import Clusters, score_rivals


def judge(
    whole: Fit,
    raters: Clusters,
    prompts: Clusters,
    end: End | None = None,
    margin: int = USUAL_MARGIN,
) -> tuple[Claims, Verdict]:
    """Return who is ahead of whom among configurations that votes join, and what follows.

    A difference of up to `margin` percentage points from an even share counts as none.
    """
    leader, *rivals = sorted(range(len(whole.items)), key=lambda at: -float(whole.strengths[at]))
    scores = score_rivals(leader, np.array(rivals), whole, raters, prompts)
    judged = ahead.judge(
        scores,
        len(whole.items),
        margin=2 * margin / 100,
        has_end=end is not None and end.has_last_look,
        at_end=end is not None and end.is_last_look,
    )
    name = whole.items[leader]
    claims = Claims(
        name,
        tuple(
            Claim(name, whole.items[rival], str(one.state), one.holds and str(one.holds))
            for rival, one in zip(rivals, judged, strict=True)
        ),
        for_these_raters=not raters.are_enough,
        for_these_prompts=not prompts.are_enough,
    )
    found = _verdict(claims, margin)
    return claims, _foresee(found, claims, scores, prompts.fit.counts.total)


_AGAINST = {"ahead": "worse", "behind": "better"}


def judge_against(
    incumbent: str,
    found: Claims,
    whole: Fit,
    raters: Clusters,
    prompts: Clusters,
    end: End | None = None,
    margin: int = USUAL_MARGIN,
) -> tuple[Against, ...]:
    """Return what may be said of each of the others and the incumbent, the strongest first.

    `found` are the claims on the leader: what they say of the leader and the incumbent is said
    here as well. The error over all looks and pairs is the one that they share (see `ahead.judge`).
    """
    live = whole.items.index(incumbent)
    order = sorted(range(len(whole.items)), key=lambda at: -float(whole.strengths[at]))
    others = [at for at in order if at != live]
    judged = ahead.judge(
        score_rivals(live, np.array(others), whole, raters, prompts),
        len(whole.items),
        margin=2 * margin / 100,
        has_end=end is not None and end.has_last_look,
        at_end=end is not None and end.is_last_look,
        either_way=True,
    )
    told = {
        whole.items[at]: (_AGAINST.get(one.state, str(one.state)), one.holds and str(one.holds))
        for at, one in zip(others, judged, strict=True)
    }
    for claim in found.rivals:
        if incumbent == claim.leader:
            state = "worse" if claim.state == "ahead" else claim.state
            told[claim.rival] = (state, claim.holds)
        elif incumbent == claim.rival:
            state = "better" if claim.state == "ahead" else claim.state
            told[claim.leader] = (state, claim.holds)
    return tuple(Against(name, state, holds) for name, (state, holds) in told.items())


def _verdict(found: Claims, margin: int) -> Verdict:
    """Return the verdict on "which is best" that follows from the claims."""
    plain = Verdict(
        "keep_going",
        margin=margin,
        for_these_raters=found.for_these_raters,
        for_these_prompts=found.for_these_prompts,
    )
    states = {claim.state for claim in found.rivals}
    if states == {"ahead"}:
        return replace(plain, state="decided", winner=found.leader, holds=_weakest(found))
    if states == {"equal"}:
        return replace(plain, state="practically_equal", holds=_weakest(found))
    return plain


def _foresee(found: Verdict, claims: Claims, scores: Scores, votes: float) -> Verdict:
    """Return the verdict with what is short for the claim that is farthest away."""
    if found.state != "keep_going":
        return found
    waiting = [at for at, claim in enumerate(claims.rivals) if claim.state != "ahead"]
    sure = scores.mean / np.sqrt(np.maximum(scores.variance, 1e-300))
    farthest = min(waiting, key=lambda at: float(sure[at]))
    level = ahead.ALPHA / ahead.count_open(len(claims.rivals) + 1, len(claims.ahead_of))
    short = forecast.find_shortage(scores, farthest, votes, level)
    return replace(found, short_of=str(short.kind), more_low=short.low, more_high=short.high)


def _weakest(found: Claims) -> str:
    return "at_end" if any(claim.holds == "at_end" for claim in found.rivals) else "always"
