"""Finds a study's judge and its version by the names that people gave them."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from service.errors import NotFound
from service.store import judges, models
from service.usecases.sighted import lookup


class UnknownJudge(NotFound):
    """The study has no such judge, or the judge has no such version."""


class Found(NamedTuple):
    """A judge with its study and one of its versions."""

    study: models.Study
    judge: models.Judge
    version: models.JudgeVersion


def find(session: Session, study_name: str, name: str, number: int | None = None) -> Found:
    """Return a judge of a study and a version of it, the newest where none is named.

    Raises
    ------
    UnknownStudy, UnknownJudge
    """
    study = lookup.find(session, study_name)
    judge = judges.find(session, study.id, name)
    if judge is None:
        raise UnknownJudge(
            "The study %(study)s has no judge called %(name)s. `evenhand judge list %(study)s` "
            "shows which there are.",
            study=study_name,
            name=repr(name),
        )
    every = judges.versions(session, judge.id)
    chosen = next((one for one in every if number in {None, one.number}), None)
    if chosen is None:
        raise UnknownJudge(
            "The judge %(name)s has no version %(number)s. Its newest is %(newest)s.",
            name=name,
            number=number or 0,
            newest=every[0].number,
        )
    return Found(study, judge, chosen)
