"""A whole study as one archive: a ZIP of a manifest, the study's file, and rows by table.

The same study gives the same bytes. What comes from elsewhere is checked whole before any of it
is believed: names, sizes, hashes.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import IO, Any, BinaryIO

from service.errors import Conflict, Invalid
from service.formats import json_values

# What reading a damaged archive may raise.
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, KeyError)
KIND = "evenhand study pack"
FORM = 1
MOST_FILES = 5000
MOST_UNPACKED = 8 * 1024**3
# Rows of a table compress well, and no text compresses as well as a bomb does.
_MOST_RATIO = 300
_SMALL = 1024 * 1024
_LONGEST_ROW = 64 * 1024 * 1024
_MANIFEST = "manifest.json"
_ROWS = "rows/"
_STUDY = "study/"
_MOST_MANIFEST = 4 * 1024 * 1024


class PackInvalid(Invalid):
    """A file that is no pack of a study, or a damaged one."""


class PackOfOtherVersion(Conflict):
    """A pack that this version cannot unpack."""


@dataclass(frozen=True)
class Manifest:
    """What a pack says of itself.

    `schema` is that of the database it came from; `rows` counts by table, in the order in which
    they are read; `files` holds the SHA-256 of each file.
    """

    study: str
    title: str
    created_at: str
    version: str
    schema: str
    kind: str = KIND
    form: int = FORM
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def write(
    target: BinaryIO,
    about: Manifest,
    beside: Mapping[str, bytes],
    rows: Iterable[tuple[str, Mapping[str, Any]]],
) -> Manifest:
    """Write a pack: rows with the names of their tables, which stand together.

    `beside` is the study's own file with its documents, for people to read.
    """
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(beside.items()):
            digests[_STUDY + name] = _put(archive, _STUDY + name, [content])
        for table, some in groupby(rows, key=lambda row: row[0]):
            lines = _Lines(told for _, told in some)
            digests[f"{_ROWS}{table}.jsonl"] = _put(archive, f"{_ROWS}{table}.jsonl", lines)
            counts[table] = lines.count
        told = Manifest(**{**asdict(about), "rows": counts, "files": digests})
        content = json.dumps(asdict(told), indent=2, ensure_ascii=True).encode() + b"\n"
        _put(archive, _MANIFEST, [content])
    return told


class _Lines:
    """Rows as lines, counted as they are written."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._rows:
            self.count += 1
            yield json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _put(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> str:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    digest = hashlib.sha256()
    with archive.open(entry, "w", force_zip64=True) as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


class Pack:
    """A pack that was checked: what it says of itself, and its rows."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        """Hold an archive that `opened` has checked."""
        self._archive = archive
        self.manifest = manifest

    def rows(self, tables: Sequence[str], most: int) -> Iterator[tuple[str, int, list[Any]]]:
        """Yield the rows of tables in this order, some at a time, with the number of the first.

        Raises
        ------
        PackInvalid
        """
        for table in tables:
            if table not in self.manifest.rows:
                continue
            number, held = 1, []
            for row in self._lines(table):
                held.append(row)
                if len(held) == most:
                    yield table, number, held
                    number, held = number + len(held), []
            if held:
                yield table, number, held

    def _lines(self, table: str) -> Iterator[dict[str, Any]]:
        with self._archive.open(f"{_ROWS}{table}.jsonl") as file:
            number = 0
            while line := file.readline(_LONGEST_ROW + 1):
                number += 1
                if len(line) > _LONGEST_ROW:
                    raise PackInvalid(
                        "Row %(number)s of %(table)s is too long.", number=number, table=table
                    )
                yield _row(line, table, number)


def _row(line: bytes, table: str, number: int) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    problem = "is no object" if not isinstance(told, dict) else json_values.unstorable(told)
    if not isinstance(told, dict) or problem:
        raise PackInvalid(
            "Row %(number)s of %(table)s cannot be used: it %(problem)s.",
            number=number,
            table=table,
            problem=problem,
        )
    return told


def opened(source: BinaryIO, name: str, tables: Sequence[str]) -> Pack:
    """Return a pack whose every byte was checked; `tables` are those that this version knows.

    Raises
    ------
    PackInvalid, PackOfOtherVersion
    """
    try:
        archive = zipfile.ZipFile(source)
        entries = archive.infolist()
    except _DAMAGE:
        raise _damaged(name) from None
    _refuse_bombs(entries, name)
    manifest = _manifest(archive, entries, name)
    _check_names([entry.filename for entry in entries], manifest, tables, name)
    try:
        for path, digest in manifest.files.items():
            with archive.open(path) as file:
                if _digest(file) != digest:
                    raise PackInvalid(
                        "%(name)s is damaged: %(path)s has changed since it was packed.",
                        name=name,
                        path=path,
                    )
    except _DAMAGE:
        raise _damaged(name) from None
    return Pack(archive, manifest)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while some := file.read(_SMALL):
        digest.update(some)
    return digest.hexdigest()


def _refuse_bombs(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_FILES or size > MOST_UNPACKED:
        raise PackInvalid("%(name)s unpacks to more than a study can hold.", name=name)
    if size > _SMALL and size > packed * _MOST_RATIO:
        raise PackInvalid(
            "%(name)s unpacks to %(times)s times its size, as no study does.",
            name=name,
            times=size // max(1, packed),
        )


def _manifest(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], name: str) -> Manifest:
    sizes = {entry.filename: entry.file_size for entry in entries}
    if not 0 < sizes.get(_MANIFEST, 0) <= _MOST_MANIFEST:
        raise _damaged(name)
    try:
        told = json.loads(archive.read(_MANIFEST))
        is_pack = told["kind"] == KIND
        form = int(told["form"])
    except (*_DAMAGE, TypeError):
        raise _damaged(name) from None
    if not is_pack:
        raise _damaged(name)
    if form != FORM:
        raise PackOfOtherVersion(
            "%(name)s was packed in form %(form)s, and this version reads form %(known)s. "
            "Unpack it with Evenhand %(version)s.",
            name=name,
            form=form,
            known=FORM,
            version=told.get("version", "of that form"),
        )
    try:
        made = Manifest(**told)
    except TypeError:
        raise _damaged(name) from None
    texts = (made.study, made.title, made.created_at, made.version, made.schema)
    if not all(isinstance(each, str) for each in texts) or not (
        _counts(made.rows) and isinstance(made.files, dict)
    ):
        raise _damaged(name)
    return made


def _counts(rows: Any) -> bool:
    return isinstance(rows, dict) and all(isinstance(number, int) for number in rows.values())


def _check_names(
    found: Sequence[str], manifest: Manifest, tables: Sequence[str], name: str
) -> None:
    """Refuse files that are none of a pack's: nothing is ever written under their names."""
    wanted = {_MANIFEST, *manifest.files}
    if sorted(found) != sorted(wanted):
        odd = sorted(set(found) ^ wanted)[:1] or ["a file twice"]
        raise PackInvalid(
            "%(name)s does not hold what it says: %(odd)s.", name=name, odd=repr(odd[0])
        )
    for path in manifest.files:
        parts = path.split("/")
        if ".." in parts or "" in parts or "\\" in path or not path.startswith((_ROWS, _STUDY)):
            raise PackInvalid(
                "%(name)s holds %(path)s, which is no name in a pack.", name=name, path=repr(path)
            )
    of_rows = {path.removeprefix(_ROWS) for path in manifest.files if path.startswith(_ROWS)}
    if of_rows != {f"{table}.jsonl" for table in manifest.rows}:
        raise PackInvalid("%(name)s does not hold the rows that it counts.", name=name)
    unknown = sorted(manifest.rows.keys() - set(tables))
    if unknown:
        raise PackOfOtherVersion(
            "%(name)s holds rows of %(table)s, which this version does not know. It was packed "
            "by Evenhand %(version)s: update this one first.",
            name=name,
            table=repr(unknown[0]),
            version=manifest.version,
        )


def _damaged(name: str) -> PackInvalid:
    return PackInvalid("%(name)s is no pack of a study, or it is damaged or cut short.", name=name)
