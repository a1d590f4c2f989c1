"""Which prompts of a study are hard and which divide people, from what was voted on each.

A prompt is hard where many votes say that both answers are bad. It divides where people who saw
the same two answers preferred different ones. Few votes say neither.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST_VOTES = 3
# Shares of votes from which a prompt is called so.
HARD_FROM = 1 / 3
DIVIDING_FROM = 1 / 4
MOST = 200


@dataclass
class Voted:
    """What was voted on one prompt: all votes, both bad, and those of matchups seen by several.

    Of the latter `sided` preferred a side, and `against` preferred the side that fewer did.
    """

    votes: int = 0
    both_bad: int = 0
    sided: int = 0
    against: int = 0

    @property
    def hardness(self) -> float:
        """The share of votes for both bad; 0 where there are few votes."""
        return self.both_bad / self.votes if self.votes >= LEAST_VOTES else 0.0

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
