"""Keeps the trust reports of judges: which are old, the newest of each, and a new one stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import judge_report
from service.domain.judge_answer import Said
from service.domain.judge_report import JudgeReport
from service.store import judgements, judges, models, tallies
from service.usecases.sighted.judges import finding
from service.usecases.sighted.results import read

# Counts up when reports are computed in another way, so that stored ones are made anew.
EDITION = 2
# A report is not computed again sooner, however fast votes come.
BETWEEN = timedelta(seconds=20)


@dataclass(frozen=True)
class Due:
    """A judge whose report does not know all that there is; `seen` says what a new one will."""

    name: str
    version_id: int
    seen: str


@dataclass(frozen=True)
class Kept:
    """A stored report; `is_old` where something has come since."""

    report: JudgeReport
    created_at: datetime
    is_old: bool


def due(session: Session, study_id: int, now: datetime) -> list[Due]:
    """Return the judges of a study whose newest version should be reported on; none if sealed."""
    study = session.get(models.Study, study_id)
    if study is None or read.is_sealed(study):
        return []
    found = []
    for judge in judges.of_study(session, study_id):
        version = judges.versions(session, judge.id)[0]
        stored = judges.report(session, version.id)
        seen = _seen(session, study_id, judge.id, version.id)
        is_new = stored is None or (stored.seen != seen and stored.created_at + BETWEEN < now)
        if is_new:
            found.append(Due(judge.name, version.id, seen))
    return found


def save(session: Session, one: Due, report: JudgeReport, now: datetime) -> None:
    """Store a report in place of the last one of its version."""
    row = judges.report(session, one.version_id)
    if row is None:
        row = models.JudgeReport(version_id=one.version_id)
        session.add(row)
    row.seen, row.content, row.created_at = one.seen, judge_report.to_json(report), now
    session.flush()


def last(session: Session, study_name: str, name: str) -> Kept | None:
    """Return the report on a judge's newest version, None before a worker has computed one.

    Raises
    ------
    UnknownStudy, UnknownJudge, StudySealed
    """
    study = read.unsealed(session, study_name)
    found = finding.find(session, study_name, name)
    row = judges.report(session, found.version.id)
    if row is None or not judge_report.is_current(row.content):
        return None
    seen = _seen(session, study.id, found.judge.id, found.version.id)
    return Kept(judge_report.from_json(row.content), row.created_at, row.seen != seen)


def _seen(session: Session, study_id: int, judge_id: int, version_id: int) -> str:
    """Return what a report made now would know of, as one text."""
    states = judgements.states(session, version_id)
    said = sum(states[one] for one in Said)
    votes = tallies.counted(session, study_id)
    graded = judges.newest_grade(session, judge_id)
    pools = judges.counts(session, judge_id)
    return f"{EDITION}/{judge_report.VERSION}/{said}/{votes}/{graded}/{sorted(pools.items())}"
