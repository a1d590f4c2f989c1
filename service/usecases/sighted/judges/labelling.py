"""Tells whether a study's leaderboard needs its label: where there are judges, it is people's."""

from sqlalchemy.orm import Session

from service.store import judges
from service.usecases.sighted.lookup import find


def is_judged(session: Session, study_name: str) -> bool:
    """Tell whether a study has a judge, so that its boards must be told apart by name.

    Raises
    ------
    UnknownStudy
    """
    return bool(judges.of_study(session, find(session, study_name).id))
