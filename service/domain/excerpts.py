"""One line for each of several texts, so that those which begin alike can be told apart."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LONGEST: Final = 80  # characters
_BEFORE: Final = 12  # characters of what is shared that stand before the first difference
_ALIKE: Final = 40  # characters from which on beginnings are too alike to be shown


def excerpts(texts: Sequence[str]) -> list[str]:
    """Return the beginning of each text on one line; of texts that begin alike, where they differ.

    The work is that of sorting: each text is compared with its neighbours alone.
    """
    lines = [" ".join(text.split()) for text in texts]
    shared = dict.fromkeys(lines, 0)
    ordered = sorted(shared)
    for one, other in pairwise(ordered):
        common = _shared(one, other)
        shared[one], shared[other] = max(shared[one], common), max(shared[other], common)
    return [_excerpt(line, shared[line]) for line in lines]


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with that are the same."""
    together = zip(one, other, strict=False)
    alike = (at for at, (a, b) in enumerate(together) if a != b)
    return next(alike, min(len(one), len(other)))


def _excerpt(line: str, shared: int) -> str:
    if shared >= _ALIKE:
        start = shared - _BEFORE
        word = line.rfind(" ", start - _BEFORE, start) + 1  # scripts without spaces begin anywhere
        line = f"…{line[word or start :]}"
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
