"""Draws matchups for judges: uniformly from all that a study has, without listing them all."""

import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby

Pair = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A completion that may be judged; `looks` is the hash of what is seen of it."""

    prompt: int
    configuration: int
    completion: int
    looks: str


@dataclass(frozen=True)
class Matchup:
    """Two completions of a prompt by different configurations, in the order of these."""

    prompt: int
    texts: Pair


@dataclass
class Field:
    """All matchups of a study, reached by number: those of a prompt stand together."""

    groups: list[list[Text]]
    _ends: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Count the pairs of each prompt."""
        self._ends = list(accumulate(len(one) * (len(one) - 1) // 2 for one in self.groups))

    def __len__(self) -> int:
        """Return how many pairs there are, those that are no matchup included."""
        return self._ends[-1] if self._ends else 0

    def at(self, number: int) -> Matchup | None:
        """Return the pair of a number; None where both are of one configuration or look alike."""
        place = bisect_right(self._ends, number)
        rest = number - (self._ends[place - 1] if place else 0)
        group = self.groups[place]
        first = 0
        while rest >= len(group) - 1 - first:
            rest -= len(group) - 1 - first
            first += 1
        one, other = group[first], group[first + 1 + rest]
        if one.configuration == other.configuration or one.looks == other.looks:
            return None
        return Matchup(one.prompt, (one.completion, other.completion))


def of(texts: Sequence[Text]) -> Field:
    """Return all matchups of texts that stand in the order of prompts, then configurations."""
    return Field([list(group) for _, group in groupby(texts, key=lambda one: one.prompt)])


def drawn(
    there: Field, number: int, may: Callable[[Matchup], bool], rng: random.Random
) -> list[Matchup]:
    """Return up to `number` matchups that `may` be taken, each as likely as any other."""
    found: list[Matchup] = []
    for place in _shuffled(len(there), rng):
        if len(found) >= number:
            break
        one = there.at(place)
        if one is not None and may(one):
            found.append(one)
    return found


def _shuffled(count: int, rng: random.Random) -> Iterator[int]:
    """Yield the numbers below `count` in an order of chance, keeping only what was moved.

    Source: R. Durstenfeld, "Algorithm 235: Random permutation" (1964), on a sparse array.
    """
    moved: dict[int, int] = {}
    for left in range(count, 0, -1):
        place = rng.randrange(left)
        yield moved.get(place, place)
        moved[place] = moved.pop(left - 1, left - 1)
