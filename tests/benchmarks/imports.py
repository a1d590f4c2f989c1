"""What importing votes takes in time and memory, beside a plain reader, and who waits meanwhile.

Second part of ``make bench-formats``. The plain reader parses the same CSV and inserts two rows a
vote in one transaction. While the import runs, somebody else writes a row again and again, as
raters do.
"""

import argparse
import csv
import multiprocessing
import random
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from service import importing
from service.database import Database
from tests import databases, factories
from tests.benchmarks.table import Table

VOTES = 1_000_000
MOST_MEGABYTES = 350
NAMES = [f"Configuration {number}" for number in range(5)]
PROMPTS = 200


def write_file(place: Path, votes: int) -> None:
    """Write votes of 500 raters with times, as an arena has them."""
    rng = random.Random(7)
    with place.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["prompt_id", "left", "right", "winner", "rater", "time"])
        for number in range(votes):
            left, right = rng.sample(NAMES, 2)
            rater, prompt = f"r{rng.randrange(500)}", f"p{rng.randrange(PROMPTS)}"
            at = 1_700_000_000 + number
            rows.writerow([prompt, left, right, rng.choice(("left", "right", "tie")), rater, at])


class Held:
    """How long each transaction of ours kept others from writing, its commit included."""

    def __init__(self, database: Database) -> None:
        """Listen to what a database does from now on."""
        self.seconds: list[float] = []
        self._begun = 0.0
        event.listen(database.engine, "begin", self._begin)
        event.listen(database.engine, "checkin", self._end)

    def _begin(self, connection: Any) -> None:
        is_reading = connection.get_execution_options().get("read_only")
        self._begun = 0.0 if is_reading else time.perf_counter()

    def _end(self, *_: object) -> None:
        if self._begun:
            self.seconds.append(time.perf_counter() - self._begun)
        self._begun = 0.0


def ours(database: Database, place: Path) -> dict[str, Any]:
    """Import the file while somebody writes."""
    waits: list[float] = []
    held = Held(database)
    over = threading.Event()

    def write() -> None:
        other = Database(str(database.engine.url), pool_size=1)
        while not over.wait(0.05):
            begun = time.perf_counter()
            with other.transaction() as session:
                session.execute(text("UPDATE account SET role = role"))
            waits.append(time.perf_counter() - begun)

    writer = threading.Thread(target=write)
    writer.start()
    source = importing.Source(place.name, lambda: place.open("rb"))
    done = importing.import_file(database, "support-replies", source, "votes")
    over.set()
    writer.join()
    waits.sort()
    return {
        "votes": done.added,
        "admitted": len(waits),
        "held": max(held.seconds),
        "median": waits[len(waits) // 2],
        "p99": waits[int(len(waits) * 0.99)],
        "most": waits[-1],
    }


def plain(database: Database, place: Path) -> dict[str, Any]:
    """Read the same file and write two rows a vote."""
    with database.transaction() as session, place.open(encoding="utf-8") as file:
        session.execute(text("CREATE TABLE plain_a (a TEXT, b TEXT, c TEXT, d TEXT)"))
        session.execute(text("CREATE TABLE plain_b (a TEXT UNIQUE, b TEXT)"))
        count = 0
        for count, row in enumerate(csv.reader(file)):
            told = {
                "a": row[0],
                "b": row[1],
                "c": row[2],
                "d": row[4],
                "k": f"{count}",
                "w": row[3],
            }
            session.execute(text("INSERT INTO plain_a VALUES (:a, :b, :c, :d)"), told)
            session.execute(text("INSERT INTO plain_b VALUES (:k, :w)"), told)
    return {"votes": count}


def measured(work: Callable[[Database, Path], dict[str, Any]], address: str, place: Path) -> Any:
    """Run in a process of its own; return what it told, its seconds of CPU and megabytes."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (work, address, place))


def _run(
    work: Callable[[Database, Path], dict[str, Any]], address: str, place: Path
) -> dict[str, Any]:
    database = Database(address, pool_size=2)
    begun = time.process_time()
    told = work(database, place)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {**told, "seconds": time.process_time() - begun, "megabytes": used.ru_maxrss / 1024}


def main() -> None:
    """Measure both on the same votes and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--votes", type=int, default=VOTES)
    votes = parser.parse_known_args()[0].votes
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        address = databases.fresh_sqlite(databases.sqlite_template(home), home)
        with Database(address).transaction() as session:
            factories.make_study(session, configurations=NAMES, prompts=PROMPTS)
        write_file(home / "votes.csv", votes)
        bare = measured(plain, address, home / "votes.csv")
        told = measured(ours, address, home / "votes.csv")
    table = Table()
    table.told("seconds of CPU of a plain reader", bare["seconds"])
    table.told("seconds of CPU of the import", told["seconds"])
    table.at_most("megabytes", told["megabytes"], MOST_MEGABYTES)
    table.at_least("votes brought in", told["votes"], votes, 1.0)
    table.told("writes of others meanwhile", told["admitted"])
    table.told("seconds that the longest batch held the database", told["held"])
    table.told("seconds that one of them waited, median", told["median"])
    table.told("seconds that one of them waited, p99", told["p99"])
    table.told("seconds that one of them waited at most", told["most"])
    sys.exit(table.close())


if __name__ == "__main__":
    main()
