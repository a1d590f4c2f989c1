"""What becomes of an answer that a file brings, where the study may have one in its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.completion import CompletionState
from service.errors import Conflict


class TextsDiffer(Conflict):
    """Rows hold other texts than the study, and nobody asked for them to be replaced."""


class Ruling(StrEnum):
    """What an import does with one answer."""

    ADD = "add"
    SAME = "same"
    # An answer that was empty, or failed otherwise: nobody was ever shown it.
    FILL = "fill"
    # The old text keeps its row and its votes; the new one is a row of its own.
    REPLACE = "replace"
    ASK = "ask"
    # An empty text replaces nothing.
    EMPTY = "empty"
    # The study generates this answer, or has.
    GENERATED = "generated"


@dataclass(frozen=True)
class Held:
    """A stored answer, as deciding about another one needs it."""

    completion_id: int
    sample: int
    state: str
    origin: str
    turns: tuple[str, ...]


def is_empty(turns: Sequence[str]) -> bool:
    """Tell whether an answer lacks a text, in one of its turns or in all."""
    return not turns or not all(turn.strip() for turn in turns)


def is_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two answers are the same text, line ends and the space around it aside."""
    return _plain(one) == _plain(other) or (is_empty(one) and is_empty(other))


def rule(
    held: Iterable[Held], sample: int, turns: Sequence[str], *, is_numbered: bool, replaces: bool
) -> tuple[Ruling, Held | None]:
    """Return what is done with an answer, and the stored one that it is done to.

    `held` are the configuration's answers to the prompt that were not replaced yet. An answer
    that its file numbers is set against the one of that number; others are the same as any of
    the same text.
    """
    by_sample = {one.sample: one for one in held}
    in_place = by_sample.get(sample)
    if not is_numbered:
        same = next((one for one in by_sample.values() if is_same(one.turns, turns)), None)
        in_place = same or in_place
    if in_place is None:
        return Ruling.ADD, None
    return _ruling(in_place, turns, replaces=replaces), in_place


def _ruling(held: Held, turns: Sequence[str], *, replaces: bool) -> Ruling:
    if held.state in {CompletionState.PENDING, CompletionState.RUNNING, CompletionState.BLOCKED}:
        return Ruling.GENERATED
    if is_same(held.turns, turns):
        return Ruling.SAME
    if held.state == CompletionState.FAILED:
        return Ruling.FILL
    if is_empty(turns):
        return Ruling.EMPTY
    if held.origin != "imported":
        return Ruling.GENERATED
    return Ruling.REPLACE if replaces else Ruling.ASK


def _plain(turns: Sequence[str]) -> list[str]:
    return [turn.replace("\r\n", "\n").replace("\r", "\n").strip() for turn in turns]
