"""Norming: a few matchups that every rater gets first, drawn by chance once for each study."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

# A panel has so many matchups; fewer tell nothing, and more leave too little to vote on.
LEAST, MOST = 5, 10


class Matchups(NamedTuple):
    """A prompt whose answers are finished, and how many matchups they make."""

    prompt_id: int
    number: int


def size(wanted: int, there_are: int) -> int:
    """Return how many matchups a panel gets: at most half of all, for the rest is voted on.

    0 where that is less than the fewest that tell something, or where none is wanted.
    """
    found = min(wanted, there_are // 2)
    return found if found >= LEAST else 0


def draw_prompts(offered: Sequence[Matchups], number: int, rng: random.Random) -> dict[int, int]:
    """Return of which prompts so many matchups are drawn, and how many of each.

    Each draw is uniform over the matchups that are left. As in all dealing a prompt comes once
    while there are others, so a panel looks like what comes after it. `offered` is in an order that
    tells nothing, as that of the texts' hashes.
    """
    drawn: Counter[int] = Counter()
    for _ in range(number):
        left = [one for one in offered if one.number > drawn[one.prompt_id]]
        least = min((drawn[one.prompt_id] for one in left), default=0)
        pool = [one for one in left if drawn[one.prompt_id] == least]
        if not pool:
            break
        each = [one.prompt_id for one in pool for _ in range(one.number - drawn[one.prompt_id])]
        drawn[rng.choice(each)] += 1
    return dict(drawn)
