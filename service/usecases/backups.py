"""Backs a whole installation up into one file, tries the file, and restores it elsewhere."""

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from service.database import Database, now, reachable
from service.errors import Conflict, Invalid
from service.store import backups, migrate, studies, votes
from service.store.backups import BackupInvalid
from service.usecases import upkeep
from service.usecases.sighted.studies import invariants

CONTENT, MANIFEST, KEY = "database", "manifest.json", "secret_key"
_VERSION = 1


class BackupBroken(Conflict):
    """The copy does not obey the rules that rows must always obey."""


class FileTaken(Conflict):
    """There is a file of that name already."""


class OtherKind(Invalid):
    """The backup is of another kind of database, or of a newer Evenhand."""


class SchemaUnknown(Invalid):
    """No older schema goes by that number."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds; `schema` is the revision of its tables, `digest` that of its copy."""

    kind: str
    schema: str
    made_at: str
    studies: int
    votes: int
    digest: str
    version: int = _VERSION


def make(database: Database, key: str, target: Path) -> Backup:
    """Write a backup and try it: restored into a scratch database, it obeys every rule.

    The file holds the key that signs links, so that links that were sent go on working; it is
    as secret as the database. Nothing stands under `target` before all is well.

    Raises
    ------
    FileTaken, BackupBroken, BackupInvalid, ToolMissing
    """
    if target.exists():
        raise FileTaken(f"There is a {target} already. Name a file that is not there.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as place:
        copy = Path(place) / CONTENT
        backups.copy_out(database.engine, copy)
        with _scratch(database, Path(place)) as scratch:
            backups.copy_in(scratch.engine, copy)
            made = _described(scratch, database.engine.dialect.name, copy)
        (Path(place) / MANIFEST).write_text(json.dumps(asdict(made), indent=2) + "\n")
        (Path(place) / KEY).write_text(key)
        packed = Path(place) / "packed"
        with tarfile.open(packed, "w:gz") as archive:
            for name in (MANIFEST, KEY, CONTENT):
                archive.add(Path(place) / name, name)
        packed.chmod(0o600)
        packed.rename(target)
    return made


def restore(source: Path, database: Database, data_dir: Path) -> Backup:
    """Fill an empty installation from a backup and bring its tables to this version.

    Raises
    ------
    BackupInvalid, OtherKind, NotEmpty, ToolMissing, BackupBroken
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as place:
        told = _unpacked(source, Path(place))
        if told.kind != database.engine.dialect.name:
            raise OtherKind(
                f"This is a backup of {told.kind}, and the installation uses "
                f"{database.engine.dialect.name}. Restore it where {told.kind} is used."
            )
        if told.schema > migrate.newest():
            raise OtherKind("This backup is of a newer Evenhand. Update this one first.")
        backups.copy_in(database.engine, Path(place) / CONTENT)
        upkeep.migrate_up(database)
        key = data_dir / KEY
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text((Path(place) / KEY).read_text())
    with database.reading() as session:
        _check(session, now(session))
    return told


def go_back(database: Database, key: str, revision: str, target: Path) -> Backup:
    """Write a backup, then bring the tables to the older schema that `revision` numbers.

    What only newer tables and columns held is in the backup alone from then on; the code that
    runs here cannot use the database any more.

    Raises
    ------
    SchemaUnknown, and what `make` raises: then nothing has changed
    """
    known = migrate.revisions()
    if revision not in known[:-1]:
        raise SchemaUnknown(
            f"There is no older schema {revision}: name one from {known[0]} to {known[-2]}."
        )
    made = make(database, key, target)
    with reachable():
        migrate.downgrade(database.engine, revision)
    return made


def _unpacked(source: Path, place: Path) -> Backup:
    """Unpack the three files of a backup, and no others."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for name in (MANIFEST, KEY, CONTENT):
                archive.extract(name, place, filter="data")
        told = Backup(**json.loads((place / MANIFEST).read_text()))
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError, EOFError):
        raise BackupInvalid(f"{source.name} is no backup of Evenhand, or a damaged one.") from None
    if _digest(place / CONTENT) != told.digest:
        raise BackupInvalid(f"{source.name} is damaged: its contents have changed.")
    return told


def _described(scratch: Database, kind: str, copy: Path) -> Backup:
    if kind == "sqlite":
        backups.check_file(copy)
    with scratch.reading() as session:
        moment = now(session)
        _check(session, moment)
        return Backup(
            kind=kind,
            schema=migrate.current(scratch.engine),
            made_at=moment.isoformat(timespec="seconds"),
            studies=len(studies.every(session)),
            votes=votes.acknowledged(session),
            digest=_digest(copy),
        )


def _check(session: Session, moment: datetime) -> None:
    broken = [check for check in invariants.check(session, moment) if check.broken]
    if broken:
        rules = "; ".join(check.rule for check in broken)
        raise BackupBroken(f"The copy breaks rules: {rules}. Run: evenhand check-invariants")


@contextmanager
def _scratch(database: Database, place: Path) -> Iterator[Database]:
    """Give an empty database of the same kind, which is thrown away afterwards."""
    if database.engine.dialect.name == "sqlite":
        made = Database(f"sqlite:///{place / 'scratch.sqlite3'}", pool_size=1)
        try:
            yield made
        finally:
            made.engine.dispose()
        return
    with backups.scratch_address(database.engine) as address:
        made = Database(address, pool_size=1)
        try:
            yield made
        finally:
            made.engine.dispose()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
