"""Tells what of a study was judged or called already, and so must stay where it is."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from service.store.models import Assignment, Attempt, Call, Completion, Gold, NormingMatchup


def is_configuration(session: Session, configuration_id: int) -> bool:
    """Tell whether anybody was dealt an answer of a configuration, or a call was made for one."""
    return _is_any(session, Completion.configuration_id == configuration_id)


def has_answers(session: Session, configuration_id: int) -> bool:
    """Tell whether a configuration has any answer, such as imported ones."""
    which = Completion.configuration_id == configuration_id
    return session.scalar(select(Completion.id).where(which).limit(1)) is not None


def is_prompt(session: Session, prompt_id: int) -> bool:
    """Tell whether anybody was dealt a matchup of a prompt, or a call was made for it."""
    return _is_any(session, Completion.prompt_id == prompt_id)


def is_gold(session: Session, study_id: int) -> bool:
    """Tell whether anybody was dealt gold of a study."""
    of_study = exists().where(
        Gold.study_id == study_id,
        Assignment.first_completion_id.in_([Gold.better_completion_id, Gold.worse_completion_id]),
    )
    return bool(session.scalar(select(of_study)))


def _is_any(session: Session, which: ColumnElement[bool]) -> bool:
    behind = (
        exists().where(Assignment.first_completion_id == Completion.id)
        | exists().where(Assignment.second_completion_id == Completion.id)
        | exists().where(Attempt.completion_id == Completion.id)
        | exists().where(Call.completion_id == Completion.id)
        | exists().where(NormingMatchup.first_completion_id == Completion.id)
        | exists().where(NormingMatchup.second_completion_id == Completion.id)
    )
    return session.scalar(select(Completion.id).where(which, behind).limit(1)) is not None
