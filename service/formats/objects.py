"""Rows out of one JSON object, as tools write that have more to say than rows."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from service.formats import json_values, lines
from service.formats.lines import FileUnreadable

# An object is read whole, which takes some five times its size.
MAX_BYTES = 50 * 1024 * 1024
# Under this name a row holds the model that its whole file is about.
MODEL = "_model"
_LISTS = ("data", "items", "rows", "examples", "records", "samples", "results", "questions")


def is_whole(first: bytes, stream: BinaryIO, ending: str) -> bool:
    """Tell whether a file's first line begins an object that goes on, or is all of the file."""
    if ending in {".jsonl", ".ndjson"}:
        return first.strip() == b"{"
    if first.lstrip()[:1] != b"{":
        return False
    try:
        json_values.load_json(first.decode())
    except (ValueError, RecursionError):
        return first.strip() == b"{" or len(first) > lines.MAX_LINE_BYTES
    return not _peek(stream).strip()


def _peek(stream: BinaryIO) -> bytes:
    """Return what comes next, which is not passed."""
    if isinstance(stream, io.BufferedReader):
        return stream.peek(1)
    if not stream.seekable():
        return b"?"
    place = stream.tell()
    rest = stream.read(lines.CHUNK_BYTES)
    stream.seek(place)
    return rest


def read(first: bytes, stream: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """Yield each row that an object holds with its number, from 1.

    `first` is what was read of the file already. An object without a list of rows is one row, an
    empty one none.

    Raises
    ------
    FileUnreadable
    """
    content = first + stream.read(MAX_BYTES + 1 - len(first))
    if len(content) > MAX_BYTES:
        raise FileUnreadable(
            "%(name)s is one JSON object larger than %(max_bytes)s MiB. Write its "
            "rows as JSONL, one object per line.",
            name=name,
            max_bytes=MAX_BYTES >> 20,
        )
    try:
        document = json_values.load_json(content.decode())
    except UnicodeDecodeError:
        raise FileUnreadable("%(name)s is not UTF-8 text. Save it as UTF-8.", name=name) from None
    except ValueError as error:
        raise FileUnreadable(
            "%(name)s is not one JSON object: %(error)s. Write one object per line "
            "(JSONL), or a list of them.",
            name=name,
            error=str(error),
        ) from None
    yield from enumerate(_elements(document, name), start=1)


def _elements(document: Any, name: str) -> list[Any]:
    if not isinstance(document, dict) or not document:
        raise FileUnreadable(
            "%(name)s is one JSON object without rows. Write one object per line "
            "(JSONL), or a list of them.",
            name=name,
        )
    results = document.get("results")
    if isinstance(results, dict) and isinstance(results.get("results"), list):
        # promptfoo's, of versions 3 and 4.
        found: list[Any] = results["results"]
        return found
    if isinstance(document.get("eval"), dict) and isinstance(document.get("samples"), list):
        # A log of Inspect, which names its model once for all samples.
        model = document["eval"].get("model", "")
        samples = document["samples"]
        return [{**one, MODEL: model} if isinstance(one, dict) else one for one in samples]
    if _is_split(document):
        header = document["columns"]
        return [
            dict(zip(header, cells, strict=False)) if isinstance(cells, list) else cells
            for cells in document["data"]
        ]
    if {"providers", "prompts"} <= document.keys():
        raise FileUnreadable(
            "%(name)s is a configuration of promptfoo, which holds no answers. Make "
            "a study of it: evenhand study adopt %(name2)s",
            name=name,
            name2=name,
        )
    lists = [key for key in _LISTS if _are_rows(document.get(key))]
    if len(lists) == 1:
        rows: list[Any] = document[lists[0]]
        return rows
    return [document] if document else []


def _is_split(document: Mapping[str, Any]) -> bool:
    """Tell whether a table stands as pandas and MLflow write it: columns, and rows of cells."""
    return isinstance(document.get("columns"), list) and isinstance(document.get("data"), list)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
