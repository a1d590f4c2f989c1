"""Lines out of a file: numbered, decoded, with a bound on each and on all of them."""

import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, cast

from service.errors import Invalid

MAX_LINE_BYTES = 1024 * 1024
MAX_FILE_BYTES = 100 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
GZIP = b"\x1f\x8b"


class FileUnreadable(Invalid):
    """The file as a whole cannot be read: wrong kind, wrong encoding, too large."""


@dataclass(frozen=True)
class Line:
    """A line with its end, or why it cannot be used."""

    number: int
    text: str
    problem: str = ""


class LineSource(Protocol):
    """What a file offers."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the bytes up to the next line's end, at most `size`."""


class CarriageReturns:
    """A file whose lines end as on an old Mac, read as if they ended as everywhere."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        """Go on behind the bytes that were read already."""
        self._held = first
        self._stream = stream

    def readline(self, size: int = -1, /) -> bytes:
        """Return the bytes up to the next line's end, at most `size`."""
        while b"\r" not in self._held and (size < 0 or len(self._held) < size):
            more = self._stream.read(CHUNK_BYTES)
            if not more:
                break
            self._held += more
        line, mark, rest = self._held.partition(b"\r")
        if not mark or 0 <= size <= len(line):
            cut = len(self._held) if size < 0 else size
            line, self._held = self._held[:cut], self._held[cut:]
            return line
        self._held = rest
        return line + b"\n"


class Unzipped(io.RawIOBase):
    """What a gzip file holds, as it is unpacked; damage is told as of any other file."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        """Begin at the file's beginning."""
        super().__init__()
        packed.seek(0)
        self._file = gzip.GzipFile(fileobj=packed)
        self._name = name

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill `target` with what comes next."""
        try:
            some = self._file.read(len(target))
        except (OSError, EOFError, zlib.error):
            raise FileUnreadable(
                "%(name)s is gzip that is damaged or cut short. Pack it again.", name=self._name
            ) from None
        target[: len(some)] = some
        return len(some)


def unzipped(packed: BinaryIO, name: str) -> BinaryIO:
    """Return what a gzip file holds; it is unpacked as far as it is read.

    A file may unpack to any size: readers stop at the bound that they have for all files.
    """
    return cast("BinaryIO", io.BufferedReader(Unzipped(packed, name), CHUNK_BYTES))


def without_mark(raw: bytes, name: str) -> bytes:
    """Return a file's first bytes without a mark of UTF-8; refuse other kinds of files."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileUnreadable("%(name)s is UTF-16 text. Save it as UTF-8 and try again.", name=name)
    if raw.startswith(b"PK\x03\x04"):
        raise FileUnreadable(
            "%(name)s is a spreadsheet or an archive. Save it as CSV or JSONL and try again.",
            name=name,
        )
    return raw.removeprefix(b"\xef\xbb\xbf")


def has_carriage_returns(first: bytes) -> bool:
    """Tell whether lines end as on an old Mac, from what stands before the first other end."""
    line, mark, rest = first.partition(b"\r")
    # Within quotes it belongs to a cell.
    return bool(mark) and not rest.startswith(b"\n") and line.count(b'"') % 2 == 0 and bool(rest)


def read(first: bytes, source: LineSource, name: str) -> Iterator[Line]:
    """Yield the lines of a file, those that cannot be used with what is wrong with them.

    `first` is what was read of it already: its first line, or the beginning of that.
    """
    size = 0
    for number in itertools.count(1):
        raw = first if number == 1 else source.readline(MAX_LINE_BYTES + 1)
        size += len(raw)
        if not raw and size == 0:
            return
        is_long = len(raw) > MAX_LINE_BYTES
        rest = raw
        while rest and not rest.endswith(b"\n"):
            # Either the end of the file or a line beyond the limit, which is skipped to its end.
            rest = source.readline(MAX_LINE_BYTES)
            size += len(rest)
            is_long = is_long or bool(rest)
            if size > MAX_FILE_BYTES:
                break
        check_size(size, name)
        if is_long:
            yield Line(number, "", "the line is longer than 1 MiB; shorten its texts")
        elif raw or number == 1:
            yield _decoded(number, raw)
        if not rest and not raw.endswith(b"\n"):
            return


def check_size(size: int, name: str) -> None:
    """Raise `FileUnreadable` where so many bytes are too many for one file."""
    if size > MAX_FILE_BYTES:
        raise FileUnreadable(
            "%(name)s is larger than %(max_file_bytes)s MiB. Split it into several files.",
            name=name,
            max_file_bytes=MAX_FILE_BYTES >> 20,
        )


def _decoded(number: int, raw: bytes) -> Line:
    try:
        return Line(number, raw.decode())
    except UnicodeDecodeError as error:
        return Line(number, "", f"byte {error.start + 1} is not UTF-8; save the file as UTF-8")
