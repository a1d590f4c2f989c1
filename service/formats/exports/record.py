"""The canonical record of an export: a prompt, two different answers, and every counted vote.

The two answers stand in an order that their texts alone decide, so the same votes give the same
record whatever was stored first and whichever configuration it came from.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from service.domain.vote import Outcome


class Message(NamedTuple):
    """One message of a conversation, as chat formats have it."""

    role: str
    content: str

    def told(self) -> dict[str, str]:
        """Return the message as a row holds it: exactly a role and a content."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True)
class VoteTold:
    """A counted vote: by whom (a keyed hash), what, where from, and whether they flagged it."""

    rater: str
    outcome: Outcome
    at: datetime
    is_imported: bool = False
    is_flagged: bool = False


@dataclass(frozen=True)
class Judged:
    """Two answers to one prompt with their votes, whose outcomes are seen from the first.

    Attributes
    ----------
    pair_id, split_key : str
        Hashes of contents: of prompt and answers, and of what must stay in one file.
    prompt : tuple of Message
        Ends with the user; of a conversation it holds the history that both answers share.
    first, second : str
        The answers that were judged: of a conversation the last ones.
    first_configurations, second_configurations : tuple of str
        Who wrote the text; several where they wrote the same.
    differs_before : bool
        The answers of earlier turns differ, so that no last answer follows a shared history.
    is_cut_off, has_leak : bool
        One of the answers ended at its bound, or names its maker.
    grades : (float, float) or None
        Mean grades of first and second, 1 to 5.
    leads : mapping
        How far first is ahead of second in each criterion, -1 to 1.
    """

    pair_id: str
    prompt_key: str
    split_key: str
    prompt: tuple[Message, ...]
    first: str
    second: str
    first_configurations: tuple[str, ...]
    second_configurations: tuple[str, ...]
    votes: tuple[VoteTold, ...] = ()
    turns: int = 1
    differs_before: bool = False
    is_cut_off: bool = False
    has_leak: bool = False
    grades: tuple[float, float] | None = None
    leads: Mapping[str, float] = field(default_factory=dict)

    def counts(self) -> Counter[Outcome]:
        """Return how often each outcome was chosen."""
        return Counter(vote.outcome for vote in self.votes)


class Tally(NamedTuple):
    """Votes of a record by what they prefer; `ties` leaves out those in which both failed."""

    first: int
    second: int
    ties: int
    both_bad: int

    @property
    def votes(self) -> int:
        """All of them."""
        return sum(self)


def tally(votes: Sequence[VoteTold]) -> Tally:
    """Return what votes add up to."""
    signs: Counter[tuple[int, bool]] = Counter()
    for outcome, number in Counter(vote.outcome for vote in votes).items():
        signs[outcome.sign, outcome.is_bad] += number
    return Tally(signs[1, False], signs[-1, False], signs[0, False], signs[0, True])


def pair_id(prompt: Sequence[Message], first: Sequence[str], second: Sequence[str]) -> str:
    """Return an id of contents alone, the same on every machine and from either side."""
    asked = "\x1e".join(f"{role}\x1d{content}" for role, content in prompt)
    texts = sorted("\x1e".join(turns) for turns in (first, second))
    return hashlib.sha256("\x1f".join([asked, *texts]).encode()).hexdigest()[:24]


def split_key(prompt: Sequence[Message]) -> str:
    """Return what prompts share that must stay in one file.

    Those that differ in case, white space and punctuation only are one prompt to a model that
    was trained on the other; all turns of a conversation go with its first message.
    """
    folded = unicodedata.normalize("NFKC", prompt[0].content).casefold()
    words = " ".join(re.findall(r"\w+", folded)) or folded
    return hashlib.sha256(words.encode()).hexdigest()


def comes_first(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether the answers `one` stand first in a record, by their texts alone."""
    digests = [hashlib.sha256("\x1e".join(turns).encode()).digest() for turns in (one, other)]
    return digests[0] <= digests[1]
