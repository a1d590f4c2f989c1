"""From what statistics found to the ratings and differences of a leaderboard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from service.domain.finding import Finding
from service.domain.leaderboard import Clustering, Difference, Rating
from service.stats import Fit, findings, ranks, scale
from service.stats.counts import FloatArray
from service.stats.intervals import Intervals, quantile
from service.stats.ranks import Ranking


def by_strength(fitted: Fit) -> list[int]:
    """Return the positions of all items, the strongest first, equal ones by name."""
    return sorted(
        range(len(fitted.items)), key=lambda at: (-float(fitted.strengths[at]), fitted.items[at])
    )


def top(ranking: Ranking, order: Sequence[int]) -> tuple[str, ...]:
    """Return those among the best that cannot be told apart from each other.

    Going down in the order of ratings, one joins where it can be told apart from nobody who is
    there already: so no two at the top were separated, whatever may be said of others.
    """
    found: list[int] = []
    for at in order:
        if not ranking.told_apart[at, found].any():
            found.append(at)
    return tuple(ranking.intervals.fit.items[at] for at in found)


def groups(ranking: Ranking, order: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Return groups of those that cannot be told apart from each other, best first; they overlap.

    Two share a group where they cannot be told apart, and only there: a bracket that is missing
    says as much as one that is drawn. Each grows from the first pair that shares none yet, in the
    order of ratings; who shares none with anybody is one alone.
    """
    items, apart = ranking.intervals.fit.items, ranking.told_apart
    found: list[list[int]] = []
    shared = np.eye(len(items), dtype=bool)
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if shared[one, other] or apart[one, other]:
                continue
            members = [one, other]
            for at in order:
                if at not in members and not apart[at, members].any():
                    members.append(at)
            members.sort(key=order.index)
            shared[np.ix_(members, members)] = True
            found.append(members)
        if not any(one in group for group in found):
            found.append([one])
    return tuple(tuple(items[at] for at in group) for group in found)


def rating(ranking: Ranking, at: int, part: int, within: Mapping[str, float]) -> Rating:
    """Return where the item at a position stands; `within` is as in `Clustering`."""
    intervals = ranking.intervals
    own = within.get(intervals.fit.items[at])
    half = None if own is None else own * float(intervals.high[at] - intervals.fit.strengths[at])
    expected, low, high = expected_share(intervals, at)
    return Rating(
        points=scale.rating(float(intervals.fit.strengths[at])),
        low=float(intervals.ratings_low[at]),
        high=float(intervals.ratings_high[at]),
        expected_share=expected,
        expected_low=low,
        expected_high=high,
        part=part,
        group=int(ranking.tier[at]),
        rank_low=int(ranking.rank_low[at]),
        rank_high=int(ranking.rank_high[at]),
        p_best=float(ranking.p_best[at]),
        these_low=half and scale.rating(float(intervals.fit.strengths[at]) - half),
        these_high=half and scale.rating(float(intervals.fit.strengths[at]) + half),
    )


def expected_share(
    intervals: Intervals, at: int, factor: float | None = None
) -> tuple[float, float, float]:
    """Return the expected share of votes against each other item in turn, with its interval.

    The share is the mean of win shares; its standard error comes by the delta method from
    the intervals' covariance, and the interval is made on the log-odds scale, so that it
    stays between 0 and 1. `factor` is how many errors it reaches, the intervals' own if None.
    """
    strengths = intervals.fit.strengths
    reach = intervals.quantile if factor is None else factor
    return share_of_others(strengths, at, intervals.contrast, reach)


def share_of_others(
    strengths: FloatArray,
    at: int,
    contrast: Callable[[FloatArray], tuple[float, float]],
    quantile: float,
) -> tuple[float, float, float]:
    """Return the same from strengths and what tells the error of their weighted sums."""
    others = np.flatnonzero(np.arange(len(strengths)) != at)
    chances = scale.win_share(strengths[at] - strengths[others])
    slopes = chances * (1 - chances) / len(others)
    weights = np.zeros(len(strengths))
    weights[others] = -slopes
    weights[at] = slopes.sum()
    expected = float(chances.mean())
    _, error = contrast(weights)
    reach = quantile * error / (expected * (1 - expected))
    middle = float(scale.gap_of_share(expected))
    return (
        expected,
        float(scale.win_share(middle - reach)),
        float(scale.win_share(middle + reach)),
    )


def design_effect(intervals: Intervals, ranking: Ranking) -> float:
    """Return how much more the usual difference varies than with independent votes, at least 1."""
    size = len(intervals.fit.items)
    alone = ranks.gap_variances(intervals.independent[:size, :size])
    upper = np.triu_indices(size, 1)
    return max(1.0, float(np.median(ranking.gap_errors[upper] ** 2 / alone[upper])))


def differences(ranking: Ranking, order: Sequence[int]) -> tuple[Difference, ...]:
    """Return every pair's expected share of votes (ties half) with its own 95 % interval."""
    fitted = ranking.intervals.fit
    factor = ranking.intervals.quantile
    found = []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            gap = float(ranking.gaps[one, other])
            reach = factor * float(ranking.gap_errors[one, other])
            found.append(
                Difference(
                    first=fitted.items[one],
                    second=fitted.items[other],
                    share=float(scale.win_share(gap)),
                    low=float(scale.win_share(gap - reach)),
                    high=float(scale.win_share(gap + reach)),
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


def of_parts(found: Sequence[tuple[Sequence[str], tuple[Finding, ...]]]) -> tuple[Finding, ...]:
    """Return the findings of parts, each with its members: whom it concerns is said with it."""
    if not found:
        return (Finding(str(findings.Code.NO_VOTES)),)
    if len(found) == 1:
        return found[0][1]
    groups = tuple(tuple(names) for names, _ in found)
    return (
        Finding(str(findings.Code.DISCONNECTED), groups=groups),
        *(
            finding if finding.items else replace(finding, items=tuple(names))
            for names, told in found
            for finding in told
        ),
    )


def clustering(intervals: Intervals, unweighed: Fit, these: Intervals | None = None) -> Clustering:
    """Return how much clustering widened each interval, and how weights moved each strength.

    `these` are the intervals for these raters alone, where the others are for raters in general.
    """
    size = len(intervals.fit.items)
    alone = np.sqrt(np.diag(intervals.independent)[:size])
    together = np.sqrt(np.maximum(np.diag(intervals.covariance)[:size], alone**2))
    factors = np.where(alone > 0, together / np.where(alone > 0, alone, 1.0), 1.0)
    return Clustering(
        str(intervals.method),
        None if np.isinf(intervals.degrees) else float(intervals.degrees),
        dict(zip(intervals.fit.items, map(float, factors), strict=True)),
        {} if unweighed is intervals.fit else _moved(intervals.fit, unweighed),
        {} if these is None else _within(intervals, these),
    )


def _within(intervals: Intervals, these: Intervals) -> dict[str, float]:
    ratios = np.minimum((these.high - these.low) / (intervals.high - intervals.low), 1.0)
    return dict(zip(intervals.fit.items, map(float, ratios), strict=True))


def _moved(weighed: Fit, unweighed: Fit) -> dict[str, float]:
    moves = weighed.strengths - unweighed.strengths
    return dict(zip(weighed.items, map(float, moves), strict=True))


def shift(unweighed: Fit, earlier: Clustering) -> Fit:
    """Return a fit from counts alone, moved as weights of raters did when last looked at."""
    if not earlier.shifts:
        return unweighed
    moves = np.array([earlier.shifts.get(name, 0.0) for name in unweighed.items])
    return replace(unweighed, strengths=unweighed.strengths + moves - moves.mean())


def widen(intervals: Intervals, earlier: Clustering) -> Intervals:
    """Return intervals from counts alone, as wide as clustering made them when last looked at.

    With D the diagonal of the remembered factors the covariance becomes D V D; a
    configuration that is new since then gets the largest factor.
    """
    factors: Mapping[str, float] = earlier.factors
    most = max(factors.values(), default=1.0)
    widths = np.ones(len(intervals.covariance))
    widths[: len(intervals.fit.items)] = [factors.get(name, most) for name in intervals.fit.items]
    degrees = np.inf if earlier.degrees is None else earlier.degrees
    covariance = intervals.covariance * widths[:, None] * widths[None, :]
    errors = intervals.standard_errors * widths[: len(intervals.fit.items)]
    reach = quantile(intervals.level, degrees) * errors
    return replace(
        intervals,
        degrees=degrees,
        covariance=covariance,
        standard_errors=errors,
        low=intervals.fit.strengths - reach,
        high=intervals.fit.strengths + reach,
    )
