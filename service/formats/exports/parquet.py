"""Rows as Parquet: a typed schema in which nothing is null, written in row groups as rows come."""

import importlib
from collections.abc import Mapping
from typing import Any

from service.errors import Conflict
from service.formats.exports import columns
from service.formats.exports.columns import Columns, Type

# A row group is as large as its texts allow: so many rows, or so many characters.
ROWS_AT_ONCE = 1000
CHARACTERS_AT_ONCE = 8 * 1024 * 1024


class ParquetMissing(Conflict):
    """The library that writes Parquet is not installed here."""


class Writer:
    """Writes rows into something that takes bytes; what was written is whole after `close`."""

    def __init__(self, sink: Any, of: Columns) -> None:
        """Write columns of these types into `sink`.

        Raises
        ------
        ParquetMissing
        """
        self._arrow, library = _library(), _library("pyarrow.parquet")
        self._schema = schema(of)
        self._writer = library.ParquetWriter(sink, self._schema, compression="zstd")
        self._waiting: list[Mapping[str, Any]] = []
        self._characters = 0

    def write(self, row: Mapping[str, Any]) -> None:
        """Take a row; a full group is written at once."""
        self._waiting.append(row)
        self._characters += sum(_size(value) for value in row.values())
        if len(self._waiting) == ROWS_AT_ONCE or self._characters > CHARACTERS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Write what waits, and the end of the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            table = self._arrow.Table.from_pylist(self._waiting, schema=self._schema)
            self._writer.write_table(table, row_group_size=len(self._waiting))
        self._waiting, self._characters = [], 0


def schema(of: Columns) -> Any:
    """Return the types of columns for Arrow; nothing in them may be null.

    Raises
    ------
    ParquetMissing
    """
    arrow = _library()
    scalars = {
        "string": arrow.string(),
        "float64": arrow.float64(),
        "int64": arrow.int64(),
        "bool": arrow.bool_(),
    }

    def type_of(kind: Type) -> Any:
        if kind in columns.SCALARS:
            return scalars[columns.SCALARS[kind]]
        element = arrow.string()
        if kind in columns.OBJECTS:
            fields = columns.OBJECTS[kind].items()
            element = arrow.struct(
                [arrow.field(name, scalars[of], nullable=False) for name, of in fields]
            )
        return arrow.list_(arrow.field("element", element, nullable=False))

    return arrow.schema(
        [arrow.field(name, type_of(kind), nullable=False) for name, kind in of.items()]
    )


def check() -> None:
    """Raise `ParquetMissing` where no Parquet can be written."""
    _library()


def _library(name: str = "pyarrow") -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ParquetMissing(
            "Parquet needs one more library here: pip install 'evenhand[parquet]'. "
            "The same rows as JSON lines need none."
        ) from None


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(_size(each) for each in value)
    return sum(_size(each) for each in value.values()) if isinstance(value, dict) else 1
