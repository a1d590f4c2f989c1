"""Shows a study as a rater would see it before anybody rates: a prompt with two of its answers."""

import random
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.completion import CompletionState
from service.store import models, prompts, studies, trials
from service.usecases.sighted import lookup

_SIDES = 2


@dataclass(frozen=True)
class Seen:
    """The prompt of a number (from 1) with up to two answers, as safe HTML, turn by turn."""

    number: int
    there_are: int
    title: str
    instructions: str
    turns: tuple[str, ...]
    context: str
    answers: tuple[tuple[str, ...], ...]


def of_study(session: Session, name: str, number: int, rng: random.Random) -> Seen | None:
    """Return what a rater would see of a prompt; None where the study has no such prompt.

    The answers are those of the study that may be shown, else those of the last try, two of
    them drawn by `rng` and in an order of chance.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, name)
    there_are = prompts.count(session, study.id)
    prompt = prompts.of_number(session, study.id, number) if 1 <= number <= there_are else None
    if prompt is None:
        return None
    answers = _ready(session, study, prompt.key)
    trial = trials.find(session, study)
    if len(answers) < _SIDES and trial is not None:
        answers |= {
            who: html
            for who, html in _ready(session, trial, prompt.key).items()
            if who not in answers
        }
    drawn = rng.sample(sorted(answers.values()), min(_SIDES, len(answers)))
    return Seen(
        number=number,
        there_are=there_are,
        title=study.title,
        instructions=study.instructions,
        turns=tuple(prompt.html["turns"]),
        context=prompt.html["context"],
        answers=tuple(drawn),
    )


def _ready(session: Session, study: models.Study, key: str) -> dict[str, tuple[str, ...]]:
    """Return by configuration what raters may be shown of its answers to a prompt."""
    names = [row.name for row in studies.configurations(session, study.id)]
    return {
        who: tuple(row.html)
        for row, _, who, _ in trials.answers(session, study.id, names, [key])
        if row.state == CompletionState.READY
    }
