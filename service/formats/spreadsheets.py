"""Cells out of XLSX files, row by row: texts as a CSV file would hold them, and bounded."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from service.formats.lines import FileUnreadable

ENDINGS = frozenset((".xlsx", ".xlsm"))
MARK = b"PK\x03\x04"
MOST_COLUMNS = 200
MOST_UNPACKED = 50 * 1024 * 1024
# A file of 5 kB can hold a cell in the last row and column there is; and one of 16 MiB unpacks
# to 16 GiB. What a part declares to hold is all that is ever unpacked of it.
MOST_PARTS = 1000


def read(content: bytes, name: str, most: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, at most so many, with their numbers from 1.

    They are those of the first visible sheet that has any. Formulas count as what they were last
    computed to. Raises `FileUnreadable`.
    """
    _refuse_bombs(content, name)
    try:
        yield from _rows(content, most)
    except FileUnreadable:
        raise
    except Exception as error:
        raise _broken(name) from error


def _broken(name: str) -> FileUnreadable:
    return FileUnreadable(
        "%(name)s cannot be read as a spreadsheet. Save it as CSV or JSONL and try again.",
        name=name,
    )


def _refuse_bombs(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _broken(name) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileUnreadable(
            "%(name)s is larger than 50 MiB unpacked. Split it into several files.", name=name
        )


def _rows(content: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    # Loaded where a spreadsheet is read: it takes a fifth of a second and 15 MB.
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # what a file says of them may be wrong
            found = False
            empty: Sequence[object] = ()
            cells = sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True)
            for number, values in enumerate(cells, start=1):
                if values is empty:
                    continue  # one and the same for a million rows above a cell far away
                row = [_text(value) for value in values]
                while row and not row[-1]:
                    row.pop()
                if row:
                    found = True
                    yield number, row
                else:
                    empty = values
            if found:
                return
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, str):
        from openpyxl.utils.escape import unescape  # noqa: PLC0415 - as above

        return str(unescape(value))
    return str(value)
