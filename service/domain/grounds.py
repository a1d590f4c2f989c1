"""Why votes fell as they did: reasons, what can be measured in texts, and what prompts tell.

Figures and codes alone: what raters wrote is kept apart, where it can be erased.
"""

from dataclasses import dataclass

# What a prompt's votes may be like.
HARD, ALIKE, DIVIDING, CONTRARY = "hard", "alike", "dividing", "contrary"


@dataclass(frozen=True)
class Example:
    """Where votes with a reason stand: two configurations and a prompt by its key."""

    first: str
    second: str
    prompt: str


@dataclass(frozen=True)
class InFavour:
    """How often something was said in favour of a configuration, and of another against it."""

    configuration: str
    number: int
    against: int


@dataclass(frozen=True)
class ReasonGroup:
    """Reasons of one kind: a `chip` that was pressed, or a `word` that several wrote.

    `votes` have it, `neither` of them preferred none. Each configuration that any was about has
    its two sides.
    """

    kind: str
    name: str
    votes: int
    neither: int
    sides: tuple[InFavour, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Reasons:
    """The reasons of counted votes, chips first, the most frequent first.

    `written` have words of their own, of which `ungrouped` share no word with enough others.
    """

    votes: int
    with_reason: int
    written: int
    ungrouped: int
    groups: tuple[ReasonGroup, ...]


@dataclass(frozen=True)
class Trait:
    """Something that texts have more or less of: how often more of it was preferred.

    `name` is `length`, `lists`, `headings`, `code`, `bold`, or a phrase of the study's where
    `is_probe`. Of `votes` that preferred a text with another amount than its rival, `share`
    preferred more, in an interval that allows for raters who differ; `means` are amounts a text.
    """

    name: str
    is_probe: bool
    votes: int
    share: float
    low: float
    high: float
    means: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Adjusted:
    """A configuration's expected share as it is, and with all traits alike."""

    configuration: str
    share: float
    adjusted: float
    low: float
    high: float


@dataclass(frozen=True)
class Measured:
    """What was measured in texts; `why` says what was missing where nothing was.

    `too_many_votes`, `too_many_texts`, `no_votes`, `no_texts`, `not_looked` or "". `adjusted` is
    empty where there are too few votes to hold traits equal.
    """

    why: str = ""
    votes: int = 0
    texts: int = 0
    traits: tuple[Trait, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()


@dataclass(frozen=True)
class PromptRow:
    """One prompt's votes, and what kinds they make it; shares are drawn towards those of all.

    `split` of `pairs` of votes by two people on the same texts preferred different ones; of
    `decisive` votes `along` went to who stands higher over all prompts.
    """

    prompt: str
    votes: int
    decisive: int
    both_bad: int
    bad_share: float
    even_share: float
    pairs: int
    split: int
    split_share: float
    along: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Prompts:
    """Prompts worth a look, those of most kinds first; `enough` of all had votes enough to say.

    `is_split_known` is false where there are too many votes to compare them one by one.
    """

    prompts: int
    enough: int
    least: int
    is_split_known: bool
    found: int
    rows: tuple[PromptRow, ...]


@dataclass(frozen=True)
class Grounds:
    """All three."""

    reasons: Reasons
    measured: Measured
    prompts: Prompts
