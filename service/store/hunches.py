"""Queries about the questions after finishing, and the texts they may be asked about."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.models import Completion, Configuration, Hunch, Prompt


class Text(NamedTuple):
    """A ready text, as choosing needs it."""

    id: int
    configuration_id: int
    prompt_id: int
    text_hash: str


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
