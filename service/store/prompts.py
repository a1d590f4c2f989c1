"""Queries about prompts and the places that dealing counts."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, case, delete, exists, func, select, update
from sqlalchemy.orm import Session, load_only

from service.domain import prompt
from service.store.completions import UNSETTLED
from service.store.models import Completion, Prompt


def of_study(session: Session, study_id: int) -> Sequence[Prompt]:
    """Return a study's prompts in the order of the file."""
    return session.scalars(
        select(Prompt).where(Prompt.study_id == study_id).order_by(Prompt.position, Prompt.id)
    ).all()


def first_turns(session: Session, study_id: int, number: int) -> Sequence[list[str]]:
    """Return the user turns of a study's first prompts in the order of the file."""
    wanted = select(Prompt.turns).where(Prompt.study_id == study_id)
    return session.scalars(wanted.order_by(Prompt.position, Prompt.id).limit(number)).all()


def of_number(session: Session, study_id: int, number: int) -> Prompt | None:
    """Return the prompt of a number (from 1) in the order of the file."""
    wanted = select(Prompt).where(Prompt.study_id == study_id)
    return session.scalars(
        wanted.order_by(Prompt.position, Prompt.id).offset(number - 1).limit(1)
    ).one_or_none()


def keys(session: Session, study_id: int) -> dict[int, str]:
    """Return the keys of a study's prompts by their ids."""
    rows = session.execute(select(Prompt.id, Prompt.key).where(Prompt.study_id == study_id))
    return {row.id: row.key for row in rows}


def plain(session: Session, prompt_ids: Iterable[int]) -> set[int]:
    """Return those of these prompts whose answers are all shown as plain text."""
    wanted = select(Prompt.id).where(Prompt.id.in_(sorted(prompt_ids)), Prompt.is_plain.is_(True))
    return set(session.scalars(wanted))


def tags(session: Session, study_id: int) -> dict[int, list[str]]:
    """Return the tags of a study's prompts by their ids; prompts without any are not there."""
    rows = session.execute(select(Prompt.id, Prompt.tags).where(Prompt.study_id == study_id))
    return {identity: found for identity, found in rows if found}


def ids(session: Session, study_id: int) -> list[int]:
    """Return the ids of a study's prompts."""
    return list(session.scalars(select(Prompt.id).where(Prompt.study_id == study_id)))


def fingerprints(session: Session, study_id: int) -> set[str]:
    """Return the fingerprints of a study's prompts."""
    return set(session.scalars(select(Prompt.fingerprint).where(Prompt.study_id == study_id)))


def fingerprints_among(session: Session, study_id: int, wanted: Collection[str]) -> set[str]:
    """Return those of these fingerprints of which a study has a prompt."""
    asked = Prompt.fingerprint.in_(wanted)
    return set(
        session.scalars(select(Prompt.fingerprint).where(Prompt.study_id == study_id, asked))
    )


def count(session: Session, study_id: int) -> int:
    """Return how many prompts a study has."""
    return session.scalar(select(func.count()).where(Prompt.study_id == study_id)) or 0


class Counted(NamedTuple):
    """How many prompts a study has, how many can be rated, and the places open on these."""

    prompts: int
    dealable: int
    places: int


def counted(session: Session, study_id: int) -> Counted:
    """Return how many prompts and open places a study has."""
    one = case((Prompt.is_dealable, 1), else_=0)
    places = case((Prompt.is_dealable, Prompt.places_open), else_=0)
    row = session.execute(
        select(
            func.count(), func.coalesce(func.sum(one), 0), func.coalesce(func.sum(places), 0)
        ).where(Prompt.study_id == study_id)
    ).one()
    return Counted(*map(int, row))


def remove(session: Session, prompt: Prompt) -> None:
    """Delete a prompt of a draft, with the completions that were imported for it."""
    session.execute(delete(Completion).where(Completion.prompt_id == prompt.id))
    session.delete(prompt)
    session.flush()


def count_dealable(session: Session, study_id: int) -> int:
    """Return how many prompts of a study can be rated."""
    query = select(func.count()).where(Prompt.study_id == study_id, Prompt.is_dealable)
    return session.scalar(query) or 0


def of_key(session: Session, study_id: int, key: str) -> set[int]:
    """Return the prompt of a study that goes by a key, none where there is no such prompt."""
    return set(
        session.scalars(select(Prompt.id).where(Prompt.study_id == study_id, Prompt.key == key))
    )


def of_ids(session: Session, prompt_ids: Collection[int]) -> Sequence[Prompt]:
    """Return these prompts."""
    return session.scalars(select(Prompt).where(Prompt.id.in_(prompt_ids))).all()


def by_id(session: Session, prompt_id: int) -> Prompt:
    """Return a prompt that is known to exist."""
    return session.get_one(Prompt, prompt_id)


def count_alike(session: Session, study_id: int) -> int:
    """Return how many matchups of a study are not dealt, since both texts look the same."""
    total = func.coalesce(func.sum(Prompt.matchups_alike), 0)
    return int(session.scalar(select(total).where(Prompt.study_id == study_id)) or 0)


def alone(session: Session, study_id: int) -> Sequence[str]:
    """Return the keys of prompts with fewer than two different answers, and none still to come."""
    ready = Prompt.ready_configurations
    comes = exists().where(Completion.prompt_id == Prompt.id, Completion.state.in_(UNSETTLED))
    return session.scalars(
        select(Prompt.key)
        .where(
            Prompt.study_id == study_id,
            ready * (ready - 1) / 2 - Prompt.matchups_alike <= 0,
            ~comes,
        )
        .order_by(Prompt.position, Prompt.id)
    ).all()


_P = Prompt.__table__.c
_ASKED = select(_P.id, _P.turns, _P.context, _P.variables).where(
    _P.id.in_(bindparam("ids", expanding=True))
)


def asked(session: Session, prompt_ids: Iterable[int]) -> dict[int, prompt.Prompt]:
    """Return by id what configurations get to see of prompts."""
    session.flush()
    rows = session.connection().execute(_ASKED, {"ids": sorted(set(prompt_ids))})
    return {
        row[0]: prompt.Prompt(turns=tuple(row[1]), context=row[2], variables=row[3]) for row in rows
    }


def asked_in(session: Session, study_id: int) -> dict[int, prompt.Prompt]:
    """Return by id what configurations get to see of all prompts of a study."""
    return asked(session, ids(session, study_id))


_P = Prompt.__table__.c
_LOCK = select(_P.id).where(_P.id == bindparam("prompt_id")).with_for_update(key_share=True)
_LOCK_FREE = (
    select(_P.id)
    .where(_P.id.in_(bindparam("prompt_ids", expanding=True)))
    .order_by(_P.id)
    .with_for_update(skip_locked=True, key_share=True)
)


def lock(session: Session, prompt_id: int) -> None:
    """Keep others from dealing or freeing places of a prompt until this transaction ends.

    SQLite needs no such lock: its writers follow one another. Rows that refer to the prompt may
    still be added by others (a lock without `key_share` would make them wait, and us for them).
    """
    session.flush()
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"prompt_id": prompt_id})


def lock_free(session: Session, prompt_ids: Collection[int]) -> set[int]:
    """Lock those of these prompts that nobody holds, as `lock` does; return which they are."""
    session.flush()
    connection = session.connection()
    if not prompt_ids or connection.dialect.name == "sqlite":
        return set(prompt_ids)
    return set(connection.scalars(_LOCK_FREE, {"prompt_ids": list(prompt_ids)}))


_COUNTED = load_only(
    Prompt.study_id,
    Prompt.is_plain,
    Prompt.is_dealable,
    Prompt.ready_configurations,
    Prompt.matchups_alike,
    Prompt.places_open,
)


def locked(session: Session, prompt_ids: Iterable[int]) -> Sequence[Prompt]:
    """Return prompts as they are now, locked in the order of their ids.

    Only what dealing counts is loaded with them, for their texts are long.
    """
    return session.scalars(
        select(Prompt)
        .where(Prompt.id.in_(sorted(set(prompt_ids))))
        .order_by(Prompt.id)
        .options(_COUNTED)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


class Places(NamedTuple):
    """The counters of a prompt: what can be dealt, and votes still wanted.

    Attributes
    ----------
    ready : int
        Configurations with a text to deal.
    alike : int
        Matchups of theirs that are not dealt, since both texts look the same.
    """

    prompt_id: int
    ready: int
    alike: int
    places: int


_SET_PLACES = (
    update(Prompt)
    .where(_P.id == bindparam("prompt_id"))
    .values(
        ready_configurations=bindparam("ready"),
        matchups_alike=bindparam("alike"),
        places_open=bindparam("places"),
    )
)


def set_places(session: Session, counted: Sequence[Places]) -> None:
    """Write the counters of prompts that the caller has locked."""
    session.flush()
    if counted:
        session.connection().execute(_SET_PLACES, [one._asdict() for one in counted])
