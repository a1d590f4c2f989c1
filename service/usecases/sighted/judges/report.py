"""Computes the trust report of a judge from its evidence; imports numerics, so workers alone do.

Audit matchups measure; chosen grades show what a handful can. What stands among the judge's
examples is scored nowhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from service.domain import judge_report
from service.domain.judge import JudgedMatchup, JudgeEvidence, Pool, Settled, Verdict
from service.stats import calibration, clustered, judge_biases, judging, prediction_powered
from service.stats.counts import FloatArray, IntArray
from service.stats.proportions import Estimate
from service.usecases.sighted.judges import boards

LEAST_OF_A_TAG = 20
MOST_TAGS = 200
MOST_READ = 50
_POINTS = {Verdict.FIRST: 1.0, Verdict.TIE: 0.5, Verdict.SECOND: 0.0}
_CODES = {Settled.FIRST: 0, Settled.TIE: 1, Settled.UNSETTLED: 1, Settled.SECOND: 2}


def compute(evidence: JudgeEvidence) -> judge_report.JudgeReport:
    """Return the trust report of the version of a judge that the evidence is about."""
    evidence = _in_service(evidence)
    shown = set(evidence.shown)
    audit = [one for one in evidence.matchups if one.pool is Pool.AUDIT]
    fair = [one for one in audit if one.key not in shown]
    looked = _Audit(evidence, [one for one in fair if one.votes and one.settled.is_heard])
    compared = _agreement(looked)
    carried = looked.carried()
    worth = _worth(evidence, looked)
    return judge_report.JudgeReport(
        judge=evidence.judge,
        judge_version=evidence.version,
        model=evidence.model,
        criterion=evidence.criterion,
        family=evidence.family,
        same_family=tuple(
            name
            for name, family in evidence.families.items()
            if family and family == evidence.family
        ),
        heard=_heard(evidence.matchups),
        audit=len(fair),
        shown=len(audit) - len(fair),
        graded=_graded(evidence),
        agreement=compared.agreement,
        flips=_flips(evidence.matchups),
        leanings=_leanings(evidence, looked),
        tags=_by_tag(looked),
        carried=carried,
        worth=worth,
        estimates=_estimates(evidence, looked, carried),
        replacing=compared.replacing,
        disagreements=_disagreements(looked.matchups),
        boards=boards.compute(evidence, carried, worth),
    )


def _in_service(evidence: JudgeEvidence) -> JudgeEvidence:
    """Leave out matchups of configurations that the study compares no more."""
    kept = [one for one in evidence.matchups if {one.first, one.second} <= evidence.families.keys()]
    return replace(evidence, matchups=tuple(kept))


def _figure(found: Estimate | None) -> judge_report.Figure | None:
    return None if found is None else judge_report.Figure(found.value, found.lower, found.upper)


def _numbered(names: Sequence[str]) -> IntArray:
    found: IntArray = np.unique(np.array(names, dtype=str), return_inverse=True)[1]
    return found


@dataclass(frozen=True)
class _Audit:
    """Audit matchups that people and the judge judged, as arrays in their order."""

    evidence: JudgeEvidence
    matchups: list[JudgedMatchup]

    @cached_property
    def votes(self) -> FloatArray:
        """People's votes by code: for the first, a tie, for the second."""
        table = np.zeros((len(self.matchups), judging.KINDS))
        for row, matchup in zip(table, self.matchups, strict=True):
            for vote in matchup.votes:
                row[1 - vote.outcome.sign] += 1
        return table

    @cached_property
    def judge(self) -> IntArray:
        return np.array([_CODES[one.settled] for one in self.matchups], dtype=np.int64)

    @cached_property
    def prompt(self) -> IntArray:
        return _numbered([one.prompt for one in self.matchups])

    @cached_property
    def people_points(self) -> FloatArray:
        points: FloatArray = (self.votes @ np.array([1.0, 0.5, 0.0])) / self.votes.sum(axis=1)
        return points

    @cached_property
    def judge_points(self) -> FloatArray:
        """The first's points, each order half: a flip is half a point each."""
        return np.array([_points(one) for one in self.matchups], dtype=np.float64)

    def only(self, wanted: Callable[[JudgedMatchup], bool]) -> "_Audit":
        return _Audit(self.evidence, [one for one in self.matchups if wanted(one)])

    def carried(self) -> tuple[judge_report.Carried, ...]:
        names = list(self.evidence.families)
        place = {name: at for at, name in enumerate(names)}
        found = judge_biases.transport(
            len(names),
            np.array([place[one.first] for one in self.matchups], dtype=np.int64),
            np.array([place[one.second] for one in self.matchups], dtype=np.int64),
            self.people_points,
            self.judge_points,
            self.prompt,
        )
        return tuple(
            judge_report.Carried(name, one.state, one.matchups, _figure(one.residual))
            for name, one in zip(names, found, strict=True)
        )


def _points(matchup: JudgedMatchup) -> float:
    forward, backward = matchup.forward, matchup.backward
    if forward is None or backward is None:
        return np.nan
    return (_POINTS[forward] + _POINTS[backward]) / 2


def _heard(matchups: Sequence[JudgedMatchup]) -> judge_report.Heard:
    counted: dict[str, int] = {}
    for matchup in matchups:
        asked = matchup.forward is not None or matchup.backward is not None
        if asked:
            counted[matchup.settled.value] = counted.get(matchup.settled.value, 0) + 1
    return judge_report.Heard(**counted)


@dataclass(frozen=True)
class _Compared:
    agreement: judge_report.Agreement
    replacing: judge_report.Replacing


def _agreement(audit: _Audit) -> _Compared:
    if not audit.matchups:
        return _Compared(
            judge_report.Agreement(0),
            judge_report.Replacing("not_enough", "threshold", 0, judging.LEAST),
        )
    compared = judging.compare(judging.majority(audit.votes), audit.judge, audit.prompt)
    beside = judging.beside_people(audit.votes, audit.judge, audit.prompt)
    replaces = judging.may_replace(compared, beside)
    agreement = judge_report.Agreement(
        compared.matchups,
        _figure(compared.observed),
        _figure(compared.kappa),
        0 if beside is None else beside.matchups,
        None if beside is None else _figure(beside.people),
        None if beside is None else _figure(beside.judge),
        None if beside is None else _figure(beside.gap),
    )
    return _Compared(
        agreement,
        judge_report.Replacing(replaces.state, replaces.rule, replaces.matchups, replaces.needed),
    )


def _flips(matchups: Sequence[JudgedMatchup]) -> judge_report.Figure | None:
    heard = [one for one in matchups if one.settled.is_heard]
    if not heard:
        return None
    flipped = np.array([one.settled is Settled.UNSETTLED for one in heard], dtype=np.float64)
    return _figure(
        clustered.share(flipped, np.ones(len(heard)), _numbered([one.prompt for one in heard]))
    )


def _leanings(evidence: JudgeEvidence, audit: _Audit) -> tuple[judge_report.Leaning, ...]:
    heard = [one for one in evidence.matchups if one.settled.is_heard]
    position = judge_biases.position(
        _orders(heard, lambda one: one.forward),
        _orders(heard, lambda one: one.backward),
        _numbered([one.prompt for one in heard]),
    )
    length = judge_biases.length(
        audit.people_points,
        audit.judge_points,
        np.array([one.first_length for one in audit.matchups]),
        np.array([one.second_length for one in audit.matchups]),
        audit.prompt,
    )
    own = judge_biases.own_family(
        audit.people_points,
        audit.judge_points,
        np.array([_own(one, evidence) for one in audit.matchups], dtype=np.float64),
        audit.prompt,
    )
    grades = _scored(evidence)
    leniency = judge_biases.leniency(
        _numbers(one.grade for one in grades),
        _numbers(one.judge_grade for one in grades),
        _numbered([one.prompt for one in grades]),
    )
    every = {"position": position, "length": length, "leniency": leniency, "own_family": own}
    return tuple(
        judge_report.Leaning(name, _figure(lean.bias), lean.units) for name, lean in every.items()
    )


def _numbers(values: Any) -> FloatArray:
    return np.array(list(values), dtype=np.float64)


def _orders(
    heard: Sequence[JudgedMatchup], order: Callable[[JudgedMatchup], Verdict | None]
) -> npt.NDArray[np.float64]:
    said = (order(one) for one in heard)
    return _numbers(_POINTS[one] for one in said if one is not None)


def _own(matchup: JudgedMatchup, evidence: JudgeEvidence) -> int:
    if not evidence.family:
        return 0
    own = [
        evidence.families.get(name) == evidence.family for name in (matchup.first, matchup.second)
    ]
    return int(own[0]) - int(own[1])


def _scored(evidence: JudgeEvidence) -> list[Any]:
    return [one for one in evidence.grades if one.judge_grade is not None and not one.was_shown]


def _graded(evidence: JudgeEvidence) -> judge_report.Graded:
    grades = _scored(evidence)
    if not grades:
        return judge_report.Graded(len(evidence.grades), 0, 0, 0.0, 1.0)
    people, judge = (
        _numbers(one.grade for one in grades),
        _numbers(one.judge_grade for one in grades),
    )
    alike = int((np.rint(judge) == people).sum())
    sure = calibration.exact(alike, len(grades))
    found = calibration.calibrate(people, judge)
    kappa = judging.compare_grades(people, judge)
    return judge_report.Graded(
        grades=len(evidence.grades),
        scored=len(grades),
        alike=alike,
        low=sure.lower,
        high=sure.upper,
        raw_error=found.raw_error,
        mapped_error=found.mapped_error,
        is_map_applied=found.is_applied,
        offset=found.offset,
        slope=found.slope,
        kappa=_figure(kappa.coefficient) if kappa.is_defined else None,
    )


def _by_tag(audit: _Audit) -> tuple[judge_report.Tagged, ...]:
    counted: dict[str, int] = {}
    for matchup in audit.matchups:
        for tag in set(matchup.tags):
            counted[tag] = counted.get(tag, 0) + 1
    found = []
    enough = [tag for tag, number in counted.items() if number >= LEAST_OF_A_TAG]
    for tag in sorted(enough)[:MOST_TAGS]:
        part = audit.only(lambda one, tag=tag: tag in one.tags)  # type: ignore[misc]
        same = judging.majority(part.votes) == part.judge
        shown = _figure(clustered.share(same, np.ones(len(same)), part.prompt))
        if shown is not None:
            found.append(judge_report.Tagged(tag, len(same), shown))
    return tuple(found)


def _worth(evidence: JudgeEvidence, audit: _Audit) -> judge_report.Worth:
    votes = len(audit.matchups)
    judgements = sum(
        one.settled.is_heard and not one.votes and one.pool is not Pool.CALIBRATION
        for one in evidence.matchups
    )
    found = prediction_powered.correlate_within(
        audit.people_points,
        audit.judge_points,
        _numbered([f"{one.first}\n{one.second}" for one in audit.matchups]),
        audit.prompt,
    )
    if found.value is None:
        return judge_report.Worth(
            votes, judgements, needed=max(prediction_powered.LEAST - found.units, 1)
        )
    rho = found.value
    extra, likely = (
        max(int(prediction_powered.effective_votes(value, votes, judgements) - votes), 0)
        for value in (rho.lower, rho.value)
    )
    needed = None
    if rho.lower <= 0 < rho.value:
        needed = max(prediction_powered.needed_units(rho.value) - found.units, 1)
    return judge_report.Worth(votes, judgements, _figure(rho), extra, likely, needed)


def _estimates(
    evidence: JudgeEvidence, audit: _Audit, carried: Sequence[judge_report.Carried]
) -> tuple[judge_report.Estimated, ...]:
    alone = [
        one
        for one in evidence.matchups
        if one.settled.is_heard and not one.votes and one.pool is not Pool.CALIBRATION
    ]
    number = {name: at for at, name in enumerate(sorted({one.prompt for one in evidence.matchups}))}
    found = []
    for name in (one.configuration for one in carried if one.may_be_corrected):
        own = audit.only(lambda one, name=name: name in {one.first, one.second})  # type: ignore[misc]
        others = [one for one in alone if name in {one.first, one.second}]
        turned = np.array([one.second == name for one in own.matchups])
        mean = prediction_powered.powered_mean(
            np.where(turned, 1 - own.people_points, own.people_points),
            np.where(turned, 1 - own.judge_points, own.judge_points),
            _numbers(_points(one) if one.first == name else 1 - _points(one) for one in others),
            (
                np.array([number[one.prompt] for one in own.matchups], dtype=np.int64),
                np.array([number[one.prompt] for one in others], dtype=np.int64),
            ),
        )
        both, people = (_clipped(each) for each in (mean.mean, mean.people_only))
        found.append(judge_report.Estimated(name, people, both, mean.weight))
    return tuple(found)


def _clipped(found: Estimate) -> judge_report.Figure:
    value, low, high = (min(max(end, 0.0), 1.0) for end in (found.value, found.lower, found.upper))
    return judge_report.Figure(value, low, high)


def _disagreements(matchups: Sequence[JudgedMatchup]) -> tuple[judge_report.Disagreement, ...]:
    """Return what is worth reading: many people agree, the judge says the opposite."""
    found = []
    for matchup in matchups:
        signs = [vote.outcome.sign for vote in matchup.votes]
        total, judged = sum(signs), 1 - _CODES[matchup.settled]
        if total * judged < 0:
            counted = (signs.count(1), signs.count(0), signs.count(-1))
            strong = sum(vote.outcome.choice.row.strength > 1 for vote in matchup.votes)
            rank = (-abs(total), -strong, matchup.key)
            found.append(
                (
                    rank,
                    judge_report.Disagreement(
                        matchup.key,
                        matchup.prompt,
                        matchup.first,
                        matchup.second,
                        counted,
                        matchup.settled.value,
                    ),
                )
            )
    return tuple(one for _, one in sorted(found, key=lambda each: each[0])[:MOST_READ])
