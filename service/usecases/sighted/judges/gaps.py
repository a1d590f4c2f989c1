"""Finds gaps of a rubric among calibration items; the audit is never looked at to tune a judge."""

from collections import defaultdict

from sqlalchemy.orm import Session

from service.domain import rubric_gaps
from service.domain.judge import GradedText, Pool, Settled
from service.domain.rubric_gaps import Gap, Missed
from service.usecases.sighted.judges import evidence

_SIDES = 2


def of(session: Session, study_name: str, name: str) -> tuple[Gap, ...]:
    """Return where people who graded a matchup agree and the judge says something else.

    Raises
    ------
    UnknownStudy, UnknownJudge, StudySealed
    """
    found = evidence.of(session, study_name, name)
    graded: dict[str, list[GradedText]] = defaultdict(list)
    for one in found.grades:
        graded[one.key.rpartition("-")[0]].append(one)
    missed = []
    for matchup in found.matchups:
        of_pair = graded.get(matchup.key, [])
        if matchup.pool is not Pool.CALIBRATION or not matchup.settled.is_heard:
            continue
        said = {_preferred(of_pair[at : at + _SIDES]) for at in range(0, len(of_pair), _SIDES)}
        if len(said) != 1 or matchup.key in found.shown:
            continue
        (people,) = said
        if people is not matchup.settled:
            reasons = tuple(dict.fromkeys(one.reason for one in of_pair))
            missed.append(
                Missed(matchup.key, matchup.prompt, matchup.tags, people, matchup.settled, reasons)
            )
    return rubric_gaps.group(missed)


def _preferred(both: list[GradedText]) -> Settled:
    """Return which of a matchup's two texts one person graded higher."""
    first, second = (one.grade for one in both)
    if first == second:
        return Settled.TIE
    return Settled.FIRST if first > second else Settled.SECOND
