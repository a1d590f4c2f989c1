"""What reaches a terminal: texts of studies, files and providers, without what a terminal obeys."""

import re
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.text import Text

# Control characters but for line ends and tabs, and those that turn the direction of what follows.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SHOWN = "\ufffd"
# Wide enough for every line: who reads through a pipe does the wrapping.
_ENDLESS = 4000


def clean(text: object) -> str:
    """Return a text with a mark in place of what a terminal would obey."""
    return _OBEYED.sub(_SHOWN, str(text))


def cell(value: object) -> "Text":
    """Return what stands in a table: a text as it is, without markup and what terminals obey."""
    from rich.text import Text

    return Text(clean(str(value)).replace("\n", " "))


def width(stream: IO[str]) -> int | None:
    """Return how wide lines may be: as the terminal is, and endless where there is none."""
    return None if stream.isatty() else _ENDLESS


class Clean:
    """A stream that cleans what is written to it, and is the given one in all else."""

    def __init__(self, stream: IO[str]) -> None:
        """Write to `stream`."""
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, cleaned; bytes are refused, by which click knows a stream of texts."""
        if not isinstance(text, str):
            raise TypeError("a text is written here")
        return self.stream.write(clean(text))

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the stream has."""
        return getattr(self.stream, name)


def guard() -> None:
    """Clean whatever this program prints from now on; tables are cleaned cell by cell."""
    sys.stdout = Clean(sys.stdout)
    sys.stderr = Clean(sys.stderr)


def plain(stream: Any) -> IO[str]:
    """Return the stream below a cleaning one: for colours, which are what a terminal obeys."""
    found: IO[str] = stream.stream if isinstance(stream, Clean) else stream
    return found
