"""What somebody wants to see of the votes behind a number: filters, and how far a look goes."""

from collections.abc import Collection
from dataclasses import dataclass

from service.domain.vote import Outcome

MOST_LETTERS = 200
# What an address may call groups of outcomes.
TIED = tuple(outcome for outcome in Outcome if not outcome.sign)
OUTCOMES = {"tied": TIED, "both_bad": tuple(outcome for outcome in TIED if outcome.is_bad)}


@dataclass(frozen=True)
class Filters:
    """Which counted votes somebody wants to see; each filter that is set narrows the others.

    `first` and `second` are configurations, seen from the first; `among` keeps to matchups between
    these. `outcomes` is a name in `OUTCOMES`, `prompt` a key. A `contradicts` vote prefers one of
    two texts where another vote on the same prompt and configurations prefers the other. What is
    `sought` stands in the prompt, in an answer or in a reason.
    """

    first: str = ""
    second: str = ""
    among: Collection[str] | None = None
    outcomes: str = ""
    tag: str = ""
    prompt: str = ""
    contradicts: bool = False
    sought: str = ""


@dataclass(frozen=True)
class Witnessed:
    """A counted vote with what was judged; `outcome` is seen from `first`, whose text is first.

    Grades are those that this rater gave the two texts, None without.
    """

    prompt_key: str
    prompt: str
    tags: tuple[str, ...]
    outcome: str
    first: str
    second: str
    rater: str
    first_text: str
    second_text: str
    reasons: tuple[str, ...] = ()
    first_grade: int | None = None
    second_grade: int | None = None


@dataclass(frozen=True)
class Look:
    """One page of the votes that were asked for, prompt by prompt.

    `number` counts all that the filters let through but for what takes reading: `looked_at` of them
    were read from `start` on. The next page starts at `next_start`, None at the end.
    """

    votes: tuple[Witnessed, ...]
    number: int
    start: int
    looked_at: int
    next_start: int | None
    # Whether votes were read one by one for what cannot be counted beforehand.
    is_read: bool = False
