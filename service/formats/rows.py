"""Rows out of JSONL, CSV and TSV files: streamed, numbered by line, bad ones set apart."""

import csv
import itertools
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, BinaryIO, Literal

from service.errors import Invalid

Shape = Literal["jsonl", ",", ";", "\t"]

MAX_LINE_BYTES = 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
MAX_OPEN_QUOTES = 20

# The module's limit is 128 KiB for the whole process; a completion may be longer than that.
csv.field_size_limit(MAX_LINE_BYTES)


class FileUnreadable(Invalid):
    """The file as a whole cannot be read: wrong kind, wrong encoding, too large."""


@dataclass(frozen=True)
class RowError:
    """A row that was left out, and why; lines count from 1."""

    line: int
    message: str


@dataclass(frozen=True)
class Row:
    """A row by column; CSV values are text, JSONL values are what JSON says."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    problem: str = ""


def read(stream: BinaryIO, name: str) -> Iterator[Row | RowError]:
    """Yield the rows of a file in order, each bad row as a `RowError` in its place.

    `name` is only used to tell the format by its ending (.jsonl, .csv, .tsv; else by the first
    line) and in messages. Raises `FileUnreadable` at the point where the whole file turns out
    to be unusable or beyond a limit, which may be after good rows.
    """
    lines = _lines(stream, name)
    head = list(itertools.islice(lines, 1))
    if not head:
        raise FileUnreadable(f"{name} is empty.")
    shape = _shape(head[0], name)
    lines = itertools.chain(head, lines)
    found = _json_rows(lines) if shape == "jsonl" else _csv_rows(lines, shape, name)
    for count, row in enumerate(found, start=1):
        if count > MAX_ROWS:
            raise FileUnreadable(f"{name} has more than {MAX_ROWS:,} rows. Split it into files.")
        yield row


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
            return "holds a NUL character; remove it"
        elif isinstance(item, str) and not _is_encodable(item):
            return "holds half of a character (a lone surrogate); remove it"
    return ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def load_json(text: str) -> Any:
    """Parse JSON strictly: no repeated keys, no NaN; raise `ValueError` in plain words."""
    try:
        return json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _lines(stream: BinaryIO, name: str) -> Iterator[_Line]:
    size = 0
    for number in itertools.count(1):
        raw = stream.readline(MAX_LINE_BYTES + 1)
        size += len(raw)
        if number == 1:
            raw = _without_mark(raw, name)
        if not raw and size == 0:
            return
        is_long = len(raw) > MAX_LINE_BYTES
        rest = raw
        while rest and not rest.endswith(b"\n"):
            # Either the end of the file or a line beyond the limit, which is skipped to its end.
            rest = stream.readline(MAX_LINE_BYTES)
            size += len(rest)
            is_long = is_long or bool(rest)
            if size > MAX_FILE_BYTES:
                break
        if size > MAX_FILE_BYTES:
            raise FileUnreadable(f"{name} is larger than 50 MiB. Split it into several files.")
        if is_long:
            yield _Line(number, "", "the line is longer than 1 MiB; shorten its texts")
        elif raw or number == 1:
            yield _decoded(number, raw)
        if not rest and not raw.endswith(b"\n"):
            return


def _decoded(number: int, raw: bytes) -> _Line:
    try:
        return _Line(number, raw.decode())
    except UnicodeDecodeError as error:
        return _Line(number, "", f"byte {error.start + 1} is not UTF-8; save the file as UTF-8")


def _without_mark(raw: bytes, name: str) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileUnreadable(f"{name} is UTF-16 text. Save it as UTF-8 and try again.")
    if raw.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise FileUnreadable(
            f"{name} is a spreadsheet or an archive. Save it as CSV or JSONL and try again."
        )
    return raw.removeprefix(b"\xef\xbb\xbf")


def _shape(first: _Line, name: str) -> Shape:
    start = first.text.strip()
    ending = PurePath(name).suffix.lower()
    if ending in {".tsv", ".tab"}:
        return "\t"
    if ending in {".jsonl", ".ndjson", ".json"} or (start[:1] in {"{", "["} and ending != ".csv"):
        if start == "{" or start.startswith("["):
            raise FileUnreadable(
                f"{name} is one JSON document. Write one object per line instead (JSONL)."
            )
        return "jsonl"
    counts: dict[Shape, int] = {mark: start.count(mark) for mark in (",", ";", "\t")}
    return max(counts, key=lambda mark: counts[mark])


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise ValueError(f"the key {twice!r} comes twice")
    return values


def _no_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not a number that JSON knows")


def _json_rows(lines: Iterator[_Line]) -> Iterator[Row | RowError]:
    for line in lines:
        if line.problem:
            yield RowError(line.number, line.problem)
        elif line.text.strip():
            yield _json_row(line)


def _json_row(line: _Line) -> Row | RowError:
    try:
        values = load_json(line.text)
    except ValueError as error:
        return RowError(line.number, f"the line is not valid JSON: {error}")
    if not isinstance(values, dict):
        return RowError(line.number, "the line is JSON but no object; write {...} on each line")
    problem = unstorable(values)
    return RowError(line.number, f"the row {problem}") if problem else Row(line.number, values)


@dataclass
class _Feed:
    """Lines for one record of `csv.reader`, which can be given back when the record is broken."""

    lines: Iterator[_Line]
    waiting: deque[_Line] = field(default_factory=deque)
    taken: list[_Line] = field(default_factory=list)
    size: int = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines)
        self.taken.append(line)
        self.size += len(line.text)
        if line.problem:
            raise csv.Error(line.problem)
        if self.size > MAX_LINE_BYTES:
            raise csv.Error("the row is longer than 1 MiB; is a quote left open?")
        return line.text

    def begin(self) -> None:
        self.taken.clear()
        self.size = 0

    def give_back(self) -> None:
        self.waiting.extendleft(reversed(self.taken[1:]))


def _csv_rows(lines: Iterator[_Line], shape: str, name: str) -> Iterator[Row | RowError]:
    header: list[str] | None = None
    for number, cells in _records(_Feed(lines), shape, name):
        if isinstance(cells, str):
            if header is None:
                raise FileUnreadable(f"The header of {name} cannot be read: {cells}.")
            yield RowError(number, cells)
        elif header is None:
            header = _header(cells, name)
        else:
            yield _csv_row(number, header, cells)


def _records(feed: _Feed, shape: str, name: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield (line, cells), or (line, problem) after which reading goes on at the next line."""
    open_quotes = 0
    while True:
        feed.begin()
        try:
            cells = next(csv.reader(feed, delimiter=shape, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            first = feed.taken[0].number
            yield first, feed.taken[0].problem or f"the row is not valid CSV: {error}"
            if len(feed.taken) > 1:
                open_quotes += 1
                feed.give_back()
            if open_quotes > MAX_OPEN_QUOTES:
                # Every open quote costs a second reading of what it swallowed.
                raise FileUnreadable(
                    f"{name} has quotes that are opened and never closed, the last on line {first}."
                ) from None
            continue
        if cells:
            yield feed.taken[0].number, cells


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    named = [column.casefold() for column in header if column]
    for column in named:
        if named.count(column) > 1:
            raise FileUnreadable(f"{name} has two columns named {column!r}. Rename one of them.")
    return header


def _csv_row(number: int, header: list[str], cells: list[str]) -> Row | RowError:
    while len(cells) > len(header) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(header):
        return RowError(
            number,
            f"the row has {len(cells)} values, the header {len(header)}; are quotes missing?",
        )
    problem = unstorable(cells)
    if problem:
        return RowError(number, f"the row {problem}")
    pairs = zip(header, cells, strict=True)
    return Row(number, {column: _text(cell) for column, cell in pairs if column})


def _text(cell: str) -> str:
    # Spreadsheets write CRLF inside cells; the same text in JSONL has LF.
    return cell.replace("\r\n", "\n")
