"""How many rating cycles a second the real web server bears, with 1, 8 and 32 raters at once.

``make bench-voting``. A cycle is what a rater's page does for one matchup: a vote, then a request
for what comes next, texts and all. Granian serves as `make run` starts it, on SQLite and on
PostgreSQL; the raters are threads of this program on the same machine, without pauses.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.database import Database
from service.settings import Settings
from service.store import migrate
from service.supervisor import web_arguments
from tests import databases, factories
from tests.end_to_end.house import free_port, wait_for
from tests.fakes import served

CROWDS = (1, 8, 32)
SECONDS = 10.0
WORDS = "Some words of an answer, as long as answers are. " * 40


@contextmanager
def granian(address: str, folder: str) -> Iterator[int]:
    """Serve the application as the supervisor would; yield the port."""
    port = free_port()
    settings = Settings(data_dir=Path(folder), port=port, secret_key=factories.KEY)
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *web_arguments(settings)],
        env={
            "PATH": os.environ.get("PATH", ""),
            "DATA_DIR": folder,
            "DATABASE_URL": address,
            "SECRET_KEY": factories.KEY,
            "PORT": str(port),
        },
    )
    try:
        wait_for(lambda: _is_up(port), 60)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _is_up(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except OSError:
        return False


def sit(port: int, seat: served.Seat, until: float, took: list[float], faults: list[int]) -> None:
    """Rate without a pause until the time is over."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(path: str, body: dict | None = None) -> dict:
        connection.request(
            "GET" if body is None else "POST",
            f"/rate/{seat.handle}/{path}",
            None if body is None else json.dumps(body),
            {"Cookie": f"evenhand_rater={seat.cookie}", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            faults.append(answer.status)
        return json.loads(content)

    waiting = ask("next")["assignments"]
    while waiting and time.perf_counter() < until:
        started = time.perf_counter()
        token = waiting.pop(0)["token"]
        ask(f"vote/{token}", {"choice": "left", "key": token, "duration_ms": 4000})
        have = ",".join(piece["token"] for piece in waiting)
        waiting += ask(f"next?have={have}")["assignments"]
        took.append(time.perf_counter() - started)


def measure(database: Database, port: int, crowd: int, seconds: float) -> str:
    """Return a line of the table for so many raters."""
    with database.transaction() as session:
        study = factories.make_study(
            session,
            f"crowd-{crowd}",
            configurations=("A", "B", "C", "D", "E"),
            prompts=100,
            votes_per_matchup=crowd,
            text=lambda name, number: f"{name} {number} {WORDS}",
        )
        seats = [served.take_seat(session, study) for _ in range(crowd)]
    took: list[float] = []
    faults: list[int] = []
    started = time.perf_counter()
    threads = [
        threading.Thread(target=sit, args=(port, seat, started + seconds, took, faults))
        for seat in seats
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - started
    p99 = statistics.quantiles(took, n=100)[98]
    return (
        f"{crowd:>7} {len(took) / passed:>9.1f} {1000 * statistics.median(took):>9.1f}"
        f" {1000 * p99:>9.1f} {len(faults):>7}"
    )


def report(name: str, address: str, seconds: float) -> None:
    """Print the table of one database."""
    database = Database(address)
    migrate.upgrade(database.engine)
    print(name)
    print(f"{'raters':>7} {'cycles/s':>9} {'p50, ms':>9} {'p99, ms':>9} {'faults':>7}")
    with tempfile.TemporaryDirectory() as folder, granian(address, folder) as port:
        for crowd in CROWDS:
            print(measure(database, port, crowd, seconds), flush=True)
    database.engine.dispose()


def main() -> int:
    """Print the tables of both databases."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=SECONDS)
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        report("SQLite", f"sqlite:///{Path(folder) / 'voting.sqlite3'}", seconds)
    with databases.postgres_server() as server:
        if server is None:
            print("no PostgreSQL: set TEST_DATABASE_URL or install it")
            return 1
        made = databases.PostgresDatabases(server.address)
        report("PostgreSQL", made.fresh(), seconds)
        made.drop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
