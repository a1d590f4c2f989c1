"""Queries about prompts and the places that dealing counts."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from service.store.models import Prompt


class OpenPrompt(NamedTuple):
    """A prompt that still wants votes."""

    id: int
    fingerprint: str
    ready_configurations: int
    places_open: int


def of_study(session: Session, study_id: int) -> Sequence[Prompt]:
    """Return a study's prompts in the order of the file."""
    return session.scalars(
        select(Prompt).where(Prompt.study_id == study_id).order_by(Prompt.position, Prompt.id)
    ).all()


def count(session: Session, study_id: int) -> int:
    """Return how many prompts a study has."""
    return session.scalar(select(func.count()).where(Prompt.study_id == study_id)) or 0


def by_id(session: Session, prompt_id: int) -> Prompt:
    """Return a prompt that is known to exist."""
    return session.get_one(Prompt, prompt_id)


def by_ids(session: Session, prompt_ids: Iterable[int]) -> dict[int, Prompt]:
    """Return prompts by id."""
    rows = session.scalars(select(Prompt).where(Prompt.id.in_(sorted(set(prompt_ids)))))
    return {row.id: row for row in rows}


# Built once and run beside the mapper: a large study has a thousand rows.
_WITH_PLACES = select(*(Prompt.__table__.c[name] for name in OpenPrompt._fields)).where(
    Prompt.__table__.c.study_id == bindparam("study_id"),
    Prompt.__table__.c.is_dealable.is_(True),
    Prompt.__table__.c.places_open > 0,
)


def with_places(session: Session, study_id: int) -> list[OpenPrompt]:
    """Return the prompts that may be dealt and still want votes."""
    session.flush()
    rows = session.connection().execute(_WITH_PLACES, {"study_id": study_id})
    return list(map(OpenPrompt._make, rows.all()))


_LOCK = {
    wait: select(Prompt.id)
    .where(Prompt.id == bindparam("prompt_id"))
    .with_for_update(skip_locked=not wait, key_share=True)
    for wait in (False, True)
}


def lock(session: Session, prompt_id: int, *, wait: bool = True) -> bool:
    """Keep others from dealing or freeing places of a prompt until this transaction ends.

    Returns False where somebody holds it and the caller would rather not wait. SQLite needs
    no such lock: its writers follow one another. Rows that refer to the prompt may still be
    added by others (a lock without `key_share` would make them wait, and us for them).
    """
    found = session.execute(_LOCK[wait], {"prompt_id": prompt_id}).one_or_none()
    return found is not None


def locked(session: Session, prompt_ids: Iterable[int]) -> Sequence[Prompt]:
    """Return prompts as they are now, locked in the order of their ids."""
    return session.scalars(
        select(Prompt)
        .where(Prompt.id.in_(sorted(set(prompt_ids))))
        .order_by(Prompt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def set_places(session: Session, prompt_id: int, *, ready: int, places: int) -> None:
    """Write the counters of a prompt that the caller has locked."""
    session.execute(
        update(Prompt)
        .where(Prompt.id == prompt_id)
        .values(ready_configurations=ready, places_open=places)
        .execution_options(synchronize_session=False)
    )
