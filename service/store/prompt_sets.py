"""Queries about prompt sets, their versions and their prompts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from service.store.models import PromptSet, SetMember, SetPrompt, SetVersion, Study

_AT_ONCE = 500


class Kept(NamedTuple):
    """A prompt of a version as it is kept."""

    content: dict[str, Any]
    origin: dict[str, Any]


def by_name(session: Session, name: str) -> PromptSet | None:
    """Return the set of that name."""
    return session.scalars(select(PromptSet).where(PromptSet.name == name)).one_or_none()


def lock(session: Session, set_id: int) -> PromptSet:
    """Return a set whose versions nobody else may add to before this transaction ends."""
    return session.scalars(
        select(PromptSet).where(PromptSet.id == set_id).with_for_update(key_share=True)
    ).one()


def newest(session: Session) -> Sequence[tuple[PromptSet, SetVersion]]:
    """Return all sets with their newest version, by title."""
    last = (
        select(SetVersion.set_id, func.max(SetVersion.number).label("number"))
        .group_by(SetVersion.set_id)
        .subquery()
    )
    rows = session.execute(
        select(PromptSet, SetVersion)
        .join(SetVersion, SetVersion.set_id == PromptSet.id)
        .join(last, (last.c.set_id == PromptSet.id) & (last.c.number == SetVersion.number))
        .order_by(PromptSet.title, PromptSet.id)
    )
    return [(found, version) for found, version in rows]


def versions(session: Session, set_id: int) -> Sequence[SetVersion]:
    """Return the versions of a set, the newest first."""
    query = select(SetVersion).where(SetVersion.set_id == set_id)
    return session.scalars(query.order_by(SetVersion.number.desc())).all()


def prompts(
    session: Session, version_id: int, first: int = 0, most: int | None = None
) -> list[Kept]:
    """Return the prompts of a version in their order, from a place on, so many at most."""
    rows = session.execute(
        select(SetPrompt.content, SetPrompt.origin)
        .join(SetMember, SetMember.prompt_id == SetPrompt.id)
        .where(SetMember.version_id == version_id, SetMember.position >= first)
        .order_by(SetMember.position)
        .limit(most)
    )
    return [Kept(*row) for row in rows]


def known(session: Session, set_id: int, digests: Collection[str]) -> dict[str, int]:
    """Return the prompts of a set that it has had already, by their hashes."""
    found: dict[str, int] = {}
    wanted = sorted(set(digests))
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = session.execute(
            select(SetPrompt.digest, SetPrompt.id).where(
                SetPrompt.set_id == set_id, SetPrompt.digest.in_(some)
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def add_prompts(
    session: Session,
    set_id: int,
    fresh: Sequence[tuple[str, dict[str, Any], dict[str, Any]]],
    moment: datetime,
) -> None:
    """Keep prompts that a set has not had, each as its hash, its content and where it is from."""
    rows = [
        {
            "set_id": set_id,
            "digest": digest,
            "content": content,
            "origin": origin,
            "created_at": moment,
        }
        for digest, content, origin in fresh
    ]
    if rows:
        session.execute(insert(SetPrompt), rows)


def add_members(session: Session, version_id: int, prompt_ids: Sequence[int]) -> None:
    """Give prompts their places in a version."""
    rows = [
        {"version_id": version_id, "position": at, "prompt_id": identity}
        for at, identity in enumerate(prompt_ids)
    ]
    if rows:
        session.execute(insert(SetMember), rows)


def used(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Return each study that names a set, as its name, its title and what it names."""
    rows = session.execute(
        select(Study.name, Study.title, Study.prompt_set)
        .where(Study.prompt_set.is_not(None))
        .order_by(Study.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows if row[2]]
