"""Finds prompts that are hard, divide, tell much or nothing; none while a study is sealed."""

from sqlalchemy.orm import Session

from service.domain import telling
from service.domain.prompt_set import Chosen
from service.domain.vote import Outcome
from service.store import tallies
from service.usecases.sighted.results import read


def chosen(session: Session, study_name: str, wanted: Chosen) -> list[int]:
    """Return the prompts of a kind in a study by their ids, the most telling first.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, study_name)
    found = telling.count(
        (
            cell.scope_id,
            (cell.first_configuration_id, cell.second_configuration_id),
            Outcome(cell.outcome).sign,
            Outcome(cell.outcome).is_bad,
            number,
        )
        for cell, number in tallies.of_scope(session, study.id, tallies.BY_PROMPT)
    )
    return _KINDS[wanted](found)


_KINDS = {
    Chosen.HARD: telling.hard,
    Chosen.DIVIDING: telling.dividing,
    Chosen.TELLING: telling.telling,
    Chosen.SATURATED: telling.saturated,
}
