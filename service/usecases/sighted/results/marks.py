"""Computes mean grades and shares of criteria with their intervals, and who leads (needs numpy)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from service.domain import marks
from service.domain.beside_votes import BestGrade, Criterion, GradeDifference, GradeRow, Marks
from service.domain.finding import Finding
from service.stats.findings import Code
from service.stats.means import Means, find_means
from service.store import leaderboards, studies
from service.store.models import Study
from service.usecases.sighted.results import fold, sums
from service.usecases.sighted.results.fold import AHEAD, BEHIND, Given

_GRADES = (float(marks.SCALE[0]), float(marks.SCALE[-1]))
_STANDINGS = (float(BEHIND), float(AHEAD))
# Means are shown so: what reads as the same number leads together.
_SHOWN = "{:.1f}"


@dataclass(frozen=True)
class MarksBasis:
    """All that marks say, unblinded: who gave which grade or answer to what, for which prompt."""

    asked: marks.Wanted
    names: Mapping[int, str]
    grades: Given
    leads: Mapping[int, Given]
    retired: frozenset[int] = frozenset()


def load(session: Session, study: Study) -> MarksBasis | None:
    """Return what was marked in a study, None where it asks for no marks."""
    asked = marks.wanted_of(study.options)
    rows = studies.configurations(session, study.id)
    if not asked.is_anything:
        return None
    return MarksBasis(
        asked,
        leaderboards.configuration_names(session, study.id),
        fold.given_grades(session, study) if asked.wants_grades else Given(),
        fold.given_leads(session, study) if asked.criteria else {},
        frozenset(row.id for row in rows if row.retired_at is not None),
    )


def compute(basis: MarksBasis) -> Marks:
    """Return grades and criteria with 95 % intervals, the best grade first."""
    rows = sums.graded(basis.grades, basis.names)
    found = _means(basis, basis.grades, [row.configuration for row in rows], _GRADES)
    return Marks(
        raters=_people(basis.grades, *basis.leads.values()),
        beside_votes=not basis.asked.replaces_vote,
        grades=tuple(
            replace(row, low=low, high=high)
            for row, (low, high) in zip(rows, _intervals(found), strict=True)
        ),
        grade_differences=_differences(found),
        best=_best(basis, rows, found) if rows else None,
        findings=_findings(found, _people(basis.grades)) if rows else (),
        criteria=tuple(
            _criterion(basis, name, basis.leads[place])
            for place, name in enumerate(basis.asked.criteria)
            if basis.leads.get(place)
        ),
    )


def _criterion(basis: MarksBasis, name: str, given: Given) -> Criterion:
    rows = sums.led(given, basis.names)
    found = _means(basis, given, [row.configuration for row in rows], _STANDINGS)
    return Criterion(
        name,
        tuple(
            replace(row, low=_share(low), high=_share(high))
            for row, (low, high) in zip(rows, _intervals(found), strict=True)
        ),
        _findings(found, _people(given)),
    )


def _share(standing: float | None) -> float | None:
    """Return a mean standing as a share, which counts equal half."""
    return None if standing is None else (standing - BEHIND) / (AHEAD - BEHIND)


def _means(
    basis: MarksBasis, given: Given, items: Sequence[str], scale: tuple[float, float]
) -> Means:
    place = {name: at for at, name in enumerate(items)}
    configurations, said, raters, prompts = (
        np.frombuffer(column, dtype=np.int64) for column in given.columns
    )
    known, codes = np.unique(configurations, return_inverse=True)
    at = np.array([place[basis.names[int(identity)]] for identity in known], dtype=np.int64)
    return find_means(
        items, at[codes], said, np.ones(len(said)), rater=raters, prompt=prompts, scale=scale
    )


def _intervals(found: Means) -> list[tuple[float, float] | tuple[None, None]]:
    return [
        (float(found.low[at]), float(found.high[at])) if found.has_interval(at) else (None, None)
        for at in range(len(found.items))
    ]


def _differences(found: Means) -> tuple[GradeDifference, ...]:
    """Return how far each mean lies above each that follows."""
    rows = []
    for one, first in enumerate(found.items):
        for other in range(one + 1, len(found.items)):
            gap = found.difference(one, other)
            if gap is not None:
                rows.append(
                    GradeDifference(
                        first,
                        found.items[other],
                        float(gap.value),
                        float(gap.lower),
                        float(gap.upper),
                        bool(found.told_apart(one, other)),
                    )
                )
    return tuple(rows)


def _best(basis: MarksBasis, rows: Sequence[GradeRow], found: Means) -> BestGrade:
    """Return who leads among those in service that have an interval, and who may be as good."""
    retired = {basis.names[identity] for identity in basis.retired}
    running = [
        at
        for at, row in enumerate(rows)
        if found.has_interval(at) and row.configuration not in retired
    ]
    if not running:
        return BestGrade()
    shown = {at: _SHOWN.format(rows[at].mean) for at in running}
    level = [at for at in running if shown[at] == shown[running[0]]]
    leaders = tuple(rows[at].configuration for at in level)
    behind = [at for at in running[len(level) :] if all(found.told_apart(one, at) for one in level)]
    return BestGrade(
        leaders=leaders,
        people=_graders(basis, leaders),
        near=tuple(rows[at].configuration for at in running[len(level) :] if at not in behind),
        behind=tuple(rows[at].configuration for at in behind),
        uncertain=tuple(
            row.configuration
            for at, row in enumerate(rows)
            if row.mean > rows[running[0]].mean and not found.has_interval(at)
        ),
    )


def _graders(basis: MarksBasis, names: Sequence[str]) -> int:
    """Return how many people graded any of these."""
    of = [identity for identity, name in basis.names.items() if name in names]
    configurations, _, raters, _ = map(np.asarray, basis.grades.columns)
    return len(np.unique(raters[np.isin(configurations, of)]))


def _findings(found: Means, people: int) -> tuple[Finding, ...]:
    """Return where an interval is missing, and where it speaks for these people or prompts."""
    told = []
    for finding in found.findings:
        if finding.code is Code.TOO_FEW:
            is_all = len(finding.items) == len(found.items)
            told.append(Finding(str(finding.code), () if is_all else finding.items))
        elif finding.code is Code.THESE_RATERS_ONLY:
            told.append(Finding(str(finding.code), figures={"raters": float(people)}))
        elif finding.code is Code.THESE_PROMPTS_ONLY:
            told.append(Finding(str(finding.code)))
    return tuple(told)


def _people(*given: Given) -> int:
    return len(set().union(*(part.raters for part in given)))
