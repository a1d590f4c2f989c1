"""Dealing in a study of a million votes whose places are nearly all taken, beside a fresh one.

``make bench-dealing``. 100 configurations × 1,000 prompts; as each prompt wants one vote for each
pair of its answers, every prompt was answered by 45 of the 100 configurations (990 pairs). In the
full study 980 of them are voted: 1,000,000 votes, 99 % of the places. The fresh study has the same
texts and no votes. Then raters who are new in either, and in the full one some who have a history
of 300 and of 2,500 votes (one in twenty repeated), open the page (five matchups are dealt) and
vote on in turn, once in ten seconds: after each vote one more is dealt and its texts are read, as
the page asks for. On both databases; the collector is told to leave alone what was loaded at the
start, as the web process does. Everything runs on one core: on a virtual machine that is idle
otherwise, waking a second one at each answer of the server took as long as the answer.
"""

import argparse
import dataclasses
import gc
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

from sqlalchemy import insert, select, text

from service.database import Database
from service.store import migrate, models
from service.usecases.blind import progress, voting
from service.web.rater.answers import AHEAD
from tests import databases, factories
from tests.benchmarks.table import Table

CONFIGURATIONS = 100
PROMPTS = 1000
ANSWERS = 45
OPEN = 10
RATERS = 400
ROUNDS = 300
LEASE = factories.timedelta(minutes=30)
HISTORIES = (0, 300, 2500)
WANTED = 2.0  # times the p99 of dealing in the fresh study


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def fill(database: Database, prompts: int, left: int) -> factories.MadeStudy:
    """Write the study, its completions and its votes in bulk, with places left at each prompt."""
    with database.transaction() as session:
        empty = factories.make_study(session, configurations=(), prompts=0)
        names = [f"Configuration {n}" for n in range(CONFIGURATIONS)]
        study = dataclasses.replace(
            empty,
            configurations={
                name: factories.make_configuration(session, empty.id, name) for name in names
            },
            prompts=[
                factories.make_prompt(session, empty.id, n, f"Question {n}?")
                for n in range(prompts)
            ],
        )
        raters = [factories.make_rater(session, study, f"r{n}") for n in range(RATERS)]
    rng = random.Random(5)
    ids = sorted(study.configurations.values())
    done = 0
    for batch in _batches(study, ids, raters, rng, left):
        with database.transaction() as session:
            for model, rows in batch:
                if rows:
                    session.execute(insert(model), rows)
                done += len(rows) if model is models.Vote else 0
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE prompt SET is_dealable = :yes, ready_configurations = :n, places_open = :o"
            ),
            {"yes": True, "n": ANSWERS, "o": left},
        )
        if database.engine.dialect.name == "postgresql":
            for table in ("completion", "assignment", "vote"):
                session.execute(
                    text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
                )
    settle(database)
    print(f"  {done:,} votes, {len(study.prompts) * left:,} places left", flush=True)
    return study


def settle(database: Database) -> None:
    """Have the database do what it does by itself while votes come over weeks, not in a minute.

    Otherwise it would do so beside the first deals that are measured.
    """
    is_postgresql = database.engine.dialect.name == "postgresql"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for care in ("VACUUM ANALYZE", "CHECKPOINT") if is_postgresql else ("ANALYZE",):
            connection.exec_driver_sql(care)


def _batches(study, ids, raters, rng, left) -> Iterator[list]:
    """Make the rows of one prompt after another."""
    number = 0
    for at, prompt_id in enumerate(study.prompts):
        chosen = sorted(rng.sample(ids, ANSWERS))
        completion = {identity: at * ANSWERS + n + 1 for n, identity in enumerate(chosen)}
        pairs = list(combinations(chosen, 2))
        voted = rng.sample(pairs, len(pairs) - left)
        first = number + 1
        number += len(voted)
        yield [
            (models.Completion, [_completion(study, prompt_id, i, completion[i]) for i in chosen]),
            (
                models.Assignment,
                [
                    _assignment(study, prompt_id, pair, completion, first + n, raters)
                    for n, pair in enumerate(voted)
                ],
            ),
            (models.Vote, [_vote(first + n) for n in range(len(voted))]),
        ]


def _completion(study, prompt_id, configuration_id, identity) -> dict:
    words = f"{configuration_id} on {prompt_id}"
    return {
        "id": identity, "study_id": study.id, "configuration_id": configuration_id,
        "prompt_id": prompt_id, "sample": 1, "state": "ready", "kind": "complete",
        "origin": "generated", "fence": 1, "attempts": 1, "next_attempt_at": factories.MOMENT,
        "turns": [words], "html": [f"<p>{words}</p>" * 40], "text_hash": _hash(words),
        "leaks": {}, "details": {}, "created_at": factories.MOMENT,
    }  # fmt: skip


def _assignment(study, prompt_id, pair, completion, number, raters) -> dict:
    return {
        "id": number, "token": f"t{number}", "study_id": study.id,
        # Each rater's votes lie all over the study, as dealing would have spread them.
        "rater_id": raters[number % len(raters)], "prompt_id": prompt_id, "kind": "regular",
        "state": "voted", "first_configuration_id": pair[0], "second_configuration_id": pair[1],
        "first_completion_id": completion[pair[0]], "second_completion_id": completion[pair[1]],
        "sides": number % 2 == 0, "draw_probability": 0.1,
        "lease_until": factories.MOMENT, "dealt_at": factories.MOMENT,
        "ended_at": factories.MOMENT,
    }  # fmt: skip


def _vote(number) -> dict:
    return {
        "id": number, "assignment_id": number, "revision": 1, "choice": "left",
        "client_key": f"k{number}", "body_hash": "-", "is_late": False, "duration_ms": 4000,
        "created_at": factories.MOMENT,
    }  # fmt: skip


def seat(database: Database, study: factories.MadeStudy, history: int) -> int:
    """Return a rater with so many votes of their own."""
    with database.transaction() as session:
        rater_id = factories.make_rater(session, study, f"history of {history}")
        session.execute(
            text(
                "UPDATE assignment SET rater_id = :r WHERE id IN "
                "(SELECT id FROM assignment WHERE state = 'voted' AND id % 397 < 8 "
                "AND rater_id <> :r ORDER BY id LIMIT :n)"
            ),
            {"r": rater_id, "n": history},
        )
        rows = models.Assignment.__table__
        again = session.execute(
            select(rows).where(rows.c.rater_id == rater_id).order_by(rows.c.id).limit(history // 20)
        ).mappings()
        repeated = [
            {
                **{name: value for name, value in row.items() if name != "id"},
                "token": f"{row['token']} for {rater_id}",
                "kind": "repeat",
                "sides": not row["sides"],
            }
            for row in again
        ]
        if repeated:
            session.execute(insert(models.Assignment), repeated)
    settle(database)
    return rater_id


@dataclasses.dataclass
class Seat:
    """A rater before a page, and the milliseconds that each act took."""

    name: str
    database: Database
    rater_id: int
    page: list[str] = dataclasses.field(default_factory=list)
    took: dict[str, list[float]] = dataclasses.field(
        default_factory=lambda: {"open": [], "deal": [], "progress": [], "vote": []}
    )

    def go_on(self, number: int, rng: random.Random) -> None:
        """Deal, look at the progress, and vote."""
        moment = factories.later(number / 6)
        deal = partial(_deal, self.rater_id, moment, rng, tuple(self.page))
        dealt = _timed(self.took["deal" if number else "open"], self.database, deal)
        self.page += [one.token for one in dealt]
        _timed(self.took["progress"], self.database, lambda s: progress.progress(s, self.rater_id))
        cast = partial(_cast, self.rater_id, moment, self.page.pop(0))
        _timed(self.took["vote"], self.database, cast)

    @property
    def p99(self) -> float:
        """Of dealing one more."""
        return _p99(self.took["deal"])


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98] if len(times) > 1 else times[0]


def _deal(rater_id, moment, rng, having, session):
    return factories.deal(session, rater_id, moment, rng, LEASE, AHEAD, having, is_shared=True)


def _cast(rater_id, moment, token, session):
    return voting.cast(session, rater_id, token, "left", f"key {token}", moment, duration_ms=9000)


def _timed(into: list[float], database: Database, act):
    started = time.perf_counter()
    with database.transaction() as session:
        made = act(session)
    into.append(1000 * (time.perf_counter() - started))
    return made


def report(name: str, empty: Database, full: Database, chosen: argparse.Namespace) -> list[Seat]:
    """Fill both studies, let the raters go on in turn, and print what each act took."""
    print(name, flush=True)
    fresh = fill(empty, chosen.prompts, ANSWERS * (ANSWERS - 1) // 2)
    study = fill(full, chosen.prompts, OPEN)
    seats = [Seat("fresh study", empty, seat(empty, fresh, 0))]
    seats += [Seat(f"history {n}", full, seat(full, study, n)) for n in HISTORIES]
    gc.collect()
    gc.freeze()
    rng = random.Random(9)
    for number in range(chosen.rounds):
        for one in seats:
            one.go_on(number, rng)
    for one in seats:
        for act, times in one.took.items():
            print(
                f"  {one.name:<13} {act:<9} p50 {statistics.median(times):6.1f} ms"
                f"   p99 {_p99(times):6.1f} ms   worst {max(times):6.1f} ms",
                flush=True,
            )
    return seats


def on_sqlite(chosen: argparse.Namespace) -> list[Seat]:
    """Measure on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        made = [Database(f"sqlite:///{Path(folder) / name}.sqlite3") for name in ("fresh", "full")]
        for database in made:
            migrate.upgrade(database.engine)
        seats = report("SQLite", *made, chosen)
        for database in made:
            database.engine.dispose()
    return seats


def on_postgresql(chosen: argparse.Namespace) -> list[Seat]:
    """Measure on PostgreSQL."""
    with databases.postgres_server() as server:
        if server is None:
            sys.exit("no PostgreSQL: set TEST_DATABASE_URL or install it")
        made = databases.PostgresDatabases(server.address)
        both = [Database(made.fresh()) for _ in range(2)]
        seats = report("PostgreSQL", *both, chosen)
        for database in both:
            database.engine.dispose()
        made.drop()
    return seats


def main() -> int:
    """Print the table for both databases; return 1 where dealing slows down too much."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--prompts", type=int, default=PROMPTS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--only", choices=["SQLite", "PostgreSQL"])
    chosen = options.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the server's processes inherit it
    table = Table()
    for name, measured in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
        if chosen.only in {None, name}:
            fresh, *seats = measured(chosen)
            for one in seats:
                what = f"{name}: p99 of a deal, {one.name}"
                table.at_most(what, one.p99, fresh.p99, WANTED, "ms")
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
