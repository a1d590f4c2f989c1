"""An Evenhand in a process of its own, and what its workers do for it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from service import exporting, importing, slow_work
from service.database import Database, now
from service.settings import Settings, child_environment
from service.store import models
from service.supervisor import web_arguments
from service.usecases import api_tokens
from service.usecases.sighted.results import read
from tests import factories
from tests.end_to_end.house import free_port, wait_for
from workers import leaderboards


@dataclass(frozen=True)
class Evenhand:
    """Where it answers, a token that writes, and its database."""

    address: str
    token: str
    database: Database


@pytest.fixture(scope="module")
def evenhand(tmp_path_factory, sqlite_file) -> Iterator[Evenhand]:
    """Serve a database by the program that serves it elsewhere, and work for it meanwhile."""
    place = tmp_path_factory.mktemp("evenhand")
    file = place / "evenhand.sqlite3"
    file.write_bytes(Path(sqlite_file).read_bytes())
    settings = Settings(
        data_dir=place,
        secret_key=factories.KEY,
        port=free_port(),
        redis_url="redis://127.0.0.1:9/0",
        api_requests_per_minute=6000,
    )
    database = Database(settings.database_address, pool_size=2)
    with database.transaction() as session:
        account = models.Account(name="ada", role="researcher", created_at=factories.MOMENT)
        session.add(account)
        session.flush()
        token, _ = api_tokens.make(session, account.id, "notebook", "write", None, 30, now(session))
    environment = child_environment(
        DATA_DIR=str(place),
        SECRET_KEY=factories.KEY,
        PORT=str(settings.port),
        REDIS_URL="redis://127.0.0.1:9/0",
        API_REQUESTS_PER_MINUTE="6000",
    )
    command = [sys.executable, "-m", "granian", *web_arguments(settings)]
    served = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    ended = threading.Event()
    worker = threading.Thread(target=_work, args=(database, ended))
    worker.start()
    try:
        address = f"http://127.0.0.1:{settings.port}"
        wait_for(lambda: _lives(address))
        yield Evenhand(address, token, database)
    finally:
        ended.set()
        worker.join()
        served.terminate()
        served.wait(30)
        database.engine.dispose()


def _lives(address: str) -> bool:
    try:
        return httpx.get(f"{address}/livez").status_code == 200
    except httpx.TransportError:
        return False


def _work(database: Database, ended: threading.Event) -> None:
    while not ended.wait(0.2):
        while slow_work.publish(database):
            pass
        with database.reading() as session:
            dirty = read.overdue(session, now(session))
        for study_id in dirty:
            leaderboards.refresh(database, study_id)
        exporting.make_due(database, factories.KEY)
        importing.import_due(database)
