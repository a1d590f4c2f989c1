"""Says how a draft of prompts came about, how its review goes, and draws what is covered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.draft import Coverage, Difficulty, DraftState, Pace
from service.reporting import charts
from service.reporting.words import Words, msgid

_CALLED = {
    Difficulty.UNSAID: msgid("difficulty not said"),
    Difficulty.EASY: msgid("easy"),
    Difficulty.MEDIUM: msgid("medium"),
    Difficulty.HARD: msgid("hard"),
}
_STATES = {
    DraftState.WAITING: msgid("waits for a worker"),
    DraftState.RUNNING: msgid("is being made"),
    DraftState.PREPARED: msgid("waits for your word before anything is sent"),
    DraftState.ASKING: msgid("a model is being asked"),
    DraftState.REVIEW: msgid("to be reviewed"),
    DraftState.FAILED: msgid("could not be made"),
    DraftState.DONE: msgid("kept as a version"),
}
_DOUBTS = {
    "asks_who": msgid("This prompt asks who answers; an answer that says so is not blind."),
    "personal": msgid(
        "This prompt seems to hold personal data, which raters and providers would read."
    ),
}
# Colours of the parts of a bar, in the order of `Difficulty`.
_COLOURS = (6, 2, 4, 1)
_HEIGHT = 14
_MINUTE = 60


@dataclass(frozen=True)
class Bar:
    """A line of the picture of what is covered: a tag, its bar, and the same in words."""

    tag: str
    svg: str
    told: str


def state(told: DraftState, words: Words) -> str:
    """Return where a draft stands."""
    return words.gettext(_STATES[told])


def difficulty(told: Difficulty, words: Words) -> str:
    """Return how hard a prompt is said to be."""
    return words.gettext(_CALLED[told])


def doubt(told: str, words: Words) -> str:
    """Return what somebody should look at in a prompt."""
    return words.gettext(_DOUBTS[told])


def made(found: Mapping[str, Any], words: Words) -> list[str]:
    """Return how a draft came about: how much was read, and what was left out."""
    said = []
    if "clusters" in found:
        said.append(
            words.gettext(
                "%(rows)s requests read, %(alike)s left out as near-duplicates, in %(clusters)s "
                "clusters.",
                rows=words.count(found["rows"]),
                alike=words.count(found["alike"]),
                clusters=words.count(len(found["clusters"])),
            )
        )
    elif "rows" in found:
        said.append(
            words.gettext(
                "%(rows)s prompts proposed, %(alike)s left out as near-duplicates.",
                rows=words.count(found["rows"]),
                alike=words.count(found.get("alike", 0)),
            )
        )
    counted = (
        ("bad", msgid("%(number)s rows held no request that can be used.")),
        ("malformed", msgid("%(number)s answers were no list of prompts.")),
        ("refused", msgid("%(number)s entries of lists were no prompts.")),
        ("failed", msgid("%(number)s passages got no answer.")),
    )
    return said + [
        words.gettext(text, number=words.count(found[what]))
        for what, text in counted
        if found.get(what)
    ]


def to_be_sent(found: Mapping[str, Any], words: Words) -> list[str]:
    """Return what would leave the machine, and what personal data stands in it."""
    said = [
        words.gettext(
            "%(number)s passages of %(all)s would be sent, one call each.",
            number=words.count(found["passages"]),
            all=words.count(found["of"]),
        )
    ]
    personal = found["personal"]
    if personal:
        kinds = ", ".join(f"{words.count(number)} × {kind}" for kind, number in personal.items())
        said.append(
            words.gettext(
                "They seem to hold personal data (%(kinds)s). The provider would read it.",
                kinds=kinds,
            )
        )
    else:
        said.append(words.gettext("No addresses or numbers of people were found in them."))
    return said


def pace(found: Pace, due_at: datetime | None, now: datetime, words: Words) -> str:
    """Return how a review goes, and whether it ends in time."""
    said = [
        words.gettext(
            "%(done)s of %(all)s decided.",
            done=words.count(found.decided),
            all=words.count(found.decided + found.open),
        )
    ]
    if found.each is not None and found.open:
        seconds = max(1, round(found.each.total_seconds()))
        left = -(-seconds * found.open // _MINUTE)
        said.append(
            words.gettext(
                "About %(seconds)s s each, %(minutes)s min to go.", seconds=seconds, minutes=left
            )
        )
    if due_at is not None and found.open:
        rest = (due_at - now).total_seconds()
        if rest <= 0:
            said.append(words.gettext("The time is over."))
        else:
            each = round(rest / found.open)
            said.append(
                words.gettext(
                    "%(minutes)s min left: %(seconds)s s for each.",
                    minutes=round(rest / _MINUTE),
                    seconds=each,
                )
            )
    return " ".join(said)


def coverage(found: Coverage, words: Words) -> list[Bar]:
    """Return the picture of what is covered: a bar for each tag, in parts by difficulty."""
    most = max((sum(numbers) for _, numbers in found.rows), default=0)
    return [
        Bar(tag or words.gettext("no tag"), _bar(numbers, most), _told(numbers, words))
        for tag, numbers in found.rows
    ]


def _bar(numbers: tuple[int, ...], most: int) -> str:
    parts, start = [], 0
    for number, colour in zip(numbers, _COLOURS, strict=True):
        if number:
            parts.append(
                f'<rect class="part c{colour}" x="{start / most * 100:.2f}%" y="0" '
                f'width="{number / most * 100:.2f}%" height="{_HEIGHT}"></rect>'
            )
        start += number
    return charts.svg(parts)


def _told(numbers: tuple[int, ...], words: Words) -> str:
    return ", ".join(
        f"{words.count(number)} {difficulty(each, words)}"
        for number, each in zip(numbers, Difficulty, strict=True)
        if number
    )
