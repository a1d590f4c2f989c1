"""JSON read strictly: no repeated names, no NaN; and what of it cannot be stored."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from service.formats.said import said


class _Constant(NamedTuple):
    """A word that stands for a number in some programs and in no JSON."""

    word: str


class Decoder:
    """Decodes values one after the other out of a longer text."""

    def __init__(self) -> None:
        """Prepare the decoder; it keeps no text."""
        self._problems: list[str] = []
        self._decode: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=_Constant
        ).raw_decode

    def decode(self, text: str, start: int = 0) -> tuple[Any, int, str]:
        """Return the value that begins at a place, where it ends, and what is wrong with it.

        Raises
        ------
        ValueError
            There is no whole value; the message is plain.
        """
        self._problems.clear()
        try:
            value, end = self._decode(text, start)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        if not self._problems and _constant_in(value):
            word = _constant_in(value)
            self._problems.append(said("%(word)s is not a number that JSON knows", word=word))
        return value, end, next(iter(self._problems), "")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            self._problems.append(
                said("the key %(name)s comes twice; keep one of them", name=repr(twice))
            )
        for name, value in pairs:
            word = _constant_in(value)
            if word:
                self._problems.append(
                    said(
                        "%(name)s is %(word)s, which is not a number that JSON knows; write null, "
                        "or leave it out",
                        name=name[:60],
                        word=word,
                    )
                )
        return values


def _constant_in(value: Any) -> str:
    """Return the word of a value that is no JSON, or of one in a list, or ""."""
    items = value if isinstance(value, list) else [value]
    return next((item.word for item in items if isinstance(item, _Constant)), "")


def load_json(text: str) -> Any:
    """Parse JSON strictly: no repeated keys, no NaN; raise `ValueError` in plain words."""
    start = len(text) - len(text.lstrip(" \t\r\n"))
    value, end, problem = Decoder().decode(text, start)
    if problem:
        raise ValueError(problem)
    rest = text[end:].strip(" \t\r\n")
    if rest:
        raise ValueError(f"something stands behind it: {rest[:20]!r}")
    return value


def unstorable(value: Any) -> str:
    """Return what keeps a text, or a text somewhere inside a value, from being stored, or ""."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, str) and "\x00" in item:
            return said("holds a NUL character; remove it")
        elif isinstance(item, str) and not _is_encodable(item):
            return said("holds half of a character (a lone surrogate); remove it")
    return ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
