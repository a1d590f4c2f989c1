"""Tells where a study's answers look the same, so that there is nothing to judge."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.study import StudyState
from service.store import prompts, studies
from service.usecases.sighted.lookup import find


@dataclass(frozen=True)
class Variety:
    """How many matchups are dealt to nobody, and which prompts have nothing to compare.

    Attributes
    ----------
    alike : int
        Matchups whose texts are shown alike.
    alone : tuple of str
        Prompts with fewer than two different answers, once all of theirs are settled.
    """

    alike: int
    alone: tuple[str, ...]


def of_study(session: Session, name: str) -> Variety:
    """Return where a study's answers look the same; a draft that will generate says nothing yet.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    generates = any(
        row.model is not None and row.retired_at is None
        for row in studies.configurations(session, study.id)
    )
    if study.state == StudyState.DRAFT and generates:
        return Variety(0, ())
    return Variety(prompts.count_alike(session, study.id), tuple(prompts.alone(session, study.id)))
