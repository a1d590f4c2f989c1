"""Finds prompts that divide people and a judge: several votes agree, it says the opposite."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import judge_report
from service.domain.judge_report import Disagreement, JudgeReport
from service.store import judges, prompts
from service.usecases.sighted.results import read

# By so many votes people prefer the other text, at least: a single vote is no people.
LEAST_AHEAD = 2


@dataclass(frozen=True)
class Disputed:
    """An audit matchup with the judge that says the opposite of what people say there."""

    judge: str
    matchup: Disagreement


def of_study(session: Session, study_name: str) -> list[Disputed]:
    """Return what people and the judges of a study dispute, as their newest reports know it.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, study_name)
    return [
        Disputed(report.judge, one)
        for report in newest_reports(session, study.id)
        for one in report.disagreements
        if abs(one.votes[0] - one.votes[2]) >= LEAST_AHEAD
    ]


def prompt_ids(session: Session, study_name: str) -> list[int]:
    """Return the prompts of these matchups by their ids, each once.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, study_name)
    ids = {key: identity for identity, key in prompts.keys(session, study.id).items()}
    told = dict.fromkeys(one.matchup.prompt for one in of_study(session, study_name))
    return [ids[key] for key in told if key in ids]


def newest_reports(session: Session, study_id: int) -> list[JudgeReport]:
    """Return the reports on the newest versions of all judges of a study, as far as there are."""
    rows = [
        judges.report(session, judges.versions(session, judge.id)[0].id)
        for judge in judges.of_study(session, study_id)
    ]
    return [
        judge_report.from_json(row.content)
        for row in rows
        if row is not None and judge_report.is_current(row.content)
    ]
