"""How a rater has judged: pace, and signs that deserve a look.

A sign is a figure with a bound, never a verdict: it stops and deletes nothing. Among people who
judge by the texts each is rare: an exact test of the binomial at `LEVEL`, or a share of votes that
were faster than anybody reads. All of it comes from a rater's own votes, so it says nothing of who
is ahead.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb
from statistics import median
from typing import NamedTuple

from service.domain.vote import Choice, Side

LEVEL = 0.001
FEWEST = 12  # votes, before anything is said of them
FASTEST = 3.0  # seconds for any matchup
WORDS_PER_SECOND = 15.0  # of both texts together: three times as fast as people skim
FAST_SHARE = 0.2
LONGEST_TURN = 6  # keys, until they begin again: the bar has six
IN_TURN = 0.8


class Habit(StrEnum):
    """What deserves a look."""

    ONE_SIDE = "one_side"
    IN_TURN = "in_turn"
    TOO_FAST = "too_fast"


class Said(NamedTuple):
    """One vote that stands: what was pressed, how long it took, the words of both texts."""

    choice: Choice
    seconds: float | None = None
    words: float | None = None


@dataclass(frozen=True)
class Sign:
    """A habit with its figure: in so many of so many votes; `detail` is a side, or keys in turn."""

    habit: Habit
    number: int
    of: int
    detail: str = ""


def seconds_for(said: Iterable[Said]) -> float | None:
    """Return the median time of votes in seconds, None where no time is known."""
    known = [one.seconds for one in said if one.seconds is not None]
    return median(known) if known else None


def signs(said: Sequence[Said]) -> tuple[Sign, ...]:
    """Return what deserves a look in one rater's votes, the oldest first."""
    if len(said) < FEWEST:
        return ()
    choices = [one.choice for one in said]
    found = (_one_side(choices), _in_turn(choices), _too_fast(said))
    return tuple(sign for sign in found if sign is not None)


def _one_side(choices: Sequence[Choice]) -> Sign | None:
    """Tell whether one side is chosen more often than a fair coin would, two-sided."""
    sides = Counter(one.side for one in choices if one.side is not Side.NEITHER)
    number = sides.total()
    if number < FEWEST:
        return None
    side, most = sides.most_common(1)[0]
    if 2 * at_least(most, number, 0.5) >= LEVEL:
        return None
    return Sign(Habit.ONE_SIDE, most, number, side.name.lower())


def _in_turn(choices: Sequence[Choice]) -> Sign | None:
    """Tell whether keys come in turn: what was pressed two to six votes before is pressed again.

    By chance that happens as often as two of the rater's votes are equal; the bound is shared
    by the lengths that are tried.
    """
    number = len(choices)
    counts = Counter(choices).values()
    chance = sum(n * (n - 1) for n in counts) / (number * (number - 1))
    if chance > 1 - 1 / FEWEST:
        return None  # nearly always one key
    for length in range(2, LONGEST_TURN + 1):
        of = number - length
        again = sum(choices[at] == choices[at - length] for at in range(length, number))
        if again < IN_TURN * of:
            continue
        if at_least(again, of, chance) < LEVEL / (LONGEST_TURN - 1):
            return Sign(Habit.IN_TURN, again, of, str(length))
    return None


def _too_fast(said: Sequence[Said]) -> Sign | None:
    """Tell whether too many votes came faster than their texts can be read."""
    known = [
        (one.seconds, max(FASTEST, (one.words or 0.0) / WORDS_PER_SECOND))
        for one in said
        if one.seconds is not None
    ]
    fast = sum(seconds < least for seconds, least in known)
    if len(known) < FEWEST or fast <= FAST_SHARE * len(known):
        return None
    return Sign(Habit.TOO_FAST, fast, len(known))


def at_least(number: int, of: int, chance: float) -> float:
    """Return the probability of so many successes or more among independent trials."""
    return sum(comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(number, of + 1))
