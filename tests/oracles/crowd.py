"""Votes of honest raters and of those who press buttons by some rule of their own."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

STRENGTHS = np.array([0.8, 0.4, 0.0, -0.4, -0.8])
HONEST = 60


class RaterVotes(NamedTuple):
    """Single votes as arrays of one length, of `items` items by `raters` raters."""

    items: int
    raters: int
    first: npt.NDArray
    second: npt.NDArray
    outcome: npt.NDArray
    left: npt.NDArray
    rater: npt.NDArray
    prompt: npt.NDArray


def crowd(seed, kinds, each=100, honest=HONEST, taste=0.0, prompts=20):
    """Return votes of honest raters and of bots: 5 items, every fifth vote a tie."""
    rng = np.random.default_rng(seed)
    number = honest + len(kinds)
    rater = np.repeat(np.arange(number), each)
    size = len(rater)
    first = rng.integers(5, size=size)
    second = (first + rng.integers(1, 5, size=size)) % 5
    prompt, left = rng.integers(prompts, size=size), rng.integers(2, size=size)
    effects = rng.normal(0, 0.6, (prompts, 5))[prompt] + rng.normal(0, taste, (number, 5))[rater]
    row = np.arange(size)
    gap = STRENGTHS[first] - STRENGTHS[second] + effects[row, first] - effects[row, second]
    wins = rng.random(size) < 1 / (1 + np.exp(-2 * gap))
    tie = rng.random(size) < 0.2
    for index, kind in enumerate(kinds, start=honest):
        own = rater == index
        if kind == "left":
            wins[own], tie[own] = left[own] == 1, False
        elif kind == "random":
            wins[own] = rng.random(each) < 0.5
        elif kind == "contrarian":
            wins[own] = ~wins[own]
        elif kind == "fan":
            fan = own & ((first == 4) | (second == 4))
            wins[fan], tie[fan] = first[fan] == 4, False
        elif kind == "tie":
            tie[own] = True
    outcome = np.where(tie, 2, np.where(wins, 1, 4))
    return RaterVotes(5, number, first, second, outcome, left, rater, prompt)
