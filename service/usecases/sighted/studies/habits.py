"""Shows how each rater of a study judges, and what of it is left out and why."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import habits, reading
from service.domain.habits import Said, Sign
from service.domain.vote import Choice
from service.store import judging, raters
from service.store.models import Rater
from service.usecases.blind import progress
from service.usecases.blind.progress import Consistency
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold

# A page's raters, and the latest votes of each that are looked at.
MOST_RATERS = 25
MOST_VOTES = 200
MOST_TEXTS = 2000


@dataclass(frozen=True)
class HabitsView:
    """One rater at a glance: numbers of their own, nothing that shows who is ahead."""

    pseudonym: str
    name: str
    judged: int
    seconds: float | None
    repeats: Consistency
    gold: tuple[int, int]
    signs: tuple[Sign, ...]
    left_out: int
    reasons: tuple[str, ...]
    is_sighted: bool
    is_finished: bool


@dataclass(frozen=True)
class Crowd:
    """A page of a study's raters, what is left out by reason, and where the next page begins."""

    raters: tuple[HabitsView, ...]
    by_reason: tuple[tuple[str, int], ...]
    next_after: int | None


def of_study(session: Session, name: str, after: int = 0) -> Crowd:
    """Return how the raters of a study judge, from the one after that id.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    rows = judging.begun(session, study.id, after, MOST_RATERS + 1)
    has_more, rows = len(rows) > MOST_RATERS, rows[:MOST_RATERS]
    names = raters.names(session, study.id)
    judged = judging.judged(session, [row.id for row in rows])
    gold = fold.gold_answers(session, study)
    out = judging.left_out(session, study.id)
    pressed = judging.pressed(session, [row.id for row in rows], MOST_VOTES)
    words = _words(session, pressed)
    repeats = progress.consistencies(session, [row.id for row in rows])
    by_reason: dict[str, int] = {}
    for one in out:
        by_reason[one.reason] = by_reason.get(one.reason, 0) + one.number

    def shown(row: Rater) -> HabitsView:
        said = [_said(one, words) for one in pressed[row.id]]
        of_rater = [one for one in out if one.rater_id == row.id]
        return HabitsView(
            pseudonym=row.pseudonym,
            name=names.get(row.id, ""),
            judged=judged[row.id],
            seconds=habits.seconds_for(said),
            repeats=repeats[row.id],
            gold=gold.get(row.pseudonym, (0, 0)),
            signs=habits.signs(said),
            left_out=sum(one.number for one in of_rater),
            reasons=tuple(one.reason for one in of_rater),
            is_sighted=row.is_sighted,
            is_finished=row.finished_at is not None,
        )

    return Crowd(
        raters=tuple(shown(row) for row in rows),
        by_reason=tuple(sorted(by_reason.items(), key=lambda one: (-one[1], one[0]))),
        next_after=rows[-1].id if has_more else None,
    )


def _words(session: Session, pressed: dict[int, list[judging.Pressed]]) -> dict[int, float]:
    """Return the words of the texts that the latest timed votes were about, by completion."""
    wanted: dict[int, None] = {}
    share = MOST_TEXTS // max(1, len(pressed))
    for votes in pressed.values():
        timed = [one for one in reversed(votes) if one.duration_ms is not None]
        wanted |= dict.fromkeys(text for one in timed[: share // 2] for text in one.texts)
    return {
        identity: reading.count_words(text)
        for identity, text in judging.texts(session, wanted).items()
    }


def _said(one: judging.Pressed, words: dict[int, float]) -> Said:
    return Said(
        choice=Choice(one.choice),
        seconds=None if one.duration_ms is None else one.duration_ms / 1000,
        words=sum(words.get(text, 0.0) for text in one.texts),
    )
