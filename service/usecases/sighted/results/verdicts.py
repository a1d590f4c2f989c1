"""Says in plain sentences whether the votes suffice: decided, equal, or what is short."""

from typing import Any

from service.stats import ClusterCells
from service.stats.intervals import Intervals
from service.stats.scale import gap_of_share
from service.stats.verdicts import Short, State, Verdict, judge_intervals

# Shares between 45 and 55 % of all votes are practically equal.
MARGIN_POINTS = 5
_MORE = {
    Short.VOTES: "votes",
    Short.PROMPTS: "prompts",
    Short.RATERS: "people",
}


def of_board(
    intervals: Intervals, raters: ClusterCells, prompts: ClusterCells, votes: int
) -> dict[str, Any]:
    """Return the verdict on "which is best" with its sentences.

    It rests on intervals that hold however often one looks (anytime-valid), so reading the
    leaderboard after every vote does no harm.
    """
    if votes == 0 or len(intervals.fit.items) < 2:  # noqa: PLR2004 - best of two at least
        return {"state": "no_votes", "sentences": []}
    margin = float(gap_of_share(0.5 + MARGIN_POINTS / 100))
    found = judge_intervals(intervals, raters=raters, prompts=prompts, margin=margin)
    return {
        "state": str(found.state),
        "winner": None if found.winner is None else intervals.fit.items[found.winner],
        "short_of": None if found.shortage is None else str(found.shortage.kind),
        "more": None if found.shortage is None else found.shortage.more,
        "sentences": [_sentence(found, intervals)],
    }


def _sentence(found: Verdict, intervals: Intervals) -> str:
    whom = " for these raters" if found.for_these_raters else ""
    if found.state is State.DECIDED and found.winner is not None:
        best = intervals.fit.items[found.winner]
        return (
            f"Enough votes? Yes{whom}: {best} is ahead of every other. You may stop asking "
            "which is best."
        )
    if found.state is State.PRACTICALLY_EQUAL:
        return (
            f"Enough votes? Yes{whom}: all are within {MARGIN_POINTS} points of each other. "
            "Choose by cost."
        )
    if found.shortage is None or found.shortage.more is None:
        return (
            "Enough votes? Not yet, and more votes alone will hardly settle it. "
            "Different prompts or more people would help most."
        )
    what = _MORE[found.shortage.kind]
    most = "" if found.shortage.kind is Short.VOTES else f" More {what} would help most."
    return (
        f"Enough votes? Not yet: about {found.shortage.more:,} more {what} to tell the best "
        f"from the next.{most}"
    )
