"""Makes the exports that were asked for: written beside the database, then kept in it in pieces."""

import hashlib
import logging
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from service import slow_work
from service.database import Database, DatabaseAway, now
from service.domain import export
from service.domain.export import ExportLost
from service.errors import ServiceError
from service.formats.exports import manifest, writing
from service.formats.exports.kinds import Format
from service.formats.exports.policy import Policy, Split
from service.formats.said import of_error
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import export_files, exports
from service.usecases.sighted.studies.export_files import Claimed

log = logging.getLogger("evenhand.exporting")

# So often those who wait see how far it is.
TOLD_SECONDS = 1.0
_COPIED_AT_ONCE = 1024 * 1024


def write(
    database: Database,
    study: str,
    folder: Path,
    form: Format,
    policy: Policy,
    split: Split,
    key: str,
    tell: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Write an export of a study into an empty folder; return its manifest.

    Votes that wait are counted first. Nobody who writes is held up: votes are read a batch of
    prompts at a time.

    Raises
    ------
    UnknownStudy, StudySealed, UnknownConfiguration, NothingToExport, ParquetMissing
    """
    with database.reading() as session:
        study_id = lookup.find(session, study).id
    slow_work.fold_all(database, study_id)
    with database.reading() as session:
        exports.check_names(session, study, policy.not_trained_on)
        about = manifest.About(
            study,
            version("evenhand"),
            exports.fingerprints(session, study),
            exports.suggested(session, study, key.encode()),
        )
        records = exports.of_study(session, study, key.encode())
        return writing.write(folder, records, form, about, policy, split, tell)


def make_due(database: Database, key: str) -> None:
    """Forget old exports and make those that wait, one after another.

    Raises
    ------
    DatabaseAway
        What was begun is begun anew by whoever comes next.
    """
    with database.transaction() as session:
        export_files.sweep(session, now(session))
    while True:
        with database.transaction() as session:
            one = export_files.claim(session, now(session))
        if one is None:
            return
        _make(database, one, key)


def _make(database: Database, one: Claimed, key: str) -> None:
    try:
        with TemporaryDirectory(prefix="evenhand-export-") as place:
            folder = Path(place) / "files"
            folder.mkdir()
            slow_work.fold_all(database, one.study_id)
            with database.transaction() as session:
                export_files.measure(session, one, now(session))
            teller = _Teller(database, one)
            told = write(
                database, one.study, folder, one.form, one.policy, one.split, key, teller.tell
            )
            packed = Path(place) / "packed.zip"
            _pack(folder, packed, f"{one.study}-{one.form.name}")
            _keep(database, one, packed, int(told["rows_out"]))
    except DatabaseAway:
        raise  # whoever comes next begins anew
    except ExportLost:
        log.info("an export of %s was given up: it was removed or is made elsewhere", one.study)
    except ServiceError as error:
        with database.transaction() as session:
            export_files.fail(session, one, of_error(error))
    else:
        log.info("%s: an export as %s is ready", one.study, one.form.name)


class _Teller:
    """Notes how far an export is, now and then."""

    def __init__(self, database: Database, one: Claimed) -> None:
        self._database = database
        self._one = one
        self._told_at = time.monotonic()

    def tell(self, done: int) -> None:
        if time.monotonic() - self._told_at < TOLD_SECONDS:
            return
        with self._database.transaction() as session:
            export_files.note(session, self._one, done, now(session))
        self._told_at = time.monotonic()


def _pack(folder: Path, target: Path, name: str) -> None:
    """Make a ZIP of a folder; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{name}/{path.name}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, packed.open(entry, "w") as into:
                while content := source.read(_COPIED_AT_ONCE):
                    into.write(content)


def _keep(database: Database, one: Claimed, packed: Path, rows: int) -> None:
    digest = hashlib.sha256()
    with packed.open("rb") as file:
        for number, content in enumerate(_pieces(file)):
            digest.update(content)
            with database.transaction() as session:
                export_files.put(session, one, number, content, now(session))
    with database.transaction() as session:
        size = packed.stat().st_size
        export_files.finish(session, one, rows, size, digest.hexdigest(), now(session))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(export.PIECE_BYTES), b"")
