"""A draft of prompts: proposed out of logs or by a model, then kept or dropped one by one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin

MOST_ROWS = 100_000
MOST_SIZE = 200
USUAL_SIZE = 30
# A worker that says nothing for so long has died.
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=60)
# A pause as long as that is not counted as work.
_LONGEST_THOUGHT = timedelta(minutes=5)
_MOST_TAGS = 12


class DraftKind(StrEnum):
    """What a draft is made from."""

    LOGS = "logs"
    TEXT = "text"


class DraftState(StrEnum):
    """Where a draft stands."""

    WAITING = "waiting"
    RUNNING = "running"
    # What would be sent to a model is cut and looked through; somebody says whether it is sent.
    PREPARED = "prepared"
    # A model is asked; the answers come as completions do.
    ASKING = "asking"
    REVIEW = "review"
    FAILED = "failed"
    # What was kept is a version of a set.
    DONE = "done"


UNFINISHED = (DraftState.WAITING, DraftState.RUNNING, DraftState.ASKING)


class Decided(StrEnum):
    """What somebody said of a proposed prompt."""

    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


class Difficulty(StrEnum):
    """How hard a prompt is thought to be."""

    UNSAID = ""
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True)
class Proposed:
    """A prompt that a draft proposes; `doubts` say what somebody should look at."""

    prompt: Prompt
    origin: Origin
    difficulty: Difficulty = Difficulty.UNSAID
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reviewed:
    """A proposed prompt in a review, from place 1."""

    position: int
    prompt: Prompt
    origin: Origin
    difficulty: Difficulty
    doubts: tuple[str, ...]
    decided: Decided
    is_edited: bool
    decided_at: datetime | None


@dataclass(frozen=True)
class Coverage:
    """How many of the kept prompts have each tag, by difficulty; the commonest tags first."""

    rows: tuple[tuple[str, tuple[int, ...]], ...]
    others: int


@dataclass(frozen=True)
class Pace:
    """How a review goes: `each` is the usual time of one decision, None before three of them."""

    decided: int
    open: int
    each: timedelta | None
    ends_at: datetime | None


def coverage(items: Sequence[Reviewed]) -> Coverage:
    """Count what is kept or still open by tag and difficulty."""
    counted: dict[str, Counter[Difficulty]] = {}
    for item in items:
        if item.decided is Decided.DROPPED:
            continue
        for tag in item.prompt.tags or ("",):
            counted.setdefault(tag, Counter())[item.difficulty] += 1
    ordered = sorted(counted.items(), key=lambda one: (-one[1].total(), one[0]))
    shown = ordered[:_MOST_TAGS]
    return Coverage(
        tuple((tag, tuple(found[each] for each in Difficulty)) for tag, found in shown),
        len(ordered) - len(shown),
    )


def pace(items: Sequence[Reviewed], now: datetime) -> Pace:
    """Return how long one decision takes (the median of the times between two), and the end."""
    moments = sorted(item.decided_at for item in items if item.decided_at)
    left = sum(item.decided is Decided.OPEN for item in items)
    steps = sorted(
        later - earlier
        for earlier, later in pairwise(moments)
        if later - earlier <= _LONGEST_THOUGHT
    )
    if len(steps) < 2:  # noqa: PLR2004 - three decisions
        return Pace(len(items) - left, left, None, None)
    each = steps[len(steps) // 2]
    return Pace(len(items) - left, left, each, now + each * left)


def next_open(items: Sequence[Reviewed], after: int) -> int:
    """Return the place of the next undecided prompt after one, from the start again; else it."""
    still = [item.position for item in items if item.decided is Decided.OPEN]
    return next((at for at in still if at > after), still[0] if still else after)
