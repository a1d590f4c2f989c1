"""Rows for files about a judge: its two pools, and alignment data for MLflow's own judges."""

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from service.domain.judge import JudgedMatchup, Pool, Settled
from service.store import judgements, judges, models
from service.usecases.sighted.judges import evidence, finding, texts
from service.usecases.sighted.results import read

_LETTER = {Settled.FIRST: "A", Settled.SECOND: "B", Settled.TIE: "tie"}


class JudgeFile(StrEnum):
    """What a file about a judge holds."""

    CALIBRATION = "calibration"
    AUDIT = "audit"
    MLFLOW = "mlflow"


def rows(session: Session, study_name: str, name: str, wanted: JudgeFile) -> Iterator[Any]:
    """Yield JSON values, a line each; texts are those that raters read, A the matchup's first.

    Alignment data are the calibration items alone, with people's assessments and the judge's
    under the judge's own name: what measures a judge is not what it is aligned to.

    Raises
    ------
    UnknownStudy, UnknownJudge, StudySealed
    """
    study = read.unsealed(session, study_name)
    found = finding.find(session, study_name, name)
    pool = Pool.AUDIT if wanted is JudgeFile.AUDIT else Pool.CALIBRATION
    items = judges.items(session, found.judge.id, pool)
    shown = texts.shown(session, study, {text for one in items for text in _texts(one)})
    laid_out = evidence.of(session, study_name, name)
    known = {one.key: one for one in laid_out.matchups}
    graded: dict[int, list[models.PoolGrade]] = defaultdict(list)
    for item, given in judges.grades(session, found.judge.id):
        graded[item.id].append(given)
    reasons = {
        one.texts: one.reason
        for one in judgements.of_version(session, found.version.id)
        if not one.is_exchanged
    }
    for item in items:
        sides = shown.sides(item.prompt_id, *_texts(item))
        inputs = {"prompt": list(sides.prompt), "context": sides.context}
        outputs = {"a": list(sides.a), "b": list(sides.b)}
        matchup = known.get(evidence.key_of(_texts(item)))
        people = [
            {
                "by": one.graded_by, "a": one.first_grade, "b": one.second_grade,
                "verdict": _of_grades(one), "reason": one.reason,
            }
            for one in graded[item.id]
        ]  # fmt: skip
        if wanted is not JudgeFile.MLFLOW:
            yield {
                "study": study.name,
                "judge": found.judge.name,
                "version": found.version.number,
                "criterion": found.judge.criterion,
                "pool": str(pool),
                "item": item.id,
                "prompt": matchup.prompt if matchup else "",
                "tags": list(matchup.tags) if matchup else [],
                "inputs": inputs,
                "outputs": outputs,
                "grades": people,
                "votes": _votes(matchup),
                "judge_said": _settled(matchup),
            }
        elif people:
            told = [
                _assessment(
                    found.judge.name, "HUMAN", str(one["by"]), one["verdict"], one["reason"]
                )
                for one in people
            ]
            said = _settled(matchup)
            if said in _LETTER.values():
                reason = reasons.get(_texts(item), "")
                told.append(
                    _assessment(found.judge.name, "LLM_JUDGE", laid_out.model, said, reason)
                )
            yield {"inputs": inputs, "outputs": outputs, "assessments": told}


def _assessment(name: str, kind: str, who: str, value: Any, reason: Any) -> dict[str, Any]:
    source = {"source_type": kind, "source_id": who}
    return {"name": name, "source": source, "value": value, "rationale": reason}


def _texts(item: models.PooledMatchup) -> tuple[int, int]:
    return item.first_completion_id, item.second_completion_id


def _of_grades(given: models.PoolGrade) -> str:
    if given.first_grade == given.second_grade:
        return "tie"
    return "A" if given.first_grade > given.second_grade else "B"


def _votes(matchup: JudgedMatchup | None) -> list[dict[str, str]]:
    votes = () if matchup is None else matchup.votes
    return [{"rater": one.rater, "outcome": str(one.outcome)} for one in votes]


def _settled(matchup: JudgedMatchup | None) -> str:
    if matchup is None:
        return str(Settled.WAITING)
    return _LETTER.get(matchup.settled, str(matchup.settled))
