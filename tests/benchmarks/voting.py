"""Rating cycles a second beside Potato and a bare insert, in turn and in one run.

``make bench-voting``. A cycle is what a page does for one matchup: a vote, and what comes next in
hand, texts and all. Ours is served as `make run` serves it, on SQLite and on PostgreSQL; Potato as
its own container does. The raters are threads of this program on the same machine, without pauses;
then they come by chance, at half of the rate that was reached, each somewhere in the middle of a
deck. ``BENCH=--reduced`` is shorter.

How to read two of its lines. *By a bare insert's*: what we add to an insert is a millisecond of
the processor (a request through Flask, seven statements, fifteen on every third vote, texts as
HTML), while the insert alone is mostly its commit. So the ratio tells how fast the disk confirms:
0.7 where that takes a millisecond, below 0.2 where it takes next to nothing. *p99 at half of the
rate*: even if every cycle took equally long and nothing else ran, arrivals by chance would have p99
at 4.3 such times; the line of the bare insert says how near this machine comes to that.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from service.database import Database
from service.settings import Settings
from service.store import migrate
from service.store.models import Vote
from service.supervisor import web_arguments
from service.web.app import create_app
from service.web.rater import answers
from tests import databases, factories
from tests.benchmarks import voting_peers as peers
from tests.benchmarks.crowd import Begin, Cycle, Fault, Line, Seen, arriving, closed
from tests.benchmarks.table import Table
from tests.end_to_end.house import free_port, wait_for
from tests.fakes import served, statements

CROWD = 32
ARRIVING = 64
DECK = answers.AHEAD - answers.ENOUGH + 1  # every so many votes it is filled up
WORDS = "Some words of an answer, as long as answers are. " * 40
COUNTED = 20


@contextmanager
def granian(address: str, folder: Path) -> Iterator[int]:
    """Serve the application as the supervisor would; yield the port."""
    port = free_port()
    settings = _settings(address, folder, port)
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *web_arguments(settings)],
        env={
            "PATH": os.environ.get("PATH", ""),
            "DATA_DIR": str(folder),
            "DATABASE_URL": address,
            "SECRET_KEY": factories.KEY,
            "PORT": str(port),
        },
    )
    try:
        wait_for(lambda: peers.answers(port, "/livez"), 60)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _settings(address: str, folder: Path, port: int) -> Settings:
    return Settings(data_dir=folder, port=port, secret_key=factories.KEY, database_url=address)


def rater(port: int, seat: served.Seat, voted: int = 0) -> Begin:
    """Return a rater who does what our page does: a vote that brings what comes next.

    They begin with so many votes cast. Raters in step would have their decks filled up all at once.
    """

    def begin() -> Cycle:
        line = Line(port)
        headers = {"Cookie": f"evenhand_rater={seat.cookie}", "Content-Type": "application/json"}

        def ask(method: str, path: str, **fields: object) -> list[str]:
            body = json.dumps(fields).encode() if fields else b""
            answer = line.ask(method, f"/rate/{seat.handle}/{path}", body, headers)
            if answer.status != peers.OK:
                raise Fault(f"{path}: {answer.status}")
            said = json.loads(answer.content)
            if "assignments" not in said:
                return ask("GET", f"next?have={','.join(waiting)}")
            return [piece["token"] for piece in said["assignments"]]

        waiting: list[str] = []
        waiting += ask("GET", "next")

        def cycle() -> None:
            token = waiting.pop(0)
            fields = {"choice": "left", "key": token, "duration_ms": 4000, "have": waiting}
            waiting.extend(ask("POST", f"vote/{token}", **fields))

        for _ in range(voted):
            cycle()
        return cycle

    return begin


def seat_crowd(database: Database, name: str, number: int) -> list[served.Seat]:
    """Make a study of 1,000 matchups and seat so many raters before it."""
    with database.transaction() as session:
        study = factories.make_study(
            session,
            name,
            configurations=("A", "B", "C", "D", "E"),
            prompts=100,
            votes_per_matchup=number,
            text=lambda configuration, place: f"{configuration} {place} {WORDS}",
        )
        return [served.take_seat(session, study) for _ in range(number)]


def count_a_cycle(database: Database, folder: Path) -> tuple[list[int], list[int]]:
    """Return the statements and the writing transactions of some cycles of one rater."""
    seat, *_ = seat_crowd(database, "counted", 1)
    app = create_app(_settings(str(database.engine.url), folder, 1), database)
    client = app.test_client()
    client.set_cookie("evenhand_rater", seat.cookie, path=f"/rate/{seat.handle}")
    waiting: list[str] = []

    def more(said: dict) -> None:
        if "assignments" not in said:
            said = client.get(f"/rate/{seat.handle}/next?have={','.join(waiting)}").get_json()
        waiting.extend(piece["token"] for piece in said["assignments"])

    more({})
    asked, writing = [], []
    for _ in range(COUNTED):
        token = waiting.pop(0)
        with statements.counted(database.engine) as seen:
            fields = {"choice": "left", "key": token, "have": waiting}
            answer = client.post(f"/rate/{seat.handle}/vote/{token}", json=fields)
            assert answer.status_code == peers.OK, answer.text
            more(answer.get_json())
        asked.append(len(seen.statements))
        writing.append(seen.writing)
    return asked, writing


def measure_ours(
    table: Table, name: str, address: str, folder: Path, seconds: float, arrive: float
) -> Seen:
    """Serve us on a database; add what is told of us alone, return what the crowd saw."""
    database = Database(address)
    migrate.upgrade(database.engine)
    asked, writing = count_a_cycle(database, folder)
    before = _votes(database)
    with granian(address, folder) as port:

        def sitting(study: str, number: int, deck: int = 1) -> list[Begin]:
            seats = seat_crowd(database, study, number)
            return [rater(port, seat, place % deck) for place, seat in enumerate(seats)]

        # So short that one rater does not come to the end of a study of 1,000 matchups.
        alone = closed(sitting("alone", 1), min(seconds / 2, 1.0))
        crowd = closed(sitting("crowd", CROWD), seconds)
        comers = arriving(sitting("arriving", ARRIVING, DECK), crowd.rate / 2, arrive)
    runs = (alone, crowd, comers)
    stored = _votes(database) - before - sum(place % DECK for place in range(ARRIVING))
    database.engine.dispose()
    table.at_most(f"{name}: one rater, vote to next", alone.median, 10, 1, "ms")
    table.at_most(f"{name}: p99 at half of the rate", comers.p99, alone.median, 5, "ms")
    table.at_most(f"{name}: statements a cycle, usual", statistics.median(asked), 12)
    table.at_most(f"{name}: writing transactions a cycle", max(writing), 1)
    table.at_most(f"{name}: faults", sum(len(run.faults) for run in runs), 0)
    table.at_most(f"{name}: votes lost", sum(len(run.took) for run in runs) - stored, 0)
    return crowd


def _votes(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Vote)) or 0


def measure_potato(folder: Path, seconds: float) -> Seen:
    """Serve Potato and return what its crowd saw, all of whose votes it must have stored."""
    with peers.potato(folder, WORDS) as port:
        crowd: Sequence[Begin] = [peers.potato_rater(port, f"rater{at}") for at in range(CROWD)]
        seen = closed(crowd, seconds)
    stored = peers.potato_votes(folder)
    if seen.faults or stored < len(seen.took):
        raise SystemExit(f"Potato was not used well: {stored} of {len(seen.took)}, {seen.faults}")
    return seen


def tell(name: str, seen: Seen) -> Seen:
    """Print what a crowd saw while the rest is still being measured."""
    print(
        f"{name:<28} {seen.rate:>8.1f} cycles/s   median {seen.median:>7.1f} ms"
        f"   p99 {seen.p99:>7.1f} ms   {len(seen.faults)} faults {seen.faults[:1]}",
        flush=True,
    )
    return seen


def main() -> int:
    """Measure the three in turn, print the table, return 1 where a wanted ratio is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reduced", action="store_true", help="some seconds of each")
    seconds, arrive = (5.0, 10.0) if options.parse_args().reduced else (20.0, 60.0)
    table = Table()
    with tempfile.TemporaryDirectory() as scratch, databases.postgres_server() as server:
        if server is None:
            print("no PostgreSQL: install it")
            return 1
        server.stop()
        server.start(durable=True)
        folder = Path(scratch)
        potato = tell("Potato", measure_potato(folder / "potato", seconds))
        with peers.bare(f"sqlite:///{folder / 'bare.sqlite3'}", Settings().web_threads) as port:
            bare_rater = peers.bare_rater(port)
            bare_alone = closed([bare_rater], 1.0)
            bare = tell("bare insert, SQLite", closed([bare_rater] * CROWD, seconds))
            bare_comers = arriving([bare_rater] * ARRIVING, bare.rate / 2, arrive)
        told = "bare insert: p99 at half of its rate, by its lone median"
        table.told(told, bare_comers.p99 / bare_alone.median)
        made = databases.PostgresDatabases(server.address)
        for name, address in (
            ("SQLite", f"sqlite:///{folder / 'voting.sqlite3'}"),
            ("PostgreSQL", made.fresh()),
        ):
            ours = tell(name, measure_ours(table, name, address, folder, seconds, arrive))
            table.at_least(f"{name}: cycles/s by Potato's", ours.rate, potato.rate, 10, "/s")
            if name == "SQLite":
                table.at_least(f"{name}: by a bare insert's", ours.rate, bare.rate, 0.25, "/s")
        made.drop()
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
