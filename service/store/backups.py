"""Copies a whole database into one file while others write, and a file into an empty database.

Copying SQLite's file leaves out what still stands in its log, and PostgreSQL's files cannot be
copied at all while it runs: SQLite's backup API and pg_dump copy one moment of everything.
"""

import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from service.errors import Conflict, Invalid
from service.settings import child_environment


class ToolMissing(Conflict):
    """A program of PostgreSQL that copies databases is not installed, or did not work."""


class NotEmpty(Conflict):
    """The database holds something; a backup is never written over it."""


class BackupInvalid(Invalid):
    """A file that is no backup of this kind of database, or a damaged one."""


def is_empty(engine: Engine) -> bool:
    """Tell whether a database has no tables."""
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def copy_out(engine: Engine, target: Path) -> None:
    """Write one moment of the database into a new file; writers are not held up."""
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(str(engine.url.database)), target)
    else:
        _call("pg_dump", engine.url, "--format=custom", f"--file={target}")


def copy_in(engine: Engine, source: Path) -> None:
    """Fill an empty database from a file that `copy_out` wrote.

    Raises
    ------
    NotEmpty, BackupInvalid, ToolMissing
    """
    if not is_empty(engine):
        raise NotEmpty("The database is not empty. Restore into an empty one; then switch over.")
    if engine.dialect.name == "sqlite":
        engine.dispose()
        _copy_sqlite(source, Path(str(engine.url.database)))
    else:
        _call("pg_restore", engine.url, "--exit-on-error", "--no-owner", str(source))


def check_file(source: Path) -> None:
    """Raise `BackupInvalid` unless a copy of SQLite is whole in itself."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupInvalid(f"The backup is damaged: {error}.") from None
    connection.close()
    if found != ["ok"] or orphans is not None:
        raise BackupInvalid(f"The backup is damaged: {'; '.join(map(str, found))[:300]}.")


def _copy_sqlite(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    of, to = (
        sqlite3.connect(f"file:{source}?mode=ro", uri=True),
        sqlite3.connect(target, isolation_level=None),
    )
    try:
        # All pages in one step: a copy in several begins again whenever somebody writes.
        of.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.DatabaseError as error:
        raise BackupInvalid(f"{source.name} cannot be copied: {error}.") from None
    finally:
        of.close()
        to.close()


def _call(program: str, url: URL, *arguments: str) -> None:
    """Run a program of PostgreSQL on a database; the password never stands in its arguments."""
    place = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = child_environment(**({"PGPASSWORD": str(url.password)} if url.password else {}))
    try:
        done = subprocess.run(
            [program, f"--dbname={place}", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ToolMissing(
            f"{program} is not installed here. It comes with PostgreSQL's client programs."
        ) from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ToolMissing(f"{program} failed: {last[:300]}")


@contextmanager
def scratch_address(engine: Engine) -> Iterator[str]:
    """Give the address of a new database on the same server, dropped afterwards.

    Raises
    ------
    ToolMissing
        The account may not make databases.
    """
    name = f"evenhand_scratch_{secrets.token_hex(4)}"
    server = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except ProgrammingError:
        raise ToolMissing(
            "The backup cannot be tried: this account may not make databases. "
            "Give it CREATEDB, or make the backup with an account that has it."
        ) from None
    try:
        yield engine.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
