"""The words that raters read where they depend on numbers or on a choice."""

import math
from collections.abc import Sequence

from service.domain.sitting import AUTHOR_ANSWERS, UNSURE
from service.domain.vote import FLAG_KINDS, REASON_KINDS, Choice

CHOICES = {
    Choice.LEFT_MUCH.value: "A much better",
    Choice.LEFT.value: "A better",
    Choice.BOTH_GOOD.value: "Both good",
    Choice.BOTH_BAD.value: "Both bad",
    Choice.RIGHT.value: "B better",
    Choice.RIGHT_MUCH.value: "B much better",
}
_REASONS = {
    "correct": "What is right or wrong",
    "complete": "What is there or missing",
    "clear": "How clear it is",
    "follows": "Doing what was asked",
    "tone": "Tone",
    "length": "Length",
    "layout": "Layout",
    "safe": "Safety",
}
REASONS = {kind: _REASONS[kind] for kind in REASON_KINDS}
_FLAGS = {
    "knows_source": "I can tell who wrote this",
    "broken": "Something is shown wrongly",
    "unsafe": "Unsafe or private content",
    "other": "Something else",
}
FLAGS = {kind: _FLAGS[kind] for kind in FLAG_KINDS}

_AUTHORS = {"same": "The same author", "different": "Different authors", UNSURE: "I can’t tell"}


def answers(labels: Sequence[str]) -> list[tuple[str, str]]:
    """Return values and words of the answers to a question, labels as the researcher wrote them."""
    if labels:
        return [*((label, label) for label in labels), (UNSURE, _AUTHORS[UNSURE])]
    return [(answer, _AUTHORS[answer]) for answer in AUTHOR_ANSWERS]


def minutes_left(done: int, total: int, pace_seconds: float | None) -> int | None:
    """Return whole minutes that remain at this rater's own pace, None before there is one."""
    if pace_seconds is None or done >= total:
        return None
    return max(1, math.ceil((total - done) * pace_seconds / 60))


def duration(seconds: float) -> str:
    """Return how long one vote took, in words: "40 seconds", "2 minutes"."""
    if seconds < 90:  # noqa: PLR2004 - above it, minutes read better
        return f"{max(1, round(seconds))} seconds" if round(seconds) > 1 else "1 second"
    return f"{round(seconds / 60)} minutes"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 vote", "2 votes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def consistency(repeated: int, agreed: int) -> str:
    """Return what a rater's swapped repeats say about them, kindly."""
    usual = "which is quite usual where two texts are close"
    if repeated == 1:
        kept = "the same both times" if agreed else f"differently, {usual}"
        return f"One matchup came twice, with A and B exchanged. You chose {kept}."
    came = f"{repeated} matchups came twice, with A and B exchanged."
    if agreed == repeated:
        return f"{came} You chose the same each time."
    return f"{came} You chose the same for {agreed} of them, {usual}."
