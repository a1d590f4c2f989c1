"""Fixtures every test may use: two databases, a session that is rolled back, a fixed clock."""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.database import Database, make_engine
from tests import compiled, databases

BACKENDS = ("sqlite", "postgresql")
# Most tests make an application and a database of their own; compiling was half of their time.
compiled.keep()


def pytest_collection_finish() -> None:
    compiled.settle()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.PostgresDatabases]:
    with ExitStack() as stack:
        address = os.environ.get("TEST_DATABASE_URL")
        if not address:
            server = stack.enter_context(databases.postgres_server())
            if server is None:
                if os.environ.get("CI") == "true":
                    pytest.fail("PostgreSQL is required in CI and could not be started.")
                pytest.skip("no PostgreSQL: set TEST_DATABASE_URL or install it")
            address = server.address
        made = databases.PostgresDatabases(address)
        yield made
        if os.environ.get("TEST_DATABASE_URL"):
            made.drop()  # a server of our own goes as a whole


@pytest.fixture(params=BACKENDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own, on each backend: for tests that commit or run in threads."""
    if request.param == "sqlite":
        yield databases.fresh_sqlite(request.getfixturevalue("sqlite_file"), tmp_path)
        return
    with request.getfixturevalue("postgres").lent() as lent:
        yield lent


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    made = Database(address, pool_size=10)
    databases.hurry(made.engine)
    yield made
    made.engine.dispose()


@pytest.fixture
def sqlite_database(sqlite_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database of its own, where the backend does not matter."""
    made = Database(databases.fresh_sqlite(sqlite_file, tmp_path), pool_size=10)
    databases.hurry(made.engine)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session", params=BACKENDS)
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_file")
        url = databases.fresh_sqlite(template, tmp_path_factory.mktemp("shared"))
    else:
        url = request.getfixturevalue("postgres").fresh()
    engine = databases.hurry(make_engine(url))
    yield engine
    engine.dispose()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """A session inside a transaction that is rolled back, on each backend."""
    with shared_engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as s:
            yield s
        outer.rollback()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(20260312)
