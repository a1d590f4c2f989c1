"""The words about judges: verdicts, how two orders settle, pools, families, and the evidence.

A judge is a model that says which of two texts is better. It sees every matchup in both orders.
Verdicts speak of the matchup's first and second configuration, never of the sides shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service.domain.vote import Outcome


class Verdict(StrEnum):
    """What a judge answered in one order: a verdict, or why there is none.

    `REFUSED` is a judge that would not say; `MALFORMED` an answer that holds no verdict.
    """

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    REFUSED = "refused"
    MALFORMED = "malformed"

    @property
    def is_answer(self) -> bool:
        """Whether it says anything of the two texts."""
        return self not in {Verdict.REFUSED, Verdict.MALFORMED}

    @property
    def exchanged(self) -> "Verdict":
        """The same verdict after first and second have changed places."""
        if self is Verdict.FIRST:
            return Verdict.SECOND
        return Verdict.FIRST if self is Verdict.SECOND else self


class Settled(StrEnum):
    """What a judge's two orders say together; `UNSETTLED` is a flip, which is no tie."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    UNSETTLED = "unsettled"
    REFUSED = "refused"
    MALFORMED = "malformed"
    WAITING = "waiting"

    @property
    def is_heard(self) -> bool:
        """Whether both orders were answered, alike or not."""
        return self in {Settled.FIRST, Settled.SECOND, Settled.TIE, Settled.UNSETTLED}


def settle(forward: Verdict | None, backward: Verdict | None) -> Settled:
    """Return what two orders say together.

    `forward` was given with the first text shown first, `backward` with the second shown first;
    both speak of the matchup's own first and second. None is an order not asked yet. What a judge
    could not say in one order is not made up from the other.
    """
    if forward is None or backward is None:
        return Settled.WAITING
    for missing in (Verdict.MALFORMED, Verdict.REFUSED):
        if missing in {forward, backward}:
            return Settled(missing.value)
    return Settled(forward.value) if forward is backward else Settled.UNSETTLED


class Pool(StrEnum):
    """Which of two uses a matchup or a text has for a judge; it never changes.

    `CALIBRATION` is chosen by hand, may be shown to the judge and tuned on. `AUDIT` is drawn at
    random, never shown, never tuned on, and measures each version of a judge once.
    """

    CALIBRATION = "calibration"
    AUDIT = "audit"


@dataclass(frozen=True)
class PersonVote:
    """What one rater (by a key that tells raters apart) said of a matchup."""

    rater: str
    outcome: Outcome


@dataclass(frozen=True)
class JudgedMatchup:
    """One matchup with what people and the judge said of it, all seen from `first`.

    `key` leads a page to it. Lengths are of the canonical texts, in characters. `pool` is None
    for what is in neither.
    """

    key: str
    prompt: str
    tags: tuple[str, ...]
    first: str
    second: str
    first_length: int
    second_length: int
    votes: tuple[PersonVote, ...] = ()
    forward: Verdict | None = None
    backward: Verdict | None = None
    pool: Pool | None = None

    @property
    def settled(self) -> Settled:
        """What the judge's two orders say together."""
        return settle(self.forward, self.backward)


@dataclass(frozen=True)
class GradedText:
    """A completion with a person's grade from 1 to 5 and the judge's, None before it answered.

    `was_shown` tells that the judge had this very grade among its examples when it graded: what
    it then says is a recollection and measures nothing.
    """

    key: str
    prompt: str
    configuration: str
    rater: str
    grade: int
    judge_grade: float | None = None
    reason: str = ""
    pool: Pool | None = Pool.CALIBRATION
    was_shown: bool = False


@dataclass(frozen=True)
class JudgeEvidence:
    """All that is known of one version of a judge, in plain rows, for whoever computes.

    `families` names the family of each configuration's model, "" where it is not known; its keys
    are all configurations that the study compares. `is_dealt_at_random` is False where votes
    outside the audit pool were dealt by what looked close: then only audit votes are a random
    sample. `shown` holds the keys of matchups that stand among the judge's examples.
    """

    judge: str
    version: str
    model: str
    criterion: str
    family: str
    families: Mapping[str, str]
    matchups: tuple[JudgedMatchup, ...]
    grades: tuple[GradedText, ...] = ()
    is_dealt_at_random: bool = True
    shown: tuple[str, ...] = field(default_factory=tuple)


# What a family is called by its makers' several names for its models.
_ALIASES = {"chatgpt": "gpt", "o": "gpt", "davinci": "gpt", "text": "gpt", "codellama": "llama"}
_MOST_READ = 200


def family_of(model: str) -> str:
    """Return the family of a model by its name ("openai/gpt-4o-mini" is of "gpt"), or "".

    It is what stands after the last slash, up to the first thing that is no letter: a rule for a
    disclosure, which a name that hides its maker can mislead.
    """
    name = model[:_MOST_READ].lower().rstrip("/").rpartition("/")[2]
    for word in re.split(r"[^a-z0-9]+", name):
        letters = re.match(r"[a-z]+", word)
        if letters and letters[0] not in {"meta", "us", "eu", "anthropic", "amazon", "ft"}:
            return _ALIASES.get(letters[0], letters[0])
    return ""
