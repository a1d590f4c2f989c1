"""Asks, after finishing, how blind the rater was; nothing here ever says what was right."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import sitting
from service.domain.sitting import AUTHOR_ANSWERS, HUNCHES, UNSURE
from service.errors import Invalid, NotFound
from service.store import hunches, raters, studies
from service.store.hunches import Text
from service.store.models import Hunch, Rater

TOKEN_BYTES = 16
SAME_AUTHOR = "same_author"
LABEL = "label"


class UnknownHunch(NotFound):
    """No such question for this rater, or they have not finished."""


@dataclass(frozen=True)
class Passage:
    """A text with its prompt, as safe HTML per turn."""

    prompt_turns: tuple[str, ...]
    turns: tuple[str, ...]


@dataclass(frozen=True)
class HunchCard:
    """One question: two passages by whom, or one passage and the labels to choose from."""

    token: str
    number: int
    of: int
    passages: tuple[Passage, ...]
    labels: tuple[str, ...]


def remaining(session: Session, rater_id: int) -> bool:
    """Tell whether a rater who has finished may still be asked something."""
    rater = raters.by_id(session, rater_id)
    if rater.finished_at is None:
        return False
    asked = hunches.of_rater(session, rater_id)
    if asked:
        return any(hunch.answer is None for hunch in asked)
    options = sitting.from_stored(studies.by_id(session, rater.study_id).options)
    return options.asks_authors or bool(options.labels)


def next_question(
    session: Session, rater_id: int, now: datetime, rng: random.Random
) -> HunchCard | None:
    """Return the question to ask next, None where all are answered or none may be asked."""
    rater = raters.by_id(session, rater_id)
    if rater.finished_at is None:
        return None
    study = studies.by_id(session, rater.study_id)
    options = sitting.from_stored(study.options)
    raters.lock(session, rater_id)
    asked = list(hunches.of_rater(session, rater_id))
    if not asked:
        asked = _draw(session, rater, options, now, rng)
    for number, hunch in enumerate(asked, start=1):
        if hunch.answer is None:
            labels = tuple(sorted(options.labels)) if hunch.kind == LABEL else ()
            return HunchCard(hunch.token, number, len(asked), _passages(session, hunch), labels)
    return None


def answer(session: Session, rater_id: int, token: str, said: str, now: datetime) -> None:
    """Keep an answer; one that was given stays, and nothing tells whether it was right.

    Raises
    ------
    UnknownHunch
    """
    rater = raters.by_id(session, rater_id)
    hunch = next((row for row in hunches.of_rater(session, rater_id) if row.token == token), None)
    if hunch is None or rater.finished_at is None:
        raise UnknownHunch("This question is not there. Go back to where you were.")
    options = sitting.from_stored(studies.by_id(session, rater.study_id).options)
    offered = AUTHOR_ANSWERS if hunch.kind == SAME_AUTHOR else (UNSURE, *options.labels)
    if said not in offered:
        raise Invalid("Please choose one of the answers.")
    if hunch.answer is None:
        hunch.answer = said
        hunch.answered_at = now
        session.flush()
        hunches.mark_dirty(session, rater)


def _draw(
    session: Session,
    rater: Rater,
    options: sitting.SittingOptions,
    now: datetime,
    rng: random.Random,
) -> list[Hunch]:
    """Choose the questions of a rater by chance over the hashes of the texts."""
    texts = hunches.texts(session, rater.study_id)
    pairs = [_pair(texts, rng) for _ in range(HUNCHES)] if options.asks_authors else []
    singles = [rng.choice(texts) for _ in range(HUNCHES)] if options.labels and texts else []
    drawn = [
        *((SAME_AUTHOR, one.id, other.id) for one, other in filter(None, pairs)),
        *((LABEL, text.id, None) for text in dict.fromkeys(singles)),
    ]
    made = [
        Hunch(
            token=secrets.token_urlsafe(TOKEN_BYTES),
            rater_id=rater.id,
            kind=kind,
            first_completion_id=first,
            second_completion_id=second,
            created_at=now,
        )
        for kind, first, second in drawn
    ]
    session.add_all(made)
    session.flush()
    return made


def _pair(texts: Sequence[Text], rng: random.Random) -> tuple[Text, Text] | None:
    """Draw two texts of different prompts, by one configuration half of the time."""
    if not texts:
        return None
    one, is_same = rng.choice(texts), rng.random() < 1 / 2
    pool = [
        text
        for text in texts
        if text.prompt_id != one.prompt_id
        and (text.configuration_id == one.configuration_id) is is_same
    ]
    return (one, rng.choice(pool)) if pool else None


def _passages(session: Session, hunch: Hunch) -> tuple[Passage, ...]:
    found = []
    for identity in (hunch.first_completion_id, hunch.second_completion_id):
        if identity is not None:
            prompt, turns = hunches.shown(session, identity)
            found.append(Passage(tuple(prompt["turns"]), tuple(turns)))
    return tuple(found)
