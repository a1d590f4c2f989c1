"""Queries about prompts that raters suggest."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.submission import SubmissionState
from service.store import changes
from service.store.models import Invite, Prompt, Rater, Submission

_IS_WAITING = Submission.state == SubmissionState.WAITING


class Counted(NamedTuple):
    """How many a rater has: that wait, since some moment, and ever; and all that wait."""

    waiting: int
    lately: int
    ever: int
    of_study: int


def count(session: Session, study_id: int, rater_id: int, since: datetime) -> Counted:
    """Return what bounds hold."""
    own = Submission.rater_id == rater_id
    found = [
        session.scalar(select(func.count()).select_from(Submission).where(*conditions)) or 0
        for conditions in (
            (own, _IS_WAITING),
            (own, Submission.created_at > since),
            (own,),
            (Submission.study_id == study_id, _IS_WAITING),
        )
    ]
    return Counted(*found)


def by_key(session: Session, rater_id: int, client_key: str) -> Submission | None:
    """Return what a rater sent under a key."""
    return session.scalars(
        select(Submission).where(
            Submission.rater_id == rater_id, Submission.client_key == client_key
        )
    ).one_or_none()


def of_sound(session: Session, study_id: int, sound: str) -> Sequence[Submission]:
    """Return what was suggested in a study that reads the same, the oldest first."""
    return session.scalars(
        select(Submission)
        .where(Submission.study_id == study_id, Submission.sound == sound)
        .order_by(Submission.id)
    ).all()


def sounds_taken(session: Session, study_id: int, sounds: Collection[str]) -> set[str]:
    """Return those of these sounds of which a study's prompts were made."""
    return set(
        session.scalars(
            select(Submission.sound).where(
                Submission.study_id == study_id,
                Submission.sound.in_(sounds),
                Submission.prompt_id.is_not(None),
            )
        )
    )


def of_rater(session: Session, rater_id: int) -> Sequence[Submission]:
    """Return what a rater suggested, the newest first."""
    return session.scalars(
        select(Submission).where(Submission.rater_id == rater_id).order_by(Submission.id.desc())
    ).all()


def own_prompts_of(study_id: int, rater_id: int) -> Select[int]:
    """Return the query for a study's prompts never dealt to a rater, for they suggested them."""
    own = Submission.rater_id == rater_id
    made = select(Submission.prompt_id).where(own, Submission.prompt_id.is_not(None))
    said = select(Submission.fingerprint).where(own, Submission.fingerprint.is_not(None))
    return select(Prompt.id).where(
        Prompt.study_id == study_id, or_(Prompt.id.in_(made), Prompt.fingerprint.in_(said))
    )


def own_prompts(session: Session, study_id: int, rater_id: int) -> set[int]:
    """Return the prompts of a study that are never dealt to a rater, for they suggested them."""
    return set(session.scalars(own_prompts_of(study_id, rater_id)))


class Told(NamedTuple):
    """A submission with its rater's pseudonym, and the key and turns of what it became."""

    row: Submission
    pseudonym: str
    prompt_key: str | None
    turns: list[str] | None


def of_study(
    session: Session, study_id: int, state: str | None, after: int, most: int
) -> list[Told]:
    """Return submissions behind a number, the oldest first; of one state where one is named."""
    query = (
        select(Submission, Rater.pseudonym, Prompt.key, Prompt.turns)
        .join(Rater, Rater.id == Submission.rater_id)
        .outerjoin(Prompt, Prompt.id == Submission.prompt_id)
        .where(Submission.study_id == study_id, Submission.id > after)
        .order_by(Submission.id)
        .limit(most)
    )
    if state is not None:
        query = query.where(Submission.state == state)
    return [Told(*row) for row in session.execute(query)]


def locked(session: Session, study_id: int, numbers: Collection[int]) -> Sequence[Submission]:
    """Return these submissions of a study, locked, in the order of their numbers."""
    return session.scalars(
        select(Submission)
        .where(Submission.study_id == study_id, Submission.id.in_(sorted(numbers)))
        .order_by(Submission.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def settle(
    session: Session, study_id: int, sound: str, prompt_id: int | None, by: str, now: datetime
) -> int:
    """Accept what waits and reads the same; give all of it the prompt that was made.

    Also what was declined: whoever wrote the same is never dealt it. Not what the study had
    before it was suggested. Returns how many waited.
    """
    same = (Submission.study_id == study_id, Submission.sound == sound)
    if prompt_id is not None:
        changes.count(
            session,
            update(Submission)
            .where(*same, Submission.prompt_id.is_(None), Submission.fingerprint.is_not(None))
            .values(prompt_id=prompt_id),
        )
    return changes.count(
        session,
        update(Submission)
        .where(*same, _IS_WAITING)
        .values(state=SubmissionState.ACCEPTED, decided_at=now, decided_by=by),
    )


def count_by_state(session: Session, study_id: int) -> dict[str, int]:
    """Return how many submissions a study has, by state."""
    rows = session.execute(
        select(Submission.state, func.count())
        .where(Submission.study_id == study_id)
        .group_by(Submission.state)
    )
    return {row[0]: row[1] for row in rows}


def was_suggested(prompt_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that some rater suggested what became a prompt."""
    return exists().where(Submission.prompt_id == prompt_id)


def made(session: Session, study_id: int) -> set[str]:
    """Return the fingerprints of a study's prompts that were made of submissions."""
    return set(
        session.scalars(
            select(Prompt.fingerprint)
            .join(Submission, Submission.prompt_id == Prompt.id)
            .where(Prompt.study_id == study_id)
        )
    )


def submitters(session: Session, study_id: int) -> dict[int, list[str]]:
    """Return the pseudonyms of who suggested a study's prompts, by the prompts' ids."""
    rows = session.execute(
        select(Submission.prompt_id, Rater.pseudonym)
        .join(Rater, Rater.id == Submission.rater_id)
        .where(
            Submission.study_id == study_id,
            Submission.prompt_id.is_not(None),
            Submission.state == SubmissionState.ACCEPTED,
        )
        .distinct()
        .order_by(Submission.prompt_id, Rater.pseudonym)
    )
    found: dict[int, list[str]] = {}
    for prompt_id, pseudonym in rows:
        found.setdefault(int(prompt_id or 0), []).append(pseudonym)
    return found


def nobody_else(session: Session, study_id: int) -> list[str]:
    """Return prompts with open places whose every rater suggested them, by their keys.

    Nobody is dealt those; none is named while a link that makes raters still holds.
    """
    shared = select(Invite.id).where(
        Invite.study_id == study_id, Invite.rater_id.is_(None), Invite.revoked_at.is_(None)
    )
    if session.scalar(shared.limit(1)) is not None:
        return []
    others = exists().where(
        Rater.study_id == study_id,
        Rater.finished_at.is_(None),
        Rater.id.not_in(
            select(Invite.rater_id).where(
                Invite.rater_id.is_not(None), Invite.revoked_at.is_not(None)
            )
        ),
        Rater.id.not_in(
            select(Submission.rater_id).where(Submission.prompt_id == Prompt.id).correlate(Prompt)
        ),
    )
    made = exists().where(Submission.prompt_id == Prompt.id, Submission.study_id == study_id)
    return list(
        session.scalars(
            select(Prompt.key)
            .where(Prompt.study_id == study_id, Prompt.places_open > 0, made, ~others)
            .order_by(Prompt.id)
        )
    )
