"""Says how raters judge: pace, repeats and gold in figures, and each sign with its figure."""

from service.domain.habits import Habit, Sign
from service.reporting.words import NONE, Words, msgid

_SAID = {
    Habit.ONE_SIDE: msgid("Nearly always A: %(number)s of %(of)s votes for a side"),
    Habit.IN_TURN: msgid(
        "Answers in turn: %(number)s of %(of)s are what was said %(length)s votes before"
    ),
    Habit.TOO_FAST: msgid("Faster than anybody reads: %(number)s of %(of)s votes"),
}
_RIGHT = msgid("Nearly always B: %(number)s of %(of)s votes for a side")


def sign(found: Sign, words: Words) -> str:
    """Return a sign as one line, with its figure."""
    text = _RIGHT if found.detail == "right" else _SAID[found.habit]
    return words.gettext(
        text,
        number=words.count(found.number),
        of=words.count(found.of),
        length=found.detail,
    )


def seconds(value: float | None, words: Words) -> str:
    """Return a pace, such as "21 s"."""
    return NONE if value is None else words.duration(value * 1000)


def part(number: int, of: int, words: Words) -> str:
    """Return a part of a whole, such as "9 of 11"; a dash where there is nothing."""
    if not of:
        return NONE
    return words.gettext("%(part)s of %(whole)s", part=words.count(number), whole=words.count(of))
