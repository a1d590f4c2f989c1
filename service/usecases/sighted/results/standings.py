"""From what statistics found to the rows and differences of a leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from service.domain.finding import Finding
from service.domain.leaderboard import Clustering, Difference, Measured, Row
from service.stats import findings
from service.stats.intervals import Intervals, quantile
from service.stats.ranks import Ranking
from service.stats.scale import gap_of_share, rating, win_share
from service.usecases.sighted.results.sums import Sums


def row(
    ranking: Ranking, at: int, retired: frozenset[str], approach: str, own: Sums, took: Measured
) -> Row:
    """Return the row of the item at a position."""
    intervals = ranking.intervals
    name = intervals.fit.items[at]
    expected, low, high = _expected_share(intervals, at, retired)
    return Row(
        configuration=name,
        approach=approach,
        is_retired=name in retired,
        rating=rating(float(intervals.fit.strengths[at])),
        low=float(intervals.ratings_low[at]),
        high=float(intervals.ratings_high[at]),
        observed_share=own.share,
        expected_share=expected,
        expected_low=low,
        expected_high=high,
        group=int(ranking.tier[at]),
        component=int(intervals.fit.component[at]),
        rank_low=int(ranking.rank_low[at]),
        rank_high=int(ranking.rank_high[at]),
        p_best=float(ranking.p_best[at]),
        votes=own.votes,
        wins=own.wins,
        losses=own.losses,
        ties=own.ties,
        both_bad=own.both_bad,
        measured=took,
    )


def _expected_share(
    intervals: Intervals, at: int, retired: frozenset[str]
) -> tuple[float, float, float] | tuple[None, None, None]:
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
        return None, None, None
    chances = win_share(fitted.strengths[at] - fitted.strengths[others])
    slopes = chances * (1 - chances) / len(others)
    weights = np.zeros(len(fitted.strengths))
    weights[others] = -slopes
    weights[at] = slopes.sum()
    expected = float(chances.mean())
    _, error = intervals.contrast(weights)
    reach = intervals.quantile * error / (expected * (1 - expected))
    middle = float(gap_of_share(expected))
    return expected, float(win_share(middle - reach)), float(win_share(middle + reach))


def differences(ranking: Ranking, order: Sequence[int]) -> tuple[Difference, ...]:
    """Return every pair's expected share of votes (ties half) with its own 95 % interval.

    Pairs that no chain of votes joins are left out.
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
                Difference(
                    first=fitted.items[one],
                    second=fitted.items[other],
                    share=float(win_share(gap)),
                    low=float(win_share(gap - reach)),
                    high=float(win_share(gap + reach)),
                    told_apart=bool(ranking.told_apart[one, other]),
                    p_beats=float(ranking.p_beats[one, other]),
                )
            )
    return tuple(found)


def plain(found: Sequence[findings.Finding]) -> tuple[Finding, ...]:
    """Return findings as codes and figures, each once."""
    told = [
        Finding(
            str(one.code),
            one.items,
            one.groups,
            {name: float(value) for name, value in one.figures.items()},
        )
        for one in found
    ]
    return tuple(one for at, one in enumerate(told) if one not in told[:at])


def clustering(intervals: Intervals, at: str) -> Clustering:
    """Return how much clustering widened each configuration's interval, and when."""
    size = len(intervals.fit.items)
    alone = np.sqrt(np.diag(intervals.independent)[:size])
    together = np.sqrt(np.maximum(np.diag(intervals.covariance)[:size], alone**2))
    factors = np.where(alone > 0, together / np.where(alone > 0, alone, 1.0), 1.0)
    return Clustering(
        at,
        str(intervals.method),
        None if np.isinf(intervals.degrees) else float(intervals.degrees),
        dict(zip(intervals.fit.items, map(float, factors), strict=True)),
    )


def widen(intervals: Intervals, earlier: Clustering) -> Intervals:
    """Return intervals from counts alone, as wide as clustering made them when last looked at.

    With D the diagonal of the remembered factors the covariance becomes D V D; a
    configuration that is new since then gets the largest factor.
    """
    factors: Mapping[str, float] = earlier.factors
    most = max(factors.values(), default=1.0)
    scale = np.ones(len(intervals.covariance))
    scale[: len(intervals.fit.items)] = [factors.get(name, most) for name in intervals.fit.items]
    degrees = np.inf if earlier.degrees is None else earlier.degrees
    covariance = intervals.covariance * scale[:, None] * scale[None, :]
    errors = intervals.standard_errors * scale[: len(intervals.fit.items)]
    reach = quantile(intervals.level, degrees) * errors
    return replace(
        intervals,
        degrees=degrees,
        covariance=covariance,
        standard_errors=errors,
        low=intervals.fit.strengths - reach,
        high=intervals.fit.strengths + reach,
    )
