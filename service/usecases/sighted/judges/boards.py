"""Computes three boards that are never mixed: people only, corrected by a judge, judge only."""

from collections.abc import Callable, Sequence

import numpy as np

from service.domain.judge import JudgedMatchup, JudgeEvidence, Pool, Settled, Verdict
from service.domain.judge_report import CORRECTED, JUDGE, PEOPLE, Board, BoardRow, Carried, Worth
from service.stats import corrected, scale
from service.stats.counts import sum_by

_POINTS = {Verdict.FIRST: 1.0, Verdict.TIE: 0.5, Verdict.SECOND: 0.0}
TREATMENTS = ("half", "dropped")


def compute(
    evidence: JudgeEvidence, carried: tuple[Carried, ...], worth: Worth
) -> tuple[Board, ...]:
    """Return the three boards, those that use verdicts with both treatments of a flip."""
    names = list(evidence.families)
    leaning = {one.configuration for one in carried if one.may_be_corrected}
    people = _rate(names, evidence.matchups, lambda _: np.nan, weight=0.0)
    found = [_board(PEOPLE, names, people, set())]
    why = _why_not(evidence, carried, worth)
    for unsettled in TREATMENTS:
        if why:
            found.append(Board(CORRECTED, unsettled, why=why))
        else:
            both = _rate(names, evidence.matchups, _usable(unsettled, leaning))
            found.append(_board(CORRECTED, names, both, leaning, unsettled, beside=people))
    found += [_judge_only(names, evidence.matchups, unsettled) for unsettled in TREATMENTS]
    return tuple(found)


def _why_not(evidence: JudgeEvidence, carried: tuple[Carried, ...], worth: Worth) -> str:
    """Return why nothing may be corrected, as a code; "" where it may."""
    if not evidence.is_dealt_at_random:
        return "not_at_random"
    if sum(one.may_be_corrected for one in carried) < 2:  # noqa: PLR2004 - a pair takes two
        failed = any(one.state == "failed" for one in carried)
        return "failed" if failed else "borrowed"
    if worth.correlation is None:
        return "too_few"
    return "not_related" if worth.correlation.low <= 0 else ""


def _points(matchup: JudgedMatchup, unsettled: str) -> float:
    if not matchup.settled.is_heard:
        return np.nan
    if matchup.settled is Settled.UNSETTLED and unsettled == "dropped":
        return np.nan
    forward, backward = matchup.forward, matchup.backward
    if forward is None or backward is None:
        return np.nan
    return (_POINTS[forward] + _POINTS[backward]) / 2


def _usable(unsettled: str, leaning: set[str]) -> Callable[[JudgedMatchup], float]:
    def verdict(matchup: JudgedMatchup) -> float:
        if matchup.pool is Pool.CALIBRATION or not {matchup.first, matchup.second} <= leaning:
            return np.nan
        return _points(matchup, unsettled)

    return verdict


def _rate(
    names: Sequence[str],
    matchups: Sequence[JudgedMatchup],
    verdict: Callable[[JudgedMatchup], float],
    weight: float | None = None,
) -> corrected.Strengths:
    place = {name: at for at, name in enumerate(names)}
    votes = [
        (at, vote.rater, (1 + vote.outcome.sign) / 2)
        for at, matchup in enumerate(matchups)
        for vote in matchup.votes
    ]
    units = np.array([at for at, _, _ in votes], dtype=np.int64)
    points = np.array([point for _, _, point in votes], dtype=np.float64)
    size = len(matchups)
    judged = corrected.Judged(
        np.array([place[one.first] for one in matchups], dtype=np.int64),
        np.array([place[one.second] for one in matchups], dtype=np.int64),
        np.unique(np.array([one.prompt for one in matchups], dtype=str), return_inverse=True)[1],
        np.bincount(units, minlength=size).astype(np.float64),
        sum_by(units, points, size),
        np.array([verdict(one) for one in matchups], dtype=np.float64),
    )
    raters = np.array([rater for _, rater, _ in votes], dtype=str)
    return corrected.rate(
        len(names), judged, weight=weight, votes=corrected.Votes(units, raters, points)
    )


def _judge_only(names: Sequence[str], matchups: Sequence[JudgedMatchup], unsettled: str) -> Board:
    place = {name: at for at, name in enumerate(names)}
    heard = [one for one in matchups if np.isfinite(_points(one, unsettled))]
    if not heard:
        return Board(JUDGE, unsettled, why="no_judgements")
    points = np.array([_points(one, unsettled) for one in heard])
    judged = corrected.Judged(
        np.array([place[one.first] for one in heard], dtype=np.int64),
        np.array([place[one.second] for one in heard], dtype=np.int64),
        np.unique(np.array([one.prompt for one in heard], dtype=str), return_inverse=True)[1],
        np.ones(len(heard)),
        points,
        np.full(len(heard), np.nan),
    )
    found = corrected.rate(len(names), judged, weight=0.0)
    return _board(JUDGE, names, found, set(names), unsettled)


def _board(
    kind: str,
    names: Sequence[str],
    found: corrected.Strengths,
    leaning: set[str],
    unsettled: str = "half",
    *,
    beside: corrected.Strengths | None = None,
) -> Board:
    reach = found.critical * found.errors
    rows = [
        BoardRow(
            name,
            float(scale.rating(found.values[at])),
            float(scale.rating(found.values[at] - reach[at])),
            float(scale.rating(found.values[at] + reach[at])),
            leans_on_judge=name in leaning,
        )
        for at, name in enumerate(names)
        if np.isfinite(found.values[at])
    ]
    narrower = 0.0
    if beside is not None and rows:
        others = beside.critical * beside.errors
        narrower = float(1 - np.nanmean(reach) / np.nanmean(others))
    return Board(
        kind,
        unsettled,
        tuple(sorted(rows, key=lambda row: -row.points)),
        found.weight,
        narrower,
        "" if rows else "no_votes",
    )
