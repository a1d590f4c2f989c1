"""Makes mean grades and shares of criteria with their intervals, in figures and words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from service.domain import marks as rules
from service.stats.findings import Code
from service.stats.means import Means, find_means
from service.store import leaderboards, studies
from service.store.models import Study
from service.usecases.sighted.results import marks, outcomes
from service.usecases.sighted.results.marks import Graded, Led
from service.usecases.sighted.results.outcomes import AHEAD, BEHIND, Given

_GRADES = (float(rules.SCALE[0]), float(rules.SCALE[-1]))
_STANDINGS = (float(BEHIND), float(AHEAD))


@dataclass(frozen=True)
class MarksBasis:
    """All that marks say, unblinded: who gave which grade or answer to what, for which prompt."""

    asked: rules.Wanted
    names: Mapping[int, str]
    grades: Given
    leads: Mapping[int, Given]
    retired: frozenset[int] = frozenset()


def load(session: Session, study: Study) -> MarksBasis | None:
    """Return what was marked in a study, None where it asks for no marks."""
    asked = rules.wanted_of(study.options)
    rows = studies.configurations(session, study.id)
    if not asked.is_anything:
        return None
    return MarksBasis(
        asked,
        leaderboards.configuration_names(session, study.id),
        outcomes.grades(session, study) if asked.wants_grades else Given(),
        outcomes.leads(session, study) if asked.criteria else {},
        frozenset(row.id for row in rows if row.retired_at is not None),
    )


def compute(basis: MarksBasis) -> dict[str, Any]:
    """Return grades and criteria with 95 % intervals as plain values, the best grade first."""
    rows = marks.graded(basis.grades, basis.names)
    found = _means(basis, basis.grades, [row.configuration for row in rows], _GRADES)
    return {
        "raters": _people(basis.grades, *basis.leads.values()),
        "grades": [
            {
                **asdict(row),
                "counts": list(row.counts),
                "number": row.number,
                **_interval(found, at),
            }
            for at, row in enumerate(rows)
        ],
        "grade_differences": _differences(found),
        "sentences": _of_grades(basis, rows, found),
        "criteria": [
            {"name": name, **_criterion(basis, basis.leads[place])}
            for place, name in enumerate(basis.asked.criteria)
            if basis.leads.get(place)
        ],
    }


def _criterion(basis: MarksBasis, given: Given) -> dict[str, Any]:
    rows: list[Led] = marks.led(given, basis.names)
    found = _means(basis, given, [row.configuration for row in rows], _STANDINGS)
    return {
        "rows": [
            {**asdict(row), "share": row.share, **_share(_interval(found, at))}
            for at, row in enumerate(rows)
        ],
        "sentences": _cautions(found, "answers", _people(given)),
    }


def _share(interval: dict[str, float | None]) -> dict[str, float | None]:
    """Return the ends of a mean standing as those of a share, which counts equal half."""
    length = AHEAD - BEHIND
    return {
        end: None if value is None else (value - BEHIND) / length for end, value in interval.items()
    }


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


def _interval(found: Means, at: int) -> dict[str, float | None]:
    has = found.has_interval(at)
    return {
        "low": float(found.low[at]) if has else None,
        "high": float(found.high[at]) if has else None,
    }


def _differences(found: Means) -> list[dict[str, Any]]:
    """Return how far each mean lies above each that follows; `told_apart` holds for all at once."""
    rows = []
    for one, first in enumerate(found.items):
        for other in range(one + 1, len(found.items)):
            gap = found.difference(one, other)
            if gap is not None:
                rows.append(
                    {
                        "first": first,
                        "second": found.items[other],
                        "difference": gap.value,
                        "low": gap.lower,
                        "high": gap.upper,
                        "told_apart": found.told_apart(one, other),
                    }
                )
    return rows


def _of_grades(basis: MarksBasis, rows: Sequence[Graded], found: Means) -> list[str]:
    """Say whose mean grade is the highest, how sure that is, and from whom it can be told."""
    if not rows:
        return []
    retired = {basis.names[identity] for identity in basis.retired}
    running = [
        at
        for at, row in enumerate(rows)
        if found.has_interval(at) and row.configuration not in retired
    ]
    sentences = _of_best(basis, rows, found, running)
    sentences += _cautions(found, "grades", _people(basis.grades))
    if not basis.asked.replaces_vote:
        sentences.append(
            "A mean hides that people use the scale differently; votes compare better."
        )
    return sentences


def _of_best(
    basis: MarksBasis, rows: Sequence[Graded], found: Means, running: Sequence[int]
) -> list[str]:
    """Say who leads among those in service that have an interval, and who may be as good."""
    if not running:
        return ["It is too early to say whose mean grade is the highest."]
    shown = {at: f"{rows[at].mean:.1f}" for at in running}
    best = shown[running[0]]
    level = [at for at in running if shown[at] == best]
    names = [rows[at].configuration for at in level]
    said = f"{_listed(names)} {'has' if len(level) == 1 else 'have'} the highest mean grade, "
    said += f"{best} of 5"
    if len(level) == 1:
        said += f" (95 % interval {found.low[level[0]]:.1f}–{found.high[level[0]]:.1f})"
    people = _graders(basis, names)
    said += f", by {'1 person' if people == 1 else f'{people} people'}"
    apart: list[str] = []
    near: list[str] = []
    for at in running[len(level) :]:
        is_apart = all(found.told_apart(one, at) for one in level)
        (apart if is_apart else near).append(rows[at].configuration)
    sentences = [f"{said}, but {_listed(near)} may be as good." if near else f"{said}."]
    if apart:
        whose = "Its" if len(level) == 1 else "Their"
        sentences.append(f"{whose} grades are higher than those of {_listed(apart)}.")
    above = [
        row.configuration
        for at, row in enumerate(rows)
        if row.mean > rows[running[0]].mean and not found.has_interval(at)
    ]
    if above:
        has = "has a higher mean" if len(above) == 1 else "have higher means"
        sentences.append(f"{_listed(above)} {has}, of too few grades to compare.")
    return sentences


def _graders(basis: MarksBasis, names: Sequence[str]) -> int:
    """Return how many people graded any of these."""
    of = [identity for identity, name in basis.names.items() if name in names]
    configurations, _, raters, _ = map(np.asarray, basis.grades.columns)
    return len(np.unique(raters[np.isin(configurations, of)]))


def _cautions(found: Means, what: str, people: int) -> list[str]:
    """Say where an interval is missing, and where it speaks for these people or prompts alone."""
    said = []
    for finding in found.findings:
        if finding.code is Code.TOO_FEW:
            whose = "" if len(finding.items) == len(found.items) else f": {_listed(finding.items)}"
            said.append(
                f"Too few {what} for an interval{whose}. "
                "It takes five people or five prompts at least."
            )
        elif finding.code is Code.THESE_RATERS_ONLY:
            who = "this one person" if people == 1 else f"these {people} people"
            said.append(f"The intervals speak for {who}; from five on, for people in general.")
        elif finding.code is Code.THESE_PROMPTS_ONLY:
            said.append(
                "The intervals speak for these few prompts; from five on, for others like them."
            )
    return said


def _people(*given: Given) -> int:
    return len(set().union(*(part.raters for part in given)))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
