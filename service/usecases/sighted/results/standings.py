"""One configuration's line and one pair's difference of a leaderboard, from what stats found."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from service.stats.findings import Finding
from service.stats.intervals import Intervals
from service.stats.ranks import Ranking
from service.stats.scale import gap_of_share, rating, win_share


def line(ranking: Ranking, at: int, retired: frozenset[str]) -> dict[str, Any]:
    """Return rating, share, group and ranks of the item at a position, with its findings."""
    intervals = ranking.intervals
    name = intervals.fit.items[at]
    return {
        "configuration": name,
        "rating": rating(float(intervals.fit.strengths[at])),
        "low": float(intervals.ratings_low[at]),
        "high": float(intervals.ratings_high[at]),
        **share(intervals, at, retired),
        "group": int(ranking.tier[at]),
        "component": int(intervals.fit.component[at]),
        "rank_low": int(ranking.rank_low[at]),
        "rank_high": int(ranking.rank_high[at]),
        "p_best": float(ranking.p_best[at]),
        "is_retired": name in retired,
        "findings": [plain(finding) for finding in intervals.findings if finding.items == (name,)],
    }


def share(intervals: Intervals, at: int, retired: frozenset[str]) -> dict[str, float | None]:
    """Return the expected share of votes against the others in service, with its interval.

    The share is the mean of win shares; its standard error comes by the delta method from
    the intervals' covariance, and the interval is made on the log-odds scale, so that it
    stays between 0 and 1.
    """
    fitted = intervals.fit
    others = [
        other
        for other, name in enumerate(fitted.items)
        if other != at and name not in retired and fitted.component[other] == fitted.component[at]
    ]
    if not others:
        return {"share": None, "share_low": None, "share_high": None}
    chances = win_share(fitted.strengths[at] - fitted.strengths[others])
    slopes = chances * (1 - chances) / len(others)
    weights = np.zeros(len(fitted.strengths))
    weights[others] = -slopes
    weights[at] = slopes.sum()
    expected = float(chances.mean())
    _, error = intervals.contrast(weights)
    reach = intervals.quantile * error / (expected * (1 - expected))
    middle = float(gap_of_share(expected))
    return {
        "share": expected,
        "share_low": float(win_share(middle - reach)),
        "share_high": float(win_share(middle + reach)),
    }


def differences(ranking: Ranking, order: Sequence[int]) -> list[dict[str, Any]]:
    """Return every pair's expected share of votes (ties half) with its own 95 % interval.

    `told_apart` holds for all pairs at once; pairs that no chain of votes joins are left out.
    """
    fitted = ranking.intervals.fit
    factor = ranking.intervals.quantile
    found = []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if fitted.component[one] != fitted.component[other]:
                continue
            gap = float(ranking.gaps[one, other])
            reach = factor * float(ranking.gap_errors[one, other])
            found.append(
                {
                    "first": fitted.items[one],
                    "second": fitted.items[other],
                    "share": float(win_share(gap)),
                    "low": float(win_share(gap - reach)),
                    "high": float(win_share(gap + reach)),
                    "told_apart": bool(ranking.told_apart[one, other]),
                    "p_beats": float(ranking.p_beats[one, other]),
                }
            )
    return found


def plain(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON-able values."""
    return {
        "code": str(finding.code),
        "message": finding.text,
        "items": list(finding.items),
        "groups": [list(group) for group in finding.groups],
        "figures": {name: float(value) for name, value in finding.figures.items()},
    }
