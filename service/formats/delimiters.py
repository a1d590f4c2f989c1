"""Which mark parts the cells of a table: each candidate is tried, none is counted."""

import contextlib
import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.formats import columns

CANDIDATES = (",", ";", "\t", "|")
LOOK_AT_LINES = 60
LOOK_AT_CHARACTERS = 256 * 1024
_DIALECT = "sep="


class _Fit(NamedTuple):
    """How well a candidate fits; the better one is the greater."""

    known_columns: int
    share_alike: float
    columns: int
    rank: int


def declared(first_line: str) -> str:
    """Return the delimiter of a first line such as ``sep=;``, which spreadsheets write, or ""."""
    told = first_line.strip("\r\n")
    is_one = told.casefold().startswith(_DIALECT) and len(told) == len(_DIALECT) + 1
    return told[-1] if is_one and told[-1] in CANDIDATES else ""


def tell(lines: Sequence[str]) -> str:
    """Return the delimiter with which these first lines of a file make the best table.

    Best is where the header names most columns that we know; then where most rows have as many
    cells as the header; then where there are most columns.
    """
    fits = {mark: _fit(lines, mark, -rank) for rank, mark in enumerate(CANDIDATES)}
    return max(fits, key=lambda mark: fits[mark])


def _fit(lines: Sequence[str], mark: str, rank: int) -> _Fit:
    records = [cells for cells in _records(lines, mark) if cells]
    if not records:
        return _Fit(0, -1.0, 0, rank)
    header, rows = [columns.plain(cell) for cell in records[0]], records[1:]
    alike = sum(len(row) == len(header) for row in rows) / len(rows) if rows else 0.0
    known = sum(name in columns.KNOWN for name in header)
    if rows and not alike and known == 1 and header[0] not in columns.KNOWN:
        # A word that we know stands behind a comma within the name of one column.
        known = 0
    return _Fit(
        known_columns=known,
        # A table of one column is one only where no other mark parts the header.
        share_alike=alike - (len(header) == 1),
        columns=len(header),
        rank=rank,
    )


def _records(lines: Sequence[str], mark: str) -> Iterator[list[str]]:
    # The last one may go on behind what is looked at; what stands before it counts.
    with contextlib.suppress(csv.Error):
        yield from csv.reader(lines, delimiter=mark, strict=True)
