"""What a text must hold for a pattern to match it: a look that costs a hundredth of a search."""

import re
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
    required = _required(_parser.parse(phrase))
    return Triggered(re.compile(phrase), tuple(sorted(required)))


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
