"""What a study asks of a sitting beyond its matchups, and the rules of swapped repeats."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from service.domain.vote import Choice

DEFAULT_REPEATS = 0.05
REPEAT_SPACING = 20
# How many questions of each kind are asked after finishing, and what may be answered.
CLOSING_QUESTIONS = 4
# Pairs of texts that a study may ask about, and how many a rater has judged before any is asked.
PANEL_PAIRS = 60
ENOUGH_JUDGED = 10
# One gold matchup goes with so many regular ones, as far as there are any.
GOLD_SPACING = 8
UNSURE = "unsure"
AUTHOR_ANSWERS = ("same", "different", UNSURE)
# So many open places for each that may be held ahead, and nobody needs to think of others.
PLENTY = 40
# The part of a lease after which what somebody holds ahead and lets lie may go to who waits.
PATIENCE = 1 / 6
# A lease that still has this part of its time is as good as a renewed one.
RENEWED = 59 / 60
# After so many leases without an act of its rater, a sitting renews nothing and holds one matchup.
IDLE_AFTER = 4
# A prompt and two answers that nobody needs to know anything about.
BUILT_IN_PRACTICE = (
    "How do I keep a bunch of basil fresh for a week?",
    "Put the stems into a glass of water, like flowers, and change the water every other day.",
    "Wrap it in a damp cloth and lay it into the fridge. Some leaves may get dark spots.",
)


@dataclass(frozen=True)
class GoldTexts:
    """A prompt with a clearly better and a clearly worse text, to see who reads."""

    prompt: str
    better: str
    worse: str


@dataclass(frozen=True)
class SittingOptions:
    """A study's wishes; each has a default, and only what differs is stored."""

    repeats: float = DEFAULT_REPEATS
    withdraws_flagged: bool = False
    # So many different raters must flag a matchup before it is withdrawn.
    flags_to_withdraw: int = 2
    # How many matchups of all kinds each rater is asked for; 0 where the study does not say.
    quota: int = 0
    # Prompt, text A and text B; empty where the study wants no practice.
    practice: tuple[str, ...] = BUILT_IN_PRACTICE
    # Questions after finishing: by the same author? Labels raters may guess, by configuration.
    asks_authors: bool = True
    # Whether a prompt's variables are part of what raters read.
    shows_variables: bool = False
    # Marks beside or instead of a vote; `domain.marks` knows what they mean.
    criteria: tuple[str, ...] = ()
    grades: str = "none"
    gold: tuple[GoldTexts, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    # Phrases that are counted in the texts, for the sighted alone.
    probes: tuple[str, ...] = ()
    # So many matchups every rater gets first; 0 for none. Whether nothing else is dealt then until
    # somebody has looked at what came of them.
    norming: int = 0
    norming_holds: bool = True
    # How many prompts of one rater may wait to be looked at; 0 where the study takes none.
    submissions: int = 0

    def to_stored(self) -> dict[str, Any]:
        """Return what differs from the defaults, as JSON in a study's row keeps it."""
        plain = asdict(DEFAULT_SITTING)
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value != plain[name]
        }


DEFAULT_SITTING = SittingOptions()


def from_stored(stored: Mapping[str, Any]) -> SittingOptions:
    """Return the options of a study's row; what it does not name has its default."""
    known: dict[str, Any] = {
        name: tuple(stored[name]) if isinstance(stored[name], list) else stored[name]
        for name in asdict(DEFAULT_SITTING)
        if name in stored
    }
    if "gold" in known:
        known["gold"] = tuple(GoldTexts(**texts) for texts in known["gold"])
    return SittingOptions(**known)


def label_doubts(
    labels: Mapping[str, str], configurations: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Return what is to be said about labels: which give a secret away, which mean nobody.

    `configurations` are models by name. Labels are shown to raters after finishing, so a name
    among them is allowed, once somebody has thought about it.
    """
    secrets = {name.casefold() for name in configurations}
    secrets |= {model.casefold() for model in configurations.values() if model}
    shown = [
        f"The label {label!r} is the name of a configuration or model: raters who have finished "
        "will read it. Choose another word unless you mean that."
        for label in labels
        if label.strip().casefold() in secrets
    ]
    lost = [
        f"The label {label!r} stands for {meant!r}, and no configuration is called so."
        for label, meant in labels.items()
        if meant not in configurations
    ]
    return (*shown, *lost)


def repeats_wanted(regular: int, share: float) -> int:
    """Return how many repeats go with that many regular assignments, rounded to the nearest."""
    return int(regular * share + 0.5)


def fair_ahead(unheld: int, held: Mapping[int, int], rater_id: int, most: int) -> int:
    """Return how many matchups may lie before a rater where several rate at the same time.

    Half of an even share of what is open and held, so that shares shrink towards the end
    (guided self-scheduling: Polychronopoulos and Kuck 1987); a rater alone holds `most`.
    """
    others = held.keys() - {rater_id}
    if not others:
        return most
    share = (unheld + sum(held.values())) // (2 * (len(others) + 1))
    return max(1, min(most, share))


def gold_wanted(regular: int, there_are: int) -> int:
    """Return how many gold matchups go with that many regular ones: one for each begun block."""
    return min(there_are, -(-regular // GOLD_SPACING))


def beside_wanted(options: Mapping[str, Any], regular: int, gold: int) -> int:
    """Return how many repeats and gold matchups go with that many regular ones in all.

    `gold` is how many of these there are for the rater.
    """
    share = float(options.get("repeats", DEFAULT_REPEATS))
    return repeats_wanted(regular, share) + gold_wanted(regular, gold)


def gold_is_due(regular: int, dealt: int, rng: random.Random, *, at_end: bool) -> bool:
    """Tell whether a gold matchup follows the regular one just dealt.

    Each block of regular ones holds one, at a place that is drawn with equal chances, so that
    nobody can count to it; at the end of a sitting those still wanted come.
    """
    inside = regular - dealt * GOLD_SPACING
    if at_end:
        return inside > 0
    return inside > 0 and rng.randrange(max(1, GOLD_SPACING - inside + 1)) == 0


def total_asked(quota: int, done: int, there_are: int) -> int:
    """Return how many a rater is told that there are: the quota until more than that is done."""
    return quota if quota and done <= quota < there_are else there_are


def agree_exchanged(one: str, other: str) -> bool:
    """Tell whether two choices say the same of texts that changed sides in between."""
    return Choice(one).side == -Choice(other).side
