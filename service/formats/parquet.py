"""Rows out of Parquet files, a batch in memory at a time; needs pyarrow, which is an extra."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from service.errors import Conflict
from service.formats import lines
from service.formats.lines import FileUnreadable

MARK = b"PAR1"
_ROWS_AT_ONCE = 100
# Texts are packed well; what a row group unpacks to is in memory at once.
MOST_UNPACKED = 4 * lines.MAX_FILE_BYTES


class ParquetMissing(Conflict):
    """The library that reads Parquet is not installed."""


def read(
    stream: BinaryIO, name: str, most: int = MOST_UNPACKED
) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Yield each row with its number from 1, and what keeps it from being used.

    Raises
    ------
    ParquetMissing, FileUnreadable
    """
    try:
        # Loaded where Parquet is read: it takes half a second and 60 MB.
        from pyarrow import ArrowException, parquet  # noqa: PLC0415
    except ImportError:
        raise ParquetMissing(
            "%(name)s is Parquet, and pyarrow is not installed. Install the extra (pip install "
            "'evenhand[parquet]'), or save the file as JSONL.",
            name=name,
        ) from None
    stream.seek(0)
    try:
        file = parquet.ParquetFile(stream)
        about = file.metadata
        size = sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups))
        if size > most:
            raise FileUnreadable(
                "%(name)s is larger than %(most)s MiB unpacked. Split it into several files.",
                name=name,
                most=most >> 20,
            )
        number = 0
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
            for values in batch.to_pylist():
                number += 1
                try:
                    yield number, {key: _plain(value) for key, value in values.items()}, ""
                except ValueError as error:
                    yield number, {}, str(error)
    except (ArrowException, OSError) as error:
        raise FileUnreadable(
            "%(name)s cannot be read as Parquet: %(shown)s.", name=name, shown=_shown(error)
        ) from None


def _plain(value: Any) -> Any:
    """Return a value as JSON would hold it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return None if value != value else value  # noqa: PLR0124 - NaN is how tables say nothing
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return _as_json(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return json.loads(str(value))
    raise ValueError(f"holds {type(value).__name__}, of which no text can be made")


def _shown(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200].rstrip(".") if str(error).strip() else "damaged"
