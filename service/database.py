"""Engine, sessions and transactions: the one way to open the database."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 - edges name it from here
from sqlalchemy.orm import sessionmaker

from service.errors import Conflict, ServiceError

SQLITE_WAIT_SECONDS = 30


class DatabaseAway(ServiceError):
    """The database cannot be reached now; nothing was stored and trying again is right."""


class Crossed(DatabaseAway):
    """Two transactions stood in each other's way and this one was undone: do it again."""


class DatabaseFull(DatabaseAway):
    """The database's disk has no room left; nothing was stored."""


class TookTooLong(Conflict):
    """What was asked of the database is more than somebody who waits can be given."""


_GIVEN_UP = "57014"  # PostgreSQL: statement timeout
_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_DISK_FULL = "53100"  # PostgreSQL: disk full
_CROSSED = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock


# Short statements over many rows: compiling them first takes longer than running them.
_OPTIONS = "-c timezone=utc -c jit=off"


def make_engine(address: str, *, pool_size: int = 5) -> Engine:
    """Return an engine that loses no update on SQLite and survives restarts of PostgreSQL.

    On SQLite every transaction begins IMMEDIATE: the driver's default silently loses
    read-modify-write updates and a deferred one fails with "database is locked".
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            # For the operator's eyes alone; SQLite gives its other files the same mode.
            Path(url.database).touch(mode=0o600)
        engine = create_engine(url, pool_size=pool_size, max_overflow=20)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": _OPTIONS},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    # The wait comes first: switching to WAL needs the lock that another process may hold.
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # an acknowledged vote survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")


class Database:
    """An engine and its sessions; edges hold one and open transactions on it."""

    def __init__(self, address: str, *, pool_size: int = 5) -> None:
        """Prepare the engine; nothing is opened yet."""
        self.engine = make_engine(address, pool_size=pool_size)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(
            self.engine.execution_options(read_only=True), expire_on_commit=False
        )
        self._turn = self._make_turn()

    def _make_turn(self) -> AbstractContextManager[object]:
        """Return what threads of one process queue at before they write.

        SQLite lets one transaction write, and whoever finds it taken sleeps and tries again,
        for up to a tenth of a second and in no order; a lock wakes the next one at once.
        """
        return Lock() if self.engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits at the end and rolls back on any error."""
        with reachable(), self._turn, self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self, within: float | None = None) -> Iterator[Session]:
        """Open a session for reading only: on SQLite it takes no write lock.

        Statements that are not done `within` so many seconds end in `TookTooLong`.
        """
        with reachable(), self._reading() as session, _bounded(session, within):
            yield session
            session.rollback()

    def is_up(self) -> bool:
        """Tell whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def dispose(self) -> None:
        """Close every connection; a forked child must call this before its first use."""
        self.engine.dispose(close=False)
        self._turn = self._make_turn()  # another thread may have held the parent's


@contextmanager
def _bounded(session: Session, within: float | None) -> Iterator[None]:
    """Have the database give up what takes longer than so many seconds; None: it takes its time."""
    if within is None:
        yield
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = {round(1000 * within)}"))
        yield
        return
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    end = time.monotonic() + within
    raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


def _was_given_up(error: DBAPIError) -> bool:
    """Tell whether a statement was ended because it took too long."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_INTERRUPT or getattr(error.orig, "sqlstate", None) == _GIVEN_UP


def _is_full(error: DBAPIError) -> bool:
    """Tell whether the database's disk has no room left."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _DISK_FULL


@contextmanager
def reachable() -> Iterator[None]:
    """Turn the driver's word for "the database is away" into ours."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in _CROSSED:
            raise Crossed("Somebody was faster. Please try again.") from error
        if _was_given_up(error):
            raise TookTooLong(
                "That takes longer than a page may. Narrow what you look for: choose a "
                "configuration, a tag or a prompt."
            ) from error
        if _is_full(error):
            raise DatabaseFull(
                "The disk of the database is full, so nothing was stored. "
                "Make room on it, then try again."
            ) from error
        raise DatabaseAway("The database cannot be reached just now. Please try again.") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseAway(
                "The database cannot be reached just now. Please try again."
            ) from error
        raise


def now(session: Session) -> datetime:
    """Return the time on the database's clock, aware UTC: the one clock that leases use."""
    if session.get_bind().dialect.name == "sqlite":
        stamp = session.execute(
            text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        ).scalar_one()
        return datetime.fromisoformat(str(stamp))
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)
