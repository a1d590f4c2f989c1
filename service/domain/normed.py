"""What a panel of norming tells: how people split, which matchups divide them, what it rests on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain import agreement
from service.domain.agreement import Agreement

# A matchup divides people where so many of those who preferred a text stand against the rest.
DIVIDING_SHARE = 0.25
# A study asks for so many criteria at most.
MOST_CRITERIA = 5
NOTHING_JUDGED = Agreement(0)


class Stage(StrEnum):
    """How far norming is, and what came of it."""

    NOT_ASKED = "not_asked"
    DRAFT = "draft"
    WAITS = "waits"
    NEVER = "never"
    TOO_FEW = "too_few"
    NO_VOTES = "no_votes"
    ONE_RATER = "one_rater"
    ALONE = "alone"
    TIES = "ties"
    AGREED = "agreed"
    DIVIDED = "divided"


@dataclass(frozen=True)
class Reasoned:
    """How often a reason was given with the one text, with the other, and with neither."""

    kind: str
    one: int
    other: int
    neither: int

    @property
    def number(self) -> int:
        """How often it was given in all."""
        return self.one + self.other + self.neither


@dataclass(frozen=True)
class Split:
    """What people said of a matchup of the panel, its texts in the order of their hashes.

    While a study is sealed nothing tells which text is meant: `one` is then the larger number, and
    `names`, `notes` and the sides of reasons are empty.
    """

    prompt: str
    prompt_text: str
    texts: tuple[str, str]
    names: tuple[str, str]
    one: int
    neither: int
    other: int
    reasons: tuple[Reasoned, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def judged(self) -> int:
        """How many have judged it."""
        return self.one + self.neither + self.other

    @property
    def against(self) -> float:
        """The share of those who preferred a text that stands against the others, 0 to 0.5."""
        return _against(self.one, self.other)

    @property
    def divides(self) -> bool:
        """Whether people want different texts here."""
        return is_divided(self.one, self.neither, self.other)


def is_divided(one: int, _neither: int, other: int) -> bool:
    """Tell whether a matchup divides people of whom so many preferred either text, or neither."""
    return _against(one, other) >= DIVIDING_SHARE


def _against(one: int, other: int) -> float:
    return min(one, other) / (one + other) if one + other else 0.0


@dataclass(frozen=True)
class Norming:
    """All that the panel of a study tells, the matchups that divide people first.

    Attributes
    ----------
    raters, done : int
        How many have judged anything of it, and how many all of it.
    holds : bool
        Whether nothing else is dealt until somebody lets the study go on.
    left_out : int
        Votes on it that are left out: late, excluded, or of people who have seen results.
    """

    study: str
    title: str
    stage: Stage
    wanted: int
    size: int = 0
    raters: int = 0
    done: int = 0
    holds: bool = False
    is_sealed: bool = False
    left_out: int = 0
    released_by: str = ""
    agreement: Agreement = NOTHING_JUDGED
    splits: tuple[Split, ...] = ()
    criteria: tuple[str, ...] = ()
    # Kinds of reasons that may become criteria, those given most often first.
    proposed: tuple[str, ...] = ()

    @property
    def dividing(self) -> int:
        """How many matchups divide people."""
        return sum(split.divides for split in self.splits)


def stage_of(splits: Sequence[Split], raters: int) -> Stage:
    """Return what came of a panel that was drawn."""
    if not any(split.judged for split in splits):
        return Stage.NO_VOTES
    if raters == 1:
        return Stage.ONE_RATER
    if all(split.judged < 2 for split in splits):  # noqa: PLR2004 - whether people agree takes two
        return Stage.ALONE
    if not any(split.one + split.other for split in splits):
        return Stage.TIES
    return Stage.DIVIDED if any(split.divides for split in splits) else Stage.AGREED


def agreed(splits: Sequence[Split]) -> Agreement:
    """Return how far people agree beyond chance."""
    return agreement.alpha([(split.one, split.neither, split.other) for split in splits])


def proposed(splits: Sequence[Split], criteria: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of reasons given where people divide, as many as there is room for."""
    given: Counter[str] = Counter()
    for split in splits:
        if split.divides:
            given.update({one.kind: one.number for one in split.reasons})
    kinds = sorted((kind for kind in given if given[kind]), key=lambda kind: (-given[kind], kind))
    return tuple(kinds[: max(0, MOST_CRITERIA - len(criteria))])
