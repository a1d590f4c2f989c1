"""Objects out of a JSON array, one after the other, without holding the whole of it."""

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

from service.formats import json_values, lines
from service.formats.lines import FileUnreadable

_SPACE = " \t\r\n"


def read(first: bytes, stream: BinaryIO, name: str) -> Iterator[tuple[int, Any, str]]:
    """Yield each element with its line and what is wrong with it.

    `first` is what was read of the file already.

    Raises
    ------
    FileUnreadable
        Where the array breaks off or is no JSON; elements before that were yielded.
    """
    yield from _Array(first, stream, name).elements()


class _Array:
    """An array as far as it was read: text that waits, and the line on which that begins."""

    def __init__(self, first: bytes, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._decoder = json_values.Decoder()
        self._to_text = codecs.getincrementaldecoder("utf-8")()
        self._size = 0
        self._is_over = False
        self._text = ""
        self._place = 0
        self._line = 1
        self._take(first)

    def elements(self) -> Iterator[tuple[int, Any, str]]:
        self._pass("[")
        if self._next() == "]":
            self._end()
            return
        while True:
            self._next()
            line = self._line
            value, problem = self._element()
            yield line, value, problem
            if self._next() == "]":
                self._end()
                return
            self._pass(",")

    def _end(self) -> None:
        self._pass("]")
        if self._next():
            raise self._broken("something stands behind the array")

    def _pass(self, mark: str) -> None:
        found = self._next()
        if found != mark:
            what = f"{found!r} stands where {mark!r} belongs" if found else "the array breaks off"
            raise self._broken(what)
        self._place += 1

    def _element(self) -> tuple[Any, str]:
        while True:
            try:
                value, end, problem = self._decoder.decode(self._text, self._place)
            except ValueError as error:
                if self._is_over:
                    raise self._broken(str(error)) from None
            else:
                # A number at the very end may go on behind it.
                if end < len(self._text) or self._is_over:
                    self._line += self._text.count("\n", self._place, end)
                    self._place = end
                    return value, problem
            if len(self._text) - self._place > lines.MAX_LINE_BYTES:
                raise FileUnreadable(
                    "What begins on line %(line)s of %(name)s is no JSON, or longer than 1 "
                    "MiB. Mend it, or write one object per line (JSONL).",
                    line=self._line,
                    name=self._name,
                )
            self._more()

    def _next(self) -> str:
        """Return the next character that is no space, which is not passed; "" at the end."""
        while True:
            while self._place < len(self._text) and self._text[self._place] in _SPACE:
                self._line += self._text[self._place] == "\n"
                self._place += 1
            if self._place < len(self._text) or self._is_over:
                return self._text[self._place : self._place + 1]
            self._more()

    def _more(self) -> None:
        self._text = self._text[self._place :]
        self._place = 0
        self._take(self._stream.read(lines.CHUNK_BYTES))

    def _take(self, raw: bytes) -> None:
        self._size += len(raw)
        lines.check_size(self._size, self._name)
        self._is_over = not raw
        try:
            self._text += self._to_text.decode(raw, final=self._is_over)
        except UnicodeDecodeError:
            raise FileUnreadable(
                "%(name)s is not UTF-8 text. Save it as UTF-8.", name=self._name
            ) from None

    def _broken(self, why: str) -> FileUnreadable:
        return FileUnreadable(
            "%(name)s is not valid JSON, line %(line)s: %(why)s.",
            name=self._name,
            line=self._line,
            why=why,
        )
