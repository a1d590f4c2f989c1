"""The words that raters read where they depend on numbers or on a choice."""

import math

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
