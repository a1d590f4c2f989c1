"""Asks, after finishing, how blind the rater was; nothing here ever says what was right."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import sitting
from service.domain.sitting import (
    AUTHOR_ANSWERS,
    CLOSING_QUESTIONS,
    ENOUGH_JUDGED,
    PANEL_PAIRS,
    UNSURE,
)
from service.errors import Invalid, NotFound
from service.store import closing_questions, raters, studies, submissions
from service.store.closing_questions import Text
from service.store.models import ClosingAnswer, ClosingQuestion, Rater

TOKEN_BYTES = 16
LABEL = closing_questions.LABEL


class UnknownClosingQuestion(NotFound):
    """No such question for this rater, or they have not finished."""


@dataclass(frozen=True)
class Passage:
    """A text with its prompt, as safe HTML per turn."""

    prompt_turns: tuple[str, ...]
    turns: tuple[str, ...]


@dataclass(frozen=True)
class ClosingCard:
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
    asked = closing_questions.of_rater(session, rater_id)
    if asked:
        return any(question.answer is None for question in asked)
    options = sitting.from_stored(studies.by_id(session, rater.study_id).options)
    return (options.asks_authors or bool(options.labels)) and _has_judged(session, rater)


def next_question(
    session: Session, rater_id: int, now: datetime, rng: random.Random
) -> ClosingCard | None:
    """Return the question to ask next, None where all are answered or none may be asked."""
    rater = raters.by_id(session, rater_id)
    if rater.finished_at is None:
        return None
    study = studies.by_id(session, rater.study_id)
    options = sitting.from_stored(study.options)
    raters.lock(session, rater_id)
    asked = list(closing_questions.of_rater(session, rater_id))
    if not asked and _has_judged(session, rater):
        asked = _draw(session, rater, options, now, rng)
    for number, question in enumerate(asked, start=1):
        if question.answer is None:
            labels = tuple(sorted(options.labels)) if question.kind == LABEL else ()
            return ClosingCard(
                question.token, number, len(asked), _passages(session, question), labels
            )
    return None


def answer(session: Session, rater_id: int, token: str, said: str, now: datetime) -> None:
    """Keep an answer; one that was given stays, and nothing tells whether it was right.

    Raises
    ------
    UnknownClosingQuestion
    """
    rater = raters.by_id(session, rater_id)
    question = next(
        (row for row in closing_questions.of_rater(session, rater_id) if row.token == token), None
    )
    if question is None or rater.finished_at is None:
        raise UnknownClosingQuestion("This question is not there. Go back to where you were.")
    options = sitting.from_stored(studies.by_id(session, rater.study_id).options)
    offered = (UNSURE, *options.labels) if question.kind == LABEL else AUTHOR_ANSWERS
    if said not in offered:
        raise Invalid("Please choose one of the answers.")
    if question.answer is None:
        question.answer = said
        question.answered_at = now
        session.flush()
        closing_questions.mark_dirty(session, rater)


def _has_judged(session: Session, rater: Rater) -> bool:
    """Tell whether a rater has judged a fair number, or all that a small study holds."""
    judged = closing_questions.count_judged(session, rater.id)
    return judged >= min(
        ENOUGH_JUDGED, closing_questions.count_matchups(session, rater.study_id, rater.id)
    )


def _draw(
    session: Session,
    rater: Rater,
    options: sitting.SittingOptions,
    now: datetime,
    rng: random.Random,
) -> list[ClosingAnswer]:
    """Choose the questions of a rater, by chance and without regard to who wrote what.

    Answers to what the rater suggested themselves are never among them.
    """
    every = closing_questions.texts(session, rater.study_id)
    own = submissions.own_prompts(session, rater.study_id, rater.id)
    texts = [text for text in every if text.prompt_id not in own]
    allowed = {text.id for text in texts}
    pairs = _panel(session, rater.study_id, every, now, rng) if options.asks_authors else []
    pairs = [pair for pair in pairs if allowed.issuperset(pair)]
    pairs = rng.sample(pairs, min(CLOSING_QUESTIONS, len(pairs)))
    singles = (
        [rng.choice(texts) for _ in range(CLOSING_QUESTIONS)] if options.labels and texts else []
    )
    drawn = [
        *((closing_questions.SAME_AUTHOR, one, other) for one, other in pairs),
        *((LABEL, text.id, None) for text in dict.fromkeys(singles)),
    ]
    made = [
        ClosingAnswer(
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


def _panel(
    session: Session, study_id: int, texts: Sequence[Text], now: datetime, rng: random.Random
) -> list[tuple[int, int]]:
    """Return the pairs of a study that may be asked about: drawn once, the same for all raters.

    They are drawn uniformly from all pairs of texts of different prompts. How many of them are
    by one author is left to chance: whoever collects questions, however many, learns nothing.
    """
    panel = closing_questions.panel(session, study_id)
    if not panel:
        studies.lock(session, study_id)
        panel = closing_questions.panel(session, study_id)
    if not panel:
        panel = [
            ClosingQuestion(
                study_id=study_id,
                first_completion_id=one.id,
                second_completion_id=other.id,
                created_at=now,
            )
            for one, other in _pairs(texts, rng)
        ]
        session.add_all(panel)
        session.flush()
    ready = {text.id for text in texts}
    ends = [(pair.first_completion_id, pair.second_completion_id) for pair in panel]
    return [pair for pair in ends if ready.issuperset(pair)]


def _pairs(texts: Sequence[Text], rng: random.Random) -> list[tuple[Text, Text]]:
    """Draw different pairs of texts of different prompts, each pair with the same probability."""
    drawn: dict[tuple[int, int], None] = {}
    if len({text.prompt_id for text in texts}) > 1:
        # Most draws are new and of two prompts; the bound is for studies of a few texts.
        for _ in range(PANEL_PAIRS * 20):
            one, other = sorted(rng.sample(range(len(texts)), 2))
            if texts[one].prompt_id != texts[other].prompt_id:
                drawn[one, other] = None
            if len(drawn) == PANEL_PAIRS:
                break
    return [(texts[one], texts[other]) for one, other in drawn]


def _passages(session: Session, question: ClosingAnswer) -> tuple[Passage, ...]:
    found = []
    for identity in (question.first_completion_id, question.second_completion_id):
        if identity is not None:
            prompt, turns = closing_questions.shown(session, identity)
            found.append(Passage(tuple(prompt["turns"]), tuple(turns)))
    return tuple(found)
