"""Where two configurations differ: field by field, and long texts line by line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

# Comparing goes through all pairs of equal lines, as often as there are lines at worst. Beyond so
# many steps what lies between the first and the last difference is told as a whole.
MOST_STEPS = 20_000_000


@dataclass(frozen=True)
class Line:
    """A line of either side; None where the other has one more. Equal where both are the same."""

    one: str | None
    other: str | None

    @property
    def is_equal(self) -> bool:
        """Whether the two are the same."""
        return self.one == self.other


@dataclass(frozen=True)
class Difference:
    """A field that differs, by its path in the study file, with its lines on both sides."""

    field: str
    lines: tuple[Line, ...]


def between(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return the fields in which two entries of a study file differ, names left out."""
    first, second = _flat(one), _flat(other)
    every = dict.fromkeys((*first, *second))
    return tuple(
        Difference(field, lines(first.get(field), second.get(field)))
        for field in every
        if field != "name" and first.get(field) != second.get(field)
    )


def lines(one: str | None, other: str | None) -> tuple[Line, ...]:
    """Return two texts line by line, equal lines facing each other.

    The same texts give the same lines on every machine, in bounded time.
    """
    left, right = _split(one), _split(other)
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    most = min(len(left), len(right)) - head
    while tail < most and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    middle = (left[head : len(left) - tail], right[head : len(right) - tail])
    return (
        *(Line(text, text) for text in left[:head]),
        *_aligned(*middle),
        *(Line(text, text) for text in left[len(left) - tail :]),
    )


def _aligned(left: list[str], right: list[str]) -> list[Line]:
    if not _is_cheap(left, right):
        return [Line(*pair) for pair in zip_longest(left, right)]
    found: list[Line] = []
    for kind, start, end, begin, stop in SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found += [Line(text, text) for text in left[start:end]]
        else:
            found += [Line(*pair) for pair in zip_longest(left[start:end], right[begin:stop])]
    return found


def _is_cheap(left: list[str], right: list[str]) -> bool:
    places: dict[str, int] = {}
    for text in right:
        places[text] = places.get(text, 0) + 1
    pairs = sum(places.get(text, 0) for text in left)
    return pairs * min(len(left), len(right)) <= MOST_STEPS


def _split(text: str | None) -> list[str]:
    return [] if text is None else text.split("\n")


def _flat(entry: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Return the fields of an entry as text, each by its path."""
    found: dict[str, str] = {}
    for name, value in entry.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            found |= _flat(value, f"{path}.")
        elif isinstance(value, list):
            found |= _flat({str(at): each for at, each in enumerate(value, 1)}, f"{path}.")
        else:
            found[path] = value if isinstance(value, str) else json.dumps(value)
    return found
