"""Queries about the questions after finishing, and the texts they may be asked about."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, aliased

from service.store import votes
from service.store.models import (
    Assignment,
    Completion,
    Configuration,
    Hunch,
    Prompt,
    Rater,
    Study,
)


class Text(NamedTuple):
    """A ready text, as choosing needs it."""

    id: int
    configuration_id: int
    prompt_id: int
    text_hash: str


class Answered(NamedTuple):
    """What was said of one text, or of two, by the ids of their configurations, how often."""

    kind: str
    first_id: int
    second_id: int | None
    answer: str
    number: int


def texts(session: Session, study_id: int) -> list[Text]:
    """Return a study's ready texts in the order of their hashes, which no id or name can sway."""
    rows = session.execute(
        select(
            Completion.id, Completion.configuration_id, Completion.prompt_id, Completion.text_hash
        )
        .join(Configuration, Configuration.id == Completion.configuration_id)
        .join(Prompt, Prompt.id == Completion.prompt_id)
        .where(
            Completion.study_id == study_id,
            Completion.state == "ready",
            Completion.text_hash.is_not(None),
            Configuration.retired_at.is_(None),
        )
        .order_by(Completion.text_hash, Prompt.fingerprint)
    )
    return [Text(row[0], row[1], row[2], row[3] or "") for row in rows]


def of_rater(session: Session, rater_id: int) -> Sequence[Hunch]:
    """Return the questions a rater was ever asked, in that order."""
    return session.scalars(select(Hunch).where(Hunch.rater_id == rater_id).order_by(Hunch.id)).all()


def shown(session: Session, completion_id: int) -> tuple[dict[str, list[str]], list[str]]:
    """Return the safe HTML of a text's prompt and of the text."""
    row = session.execute(
        select(Prompt.html, Completion.html)
        .join(Completion, Completion.prompt_id == Prompt.id)
        .where(Completion.id == completion_id)
    ).one()
    return row[0], row[1]


def mark_dirty(session: Session, rater: Rater) -> None:
    """Have the study's leaderboard looked at again, by what the rater was dealt last."""
    newest = select(func.max(Assignment.id)).where(Assignment.rater_id == rater.id)
    identity = session.scalar(newest)
    if identity is not None:
        votes.mark_dirty(session, rater.study_id, [identity])


def answered(session: Session, study: Study) -> list[Answered]:
    """Return what raters answered who had not seen results, or whose votes count all the same."""
    first, second = aliased(Completion), aliased(Completion)
    said = (Hunch.kind, first.configuration_id, second.configuration_id, Hunch.answer)
    rows = session.execute(
        select(*said, func.count())
        .join(Rater, Rater.id == Hunch.rater_id)
        .join(first, first.id == Hunch.first_completion_id)
        .outerjoin(second, second.id == Hunch.second_completion_id)
        .where(
            Rater.study_id == study.id,
            Hunch.answer.is_not(None),
            true() if study.counts_sighted else Rater.is_sighted.is_(False),
        )
        .group_by(*said)
    )
    return [Answered(row[0], row[1], row[2], row[3] or "", row[4]) for row in rows]
