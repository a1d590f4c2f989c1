"""Finds a study by the name that a person gave it."""

from sqlalchemy.orm import Session

from service.domain.study import UnknownStudy
from service.store import studies
from service.store.models import Study


def find(session: Session, name: str) -> Study:
    """Return the study of a name.

    Raises
    ------
    UnknownStudy
    """
    found = studies.by_name(session, name)
    if found is None:
        raise UnknownStudy(
            "There is no study called %(name)s. `evenhand study list` shows which there are.",
            name=repr(name),
        )
    return found


def is_there(session: Session, study_id: int) -> bool:
    """Tell whether a study exists still."""
    return bool(studies.by_ids(session, [study_id]))


def name_of(session: Session, study_id: int) -> str:
    """Return the name of a study that is known to exist."""
    return studies.by_id(session, study_id).name
