"""Which prompts tell, are saturated, hard, or divide people, from what was voted on each.

A prompt tells configurations apart where most votes prefer a side and those who saw the same two
answers agree; it is saturated where nearly all votes say that both are good. It is hard where many
say that both are bad. It divides where people who saw the same two answers preferred different
ones. Few votes say none of this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST_VOTES = 3
# Shares of votes from which a prompt is called so.
HARD_FROM = 1 / 3
DIVIDING_FROM = 1 / 4
TELLING_FROM = 2 / 3
SATURATED_FROM = 3 / 4
MOST = 200


@dataclass
class Voted:
    """What was voted on one prompt: all votes, by kind, and those of matchups seen by several.

    Of the latter `sided` preferred a side, and `against` preferred the side that fewer did.
    """

    votes: int = 0
    both_bad: int = 0
    preferring: int = 0
    sided: int = 0
    against: int = 0

    @property
    def hardness(self) -> float:
        """The share of votes for both bad; 0 where there are few votes."""
        return self.both_bad / self.votes if self.votes >= LEAST_VOTES else 0.0

    @property
    def saturation(self) -> float:
        """The share of votes that find both good, or alike; 0 where there are few votes."""
        alike = self.votes - self.both_bad - self.preferring
        return alike / self.votes if self.votes >= LEAST_VOTES else 0.0

    @property
    def decision(self) -> float:
        """The share of votes that prefer a side; 0 where there are few votes."""
        return self.preferring / self.votes if self.votes >= LEAST_VOTES else 0.0

    @property
    def division(self) -> float:
        """The share of votes that went against most; 0 where there are few, one half at most."""
        return self.against / self.sided if self.sided >= LEAST_VOTES else 0.0


def count(cells: Iterable[tuple[int, tuple[int, int], int, bool, int]]) -> dict[int, Voted]:
    """Count votes by prompt; cells are (prompt, matchup, sign, whether both are bad, votes)."""
    found: dict[int, Voted] = {}
    sides: dict[tuple[int, tuple[int, int]], list[int]] = {}
    for prompt, matchup, sign, is_bad, votes in cells:
        one = found.setdefault(prompt, Voted())
        one.votes += votes
        one.both_bad += votes if is_bad else 0
        one.preferring += votes if sign else 0
        if sign:
            sides.setdefault((prompt, matchup), [0, 0])[sign > 0] += votes
    for (prompt, _), (lost, won) in sides.items():
        if lost + won > 1:
            found[prompt].sided += lost + won
            found[prompt].against += min(lost, won)
    return found


def hard(found: Mapping[int, Voted]) -> list[int]:
    """Return the hard prompts, the hardest first, so many at most."""
    wanted = [prompt for prompt, one in found.items() if one.hardness >= HARD_FROM]
    return sorted(wanted, key=lambda prompt: (-found[prompt].hardness, prompt))[:MOST]


def dividing(found: Mapping[int, Voted]) -> list[int]:
    """Return the prompts that divide people, those that do most first, so many at most."""
    wanted = [prompt for prompt, one in found.items() if one.division >= DIVIDING_FROM]
    return sorted(wanted, key=lambda prompt: (-found[prompt].division, prompt))[:MOST]


def telling(found: Mapping[int, Voted]) -> list[int]:
    """Return the prompts that tell configurations apart, those that do most first."""
    wanted = [
        prompt
        for prompt, one in found.items()
        if one.decision >= TELLING_FROM and one.division < DIVIDING_FROM
    ]
    return sorted(wanted, key=lambda prompt: (-found[prompt].decision, prompt))[:MOST]


def saturated(found: Mapping[int, Voted]) -> list[int]:
    """Return the prompts on which nearly all answers are good, the most saturated first."""
    wanted = [prompt for prompt, one in found.items() if one.saturation >= SATURATED_FROM]
    return sorted(wanted, key=lambda prompt: (-found[prompt].saturation, prompt))
