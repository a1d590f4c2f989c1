"""What a draft of a log of 100,000 requests takes: seconds, and memory beside an empty process."""

import csv
import io
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from service import drafting
from service.database import Database
from service.usecases import upkeep
from service.usecases.sighted.studies import drafts

ROWS = (1_000, 10_000, 100_000)
_WORDS, _TOPICS = 30_000, 40


def log(number: int) -> bytes:
    """Return a log of requests about 40 topics, their words drawn as words are."""
    rng = random.Random(1)
    words = [f"w{rng.randrange(10**6)}" for _ in range(_WORDS)]
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["prompt"])
    own = _WORDS // _TOPICS
    for _ in range(number):
        start = rng.randrange(_TOPICS) * own
        said = [
            words[start + int(rng.paretovariate(1)) % own]
            if rng.random() < 0.7
            else rng.choice(words)
            for _ in range(rng.randrange(5, 18))
        ]
        table.writerow([" ".join(said)])
    return out.getvalue().encode()


def main() -> None:
    """Print a line for each size."""
    sizes = ROWS[:2] if "--reduced" in sys.argv else ROWS
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        upkeep.migrate_up(database)
        before = _mebibytes()
        for number in sizes:
            content = log(number)
            with database.transaction() as session:
                token = drafts.ask_for_logs(
                    session, "log.csv", content, "Bench", 30, "bench", datetime.now(UTC)
                )
            started = time.monotonic()
            drafting.make_due(database)
            took = time.monotonic() - started
            with database.reading() as session:
                found = drafts.of_token(session, token)
            print(
                f"{number:>8,} rows: {took:6.1f} s, {_mebibytes() - before:4d} MiB more at most, "
                f"{found.state}, {found.found['alike']} alike"
            )


def _mebibytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
