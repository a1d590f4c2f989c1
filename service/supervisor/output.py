"""What the supervisor writes to the terminal: prefixed lines of every program, and its own."""

import re
import sys
import time
from typing import TextIO

_COLOURS = ("36", "33", "32", "35", "34", "96")
_PREFIX_WIDTH = 11
_LONGEST_LINE = 4000
# What a terminal would obey instead of showing it; a program may quote a provider or a name.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Output:
    """Writes whole lines, each with the name of the program it is from."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, standard output by default; colours only on a terminal."""
        self._stream = stream or sys.stdout
        self._in_colour = self._stream.isatty()
        self._colours: dict[str, str] = {}
        self._rests: dict[str, bytes] = {}

    def feed(self, name: str, piece: bytes) -> None:
        """Take what a program wrote; lines that are whole are written."""
        *lines, rest = (self._rests.get(name, b"") + piece).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            lines.append(rest)
            rest = b""
        self._rests[name] = rest
        for line in lines:
            self.line(name, line.decode("utf-8", "replace").rstrip("\r"))

    def line(self, name: str, text: str) -> None:
        """Write one line with the time, under a program's name."""
        prefix = f"{time.strftime('%H:%M:%S')}  {name:<{_PREFIX_WIDTH}} │ "
        if self._in_colour:
            colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
            prefix = f"\033[{colour}m{prefix}\033[0m"
        self.plain(prefix + _OBEYED.sub("\ufffd", text))

    def plain(self, text: str) -> None:
        """Write a line as it is."""
        try:
            self._stream.write(text + "\n")
            self._stream.flush()
        except (BrokenPipeError, UnicodeEncodeError, ValueError):
            pass  # nobody listens any more; the programs go on
