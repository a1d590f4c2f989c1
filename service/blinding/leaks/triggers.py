"""What a text must hold for a pattern to match it: a look that costs a hundredth of a search."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import _constants, _parser  # type: ignore[attr-defined]  # re's own, without types
from typing import Any, Final

_REPEATS: Final = {
    _constants.MAX_REPEAT,
    _constants.MIN_REPEAT,
    _constants.POSSESSIVE_REPEAT,
}
_Strings = frozenset[str]
_NOTHING: Final[_Strings] = frozenset()


@dataclass(frozen=True, slots=True)
class Triggered:
    """A pattern with strings of which each of its matches holds at least one.

    `triggers` are empty where the pattern promises none: it then may be in any text.
    """

    pattern: re.Pattern[str]
    triggers: tuple[str, ...]

    def may_be_in(self, text: str) -> bool:
        """Tell whether the pattern can match in a text, or in any part of it."""
        for trigger in self.triggers:  # not any(): a generator costs three times the look
            if trigger in text:
                return True
        return not self.triggers


def triggered(phrase: str) -> Triggered:
    """Compile a phrase and find out what each of its matches must hold.

    What is matched without regard to case must be looked for in the text in lower case.
    """
    return Triggered(re.compile(phrase), fewest(_required(_parser.parse(phrase))))


def fewest(strings: Iterable[str]) -> tuple[str, ...]:
    """Give those of some strings that hold none of the others: a text with any has one of these."""
    kept: list[str] = []
    for string in sorted(set(strings), key=lambda one: (len(one), one)):
        if not any(shorter in string for shorter in kept):
            kept.append(string)
    return tuple(kept)


class Patterns:
    """Many patterns, asked at once which of them can match in a text."""

    def __init__(self, patterns: Iterable[Triggered]) -> None:
        """Look every string up once, however many of the patterns wait for it."""
        self._patterns = tuple(patterns)
        waiting: dict[str, list[int]] = {}
        for number, one in enumerate(self._patterns):
            for trigger in one.triggers:
                waiting.setdefault(trigger, []).append(number)
        self._waiting = tuple(waiting.items())
        # Half of the strings are of other scripts, which plain English holds none of.
        self._plain = tuple(item for item in self._waiting if item[0].isascii())
        self._always = frozenset(n for n, one in enumerate(self._patterns) if not one.triggers)

    def __iter__(self) -> Iterator[Triggered]:
        """Give the patterns in their order."""
        return iter(self._patterns)

    def may_be_in(self, text: str) -> list[Triggered]:
        """Return those that can match in a text, or in any part of it, in their order."""
        found = set(self._always)
        for trigger, numbers in self._plain if text.isascii() else self._waiting:
            if trigger in text:
                found.update(numbers)
        return [self._patterns[number] for number in sorted(found)]


def _required(parts: Any) -> _Strings:
    """Return the best strings of a sequence: those whose shortest one is longest."""
    best, run = _NOTHING, ""
    for operation, argument in [*parts, (None, None)]:
        if operation is _constants.LITERAL:
            run += chr(argument)
            continue
        found = [frozenset({run})] if run else []
        run = ""
        best = max(best, *found, _required_by(operation, argument), key=_worth)
    return best


def _required_by(operation: Any, argument: Any) -> _Strings:
    """Return strings of which one must occur where one part of a pattern matches."""
    if operation is _constants.SUBPATTERN:
        return _required(argument[-1])
    if operation is _constants.BRANCH:
        branches = [_required(branch) for branch in argument[1]]
        return frozenset().union(*branches) if all(branches) else _NOTHING
    if operation in _REPEATS and argument[0] > 0:
        return _required(argument[2])
    if operation is _constants.ATOMIC_GROUP:
        return _required(argument)
    return _NOTHING


def _worth(strings: _Strings) -> tuple[int, int]:
    return (min(map(len, strings)), -len(strings)) if strings else (0, 0)
