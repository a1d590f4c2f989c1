"""Rows out of JSONL, JSON, CSV, TSV, XLSX and Parquet: numbered by line, bad ones set apart."""

import csv
import io
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, BinaryIO

from service.formats import (
    arrays,
    delimiters,
    json_values,
    lines,
    objects,
    parquet,
    spreadsheets,
)
from service.formats.lines import FileUnreadable, Line, LineSource
from service.formats.said import said

MAX_ROWS = 1_000_000
MAX_OPEN_QUOTES = 20
_OF_PROMPTFOO = frozenset(("status", "score"))
_TABLES = frozenset((".csv", ".tsv", ".tab"))

# The module's limit is 128 KiB for the whole process; a completion may be longer than that.
csv.field_size_limit(lines.MAX_LINE_BYTES)


@dataclass(frozen=True)
class RowError:
    """A row that was left out, and why; lines count from 1."""

    line: int
    message: str


@dataclass(frozen=True)
class Note:
    """What somebody should know of how a file was read; nothing was left out for it."""

    message: str


@dataclass(frozen=True)
class Row:
    """A row by column; CSV values are text, JSON values are what JSON says."""

    line: int
    values: dict[str, Any]


Found = Iterator[Row | RowError]
# What is made of a file's rows before anybody looks for what they hold.
Prepare = Callable[[Found], Found]


def unchanged(found: Found) -> Found:
    """Return rows as a file has them."""
    return found


def read(stream: BinaryIO, name: str) -> Iterator[Row | RowError]:
    """Yield the rows of a file in order, each bad row as a `RowError` in its place.

    `name` is only used to tell the format by its ending (.jsonl, .json, .csv, .tsv, .xlsx,
    .parquet, each also with .gz behind it; else by the first line) and in messages. Raises
    `FileUnreadable` at the point where the whole file turns out to be unusable or beyond a limit,
    which may be after good rows.
    """
    first = stream.readline(lines.MAX_LINE_BYTES + 1)
    if first.startswith(lines.GZIP):
        stream = lines.unzipped(stream, name)
        name = name[:-3] if _ending(name) == ".gz" else name
        first = stream.readline(lines.MAX_LINE_BYTES + 1)
    if first.startswith(spreadsheets.MARK) and _ending(name) in spreadsheets.ENDINGS:
        found = _sheet_rows(first + stream.read(lines.MAX_FILE_BYTES), name)
    elif first.startswith(parquet.MARK):
        found = _parquet_rows(first, stream, name)
    else:
        first = lines.without_mark(first, name)
        if not first:
            raise FileUnreadable("%(name)s is empty.", name=name)
        found = _found(first, stream, name)
    for count, row in enumerate(found, start=1):
        if count > MAX_ROWS:
            raise FileUnreadable(
                "%(name)s has more than %(max_rows)s rows. Split it into files.",
                name=name,
                max_rows=f"{MAX_ROWS:,}",
            )
        yield row


def _parquet_rows(first: bytes, stream: BinaryIO, name: str) -> Iterator[Row | RowError]:
    if not stream.seekable():
        # Its table of contents stands at the end.
        content = first + stream.read(lines.MAX_FILE_BYTES + 1)
        lines.check_size(len(content), name)
        stream = io.BytesIO(content)
    for number, values, bad in parquet.read(stream, name):
        problem = bad or json_values.unstorable(values)
        yield (
            RowError(number, said("the row %(problem)s", problem=problem))
            if problem
            else Row(number, values)
        )


def _found(first: bytes, stream: BinaryIO, name: str) -> Iterator[Row | RowError]:
    ending = _ending(name)
    start = first.lstrip()[:1]
    is_json = ending in {".jsonl", ".ndjson", ".json"}
    if start == b"[" and ending not in _TABLES:
        return (_json_row(*element) for element in arrays.read(first, stream, name))
    if start == b"{" and ending not in _TABLES and objects.is_whole(first, stream, ending):
        return (_json_row(line, value, "") for line, value in objects.read(first, stream, name))
    source: LineSource = stream
    if lines.has_carriage_returns(first):
        source = lines.CarriageReturns(first, stream)
        first = source.readline(lines.MAX_LINE_BYTES + 1)
    read_lines = lines.read(first, source, name)
    if is_json or (start == b"{" and ending != ".csv"):
        return _json_rows(read_lines)
    return _table_rows(read_lines, ending, name)


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def _sheet_rows(content: bytes, name: str) -> Iterator[Row | RowError]:
    header: list[str] | None = None
    for number, cells in spreadsheets.read(content, name, MAX_ROWS + 2):
        if header is None:
            header = _header(cells, name)
        else:
            yield _csv_row(number, header, cells + [""] * (len(header) - len(cells)))


def _json_rows(found: Iterator[Line]) -> Iterator[Row | RowError]:
    decoder = json_values.Decoder()
    for line in found:
        if line.problem:
            yield RowError(line.number, line.problem)
        elif text := line.text.strip():
            try:
                value, end, problem = decoder.decode(text)
            except ValueError as error:
                yield RowError(
                    line.number, said("the line is not valid JSON: %(error)s", error=error)
                )
                continue
            if end < len(text):
                problem = f"something stands behind its object: {text[end:].strip()[:20]!r}"
            yield _json_row(line.number, value, problem)


def _json_row(line: int, value: Any, problem: str) -> Row | RowError:
    if problem:
        return RowError(line, said("the row is not valid JSON: %(problem)s", problem=problem))
    if not isinstance(value, dict):
        return RowError(line, said("the row is JSON but no object; write {...} for each row"))
    problem = json_values.unstorable(value)
    return (
        RowError(line, said("the row %(problem)s", problem=problem))
        if problem
        else Row(line, value)
    )


@dataclass
class _Feed:
    """Lines for one record of `csv.reader`, which can be given back when the record is broken."""

    lines: Iterator[Line]
    waiting: deque[Line] = field(default_factory=deque)
    taken: list[Line] = field(default_factory=list)
    size: int = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines)
        self.taken.append(line)
        self.size += len(line.text)
        if line.problem:
            raise csv.Error(line.problem)
        if self.size > lines.MAX_LINE_BYTES:
            raise csv.Error("the row is longer than 1 MiB; is a quote left open?")
        return line.text

    def begin(self) -> None:
        self.taken.clear()
        self.size = 0

    def give_back(self) -> None:
        self.waiting.extendleft(reversed(self.taken[1:]))


def _table_rows(found: Iterator[Line], ending: str, name: str) -> Iterator[Row | RowError]:
    head = _head(found)
    mark = delimiters.declared(head[0].text)
    if mark:
        del head[0]
    elif ending in {".tsv", ".tab"}:
        mark = "\t"
    else:
        mark = delimiters.tell([line.text for line in head if not line.problem])
    return _csv_rows(itertools.chain(head, found), mark, name)


def _head(found: Iterator[Line]) -> list[Line]:
    head: list[Line] = []
    size = 0
    for line in itertools.islice(found, delimiters.LOOK_AT_LINES):
        head.append(line)
        size += len(line.text)
        if size > delimiters.LOOK_AT_CHARACTERS:
            break
    return head


def _csv_rows(found: Iterable[Line], mark: str, name: str) -> Iterator[Row | RowError]:
    header: list[str] | None = None
    for number, cells in _records(_Feed(iter(found)), mark, name):
        if isinstance(cells, str):
            if header is None:
                raise FileUnreadable(
                    "The header of %(name)s cannot be read: %(cells)s.", name=name, cells=cells
                )
            yield RowError(number, cells)
        elif header is None:
            header = _header(cells, name)
        else:
            yield _csv_row(number, header, cells)


def _records(feed: _Feed, mark: str, name: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield (line, cells), or (line, problem) after which reading goes on at the next line."""
    open_quotes = 0
    while True:
        feed.begin()
        try:
            cells = next(csv.reader(feed, delimiter=mark, strict=True))
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
                    "%(name)s has quotes that are opened and never closed, the last on line "
                    "%(first)s.",
                    name=name,
                    first=first,
                ) from None
            continue
        if cells:
            yield feed.taken[0].number, cells


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    named = [column.casefold() for column in header if column]
    for column in named:
        if named.count(column) > 1 and set(named) >= _OF_PROMPTFOO:
            raise FileUnreadable(
                "%(name)s repeats the names of its columns, as tables of promptfoo do: which "
                "answer is whose is lost. Export its results as JSON.",
                name=name,
            )
        if named.count(column) > 1:
            raise FileUnreadable(
                "%(name)s has two columns named %(column)s. Rename one of them.",
                name=name,
                column=repr(column),
            )
    return header


def _csv_row(number: int, header: list[str], cells: list[str]) -> Row | RowError:
    while len(cells) > len(header) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(header):
        return RowError(
            number,
            said(
                "the row has %(number)s values, the header %(number2)s; are quotes missing?",
                number=len(cells),
                number2=len(header),
            ),
        )
    problem = json_values.unstorable(cells)
    if problem:
        return RowError(number, said("the row %(problem)s", problem=problem))
    pairs = zip(header, cells, strict=True)
    return Row(number, {column: _text(cell) for column, cell in pairs if column})


def _text(cell: str) -> str:
    # Spreadsheets write CRLF inside cells; the same text in JSONL has LF.
    return cell.replace("\r\n", "\n")
