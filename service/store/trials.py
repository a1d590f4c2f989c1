"""Queries about tries: the hidden row that they hang on, and the answers that they brought."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.store.models import Attempt, Completion, Configuration, Evidence, Prompt, Study
from service.store.studies import TRIAL


def find(session: Session, study: Study) -> Study | None:
    """Return the row that a study's tries hang on, where there was one."""
    return session.scalars(
        select(Study).where(Study.name == name_of(study), Study.state == TRIAL)
    ).one_or_none()


def name_of(study: Study) -> str:
    """Return a name that no study of a person can have."""
    return f"{study.name}/try"


def is_calling(session: Session, trial_id: int) -> bool:
    """Tell whether a call of a try is under way; no new one begins before this transaction ends."""
    states = session.scalars(
        select(Completion.state).where(Completion.study_id == trial_id).with_for_update()
    )
    return CompletionState.RUNNING in set(states)


def stop(session: Session, trial_id: int, error_class: str) -> int:
    """Let calls of a try that nobody has begun never be made; returns how many."""
    stopped = session.execute(
        update(Completion)
        .where(Completion.study_id == trial_id, Completion.state == CompletionState.PENDING)
        .values(state=CompletionState.FAILED, error_class=error_class)
        .returning(Completion.id)
    )
    return len(stopped.all())


def clear(session: Session, trial_id: int) -> None:
    """Forget what was tried; what it took stays booked in the row of the tries."""
    tried = select(Completion.id).where(Completion.study_id == trial_id)
    for model in (Evidence, Attempt):
        session.execute(
            delete(model)
            .where(model.completion_id.in_(tried))
            .execution_options(synchronize_session=False)
        )
    for kind in (Completion, Prompt, Configuration):
        session.execute(
            delete(kind)
            .where(kind.study_id == trial_id)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def answers(
    session: Session, study_id: int, configurations: Collection[str], keys: Collection[str]
) -> list[tuple[Completion, str, str, str | None]]:
    """Return first samples: the row, its prompt's key, whose it is, and why that one is paused."""
    query = (
        select(Completion, Prompt.key, Configuration.name, Configuration.paused_because)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .where(
            Completion.study_id == study_id,
            Completion.sample == 1,
            Completion.state != CompletionState.REPLACED,
            Configuration.retired_at.is_(None),
            Configuration.name.in_(configurations),
            Prompt.key.in_(keys),
        )
    )
    return [(row, key, name, why) for row, key, name, why in session.execute(query)]
