"""What exporting a study takes in time and memory, beside a plain writer of the same votes.

``make bench-formats``. Matchups are judged fifty times each. The plain writer reads the same votes
with their texts by one statement and writes the same rows, knowing nothing of policies, hashes or
splits.
"""

import argparse
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import aliased

from service.database import Database
from service.formats.exports import kinds, manifest, writing
from service.store import models
from service.usecases.sighted.studies import exports
from tests import databases, factories
from tests.benchmarks.table import Table

VOTES = 1_000_000
CONFIGURATIONS = 5
A_MATCHUP = 50
WANTED_SPEED = 0.5
MOST_MEGABYTES = 200
TEXT = "The parcel arrived open, and we are sorry about that. " * 15


def fill(database: Database, votes: int) -> str:
    """Make a study with so many counted votes; returns its name."""
    pairs = CONFIGURATIONS * (CONFIGURATIONS - 1) // 2
    names = [f"Configuration {number}" for number in range(CONFIGURATIONS)]
    with database.transaction() as session:
        study = factories.make_study(
            session,
            configurations=names,
            prompts=max(1, votes // A_MATCHUP // pairs),
            text=lambda name, number: f"{name} says {number}. {TEXT}",
        )
        raters = [factories.make_rater(session, study, f"Rater {n}") for n in range(A_MATCHUP)]
    rng = random.Random(7)

    def wins() -> bool:
        return rng.random() < 0.6

    identity = 0
    with database.transaction() as session:
        columns = (models.Completion.id, models.Completion.configuration_id)
        for prompt_id in study.prompts:
            query = select(*columns).where(models.Completion.prompt_id == prompt_id)
            texts = sorted(session.execute(query), key=lambda row: row.configuration_id)
            rows: list[tuple[dict, ...]] = []
            for place, first in enumerate(texts):
                for second in texts[place + 1 :]:
                    for rater_id in raters:
                        identity += 1
                        rows.append(
                            _vote(identity, study.id, prompt_id, first, second, rater_id, wins())
                        )
            for model, at in ((models.Assignment, 0), (models.Vote, 1), (models.Tallied, 2)):
                session.execute(insert(model), [row[at] for row in rows])
    return study.name


def _vote(identity, study_id, prompt_id, first, second, rater_id, wins) -> tuple[dict, ...]:
    at = factories.MOMENT
    dealt = {
        "id": identity, "token": f"t{identity}", "study_id": study_id, "rater_id": rater_id,
        "prompt_id": prompt_id, "kind": "regular", "state": "voted",
        "first_configuration_id": first.configuration_id, "first_completion_id": first.id,
        "second_configuration_id": second.configuration_id, "second_completion_id": second.id,
        "sides": 1, "draw_probability": 0.5, "lease_until": at, "dealt_at": at,
    }  # fmt: skip
    vote = {
        "id": identity, "assignment_id": identity, "revision": 1, "choice": "left",
        "client_key": f"k{identity}", "body_hash": "", "is_late": False, "created_at": at,
    }  # fmt: skip
    tallied = {
        "assignment_id": identity,
        "study_id": study_id,
        "vote_id": identity,
        "outcome": "first" if wins else "second",
    }
    return dealt, vote, tallied


def ours(address: str, folder: Path, name: str) -> int:
    """Export as the command does; returns the rows."""
    database = Database(address)
    with database.reading() as session:
        records = exports.of_study(session, name, b"key")
        made = writing.write(folder, records, kinds.by_name("trl-dpo"), manifest.About(name, "0"))
    return int(made["rows_out"])


def plain(address: str, folder: Path, name: str) -> int:
    """Write the same rows with one statement and nothing else."""
    del name
    database = Database(address)
    first, second = aliased(models.Completion), aliased(models.Completion)
    columns = (models.Assignment.first_completion_id, models.Assignment.second_completion_id)
    number = 0
    with database.reading() as session, (folder / "rows.jsonl").open("wb") as file:
        query = (
            select(*columns, models.Tallied.outcome, models.Prompt.turns, first.turns, second.turns)
            .join(models.Tallied, models.Tallied.assignment_id == models.Assignment.id)
            .join(models.Rater, models.Rater.id == models.Assignment.rater_id)
            .join(models.Vote, models.Vote.id == models.Tallied.vote_id)
            .join(models.Prompt, models.Prompt.id == models.Assignment.prompt_id)
            .join(first, first.id == models.Assignment.first_completion_id)
            .join(second, second.id == models.Assignment.second_completion_id)
            .order_by(*columns)
        )
        rows = session.execute(query.execution_options(yield_per=1000))
        for _, group in groupby(rows, key=lambda row: (row[0], row[1])):
            cast = list(group)
            ahead = sum(1 if row[2] == "first" else -1 for row in cast)
            if not ahead:
                continue
            chosen, rejected = (cast[0][4], cast[0][5])[:: 1 if ahead > 0 else -1]
            row = {
                "prompt": [{"role": "user", "content": cast[0][3][0]}],
                "chosen": [{"role": "assistant", "content": chosen[0]}],
                "rejected": [{"role": "assistant", "content": rejected[0]}],
            }
            file.write((json.dumps(row) + "\n").encode())
            number += 1
    return number


def _measured(write: Callable[[str, Path, str], int], address: str, name: str, into) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        rows = write(address, Path(place), name)
    spent = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    into.put((rows, spent, cpu, after.ru_maxrss / 1024))


def measure(write: Callable[[str, Path, str], int], address: str, name: str) -> tuple:
    """Return rows, seconds, seconds of processor and the most megabytes of a process of its own."""
    context = multiprocessing.get_context("spawn")
    into = context.Queue()
    child = context.Process(target=_measured, args=(write, address, name, into))
    child.start()
    found = into.get()
    child.join()
    return found


def main() -> int:
    """Measure both in turn and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--votes", type=int, default=VOTES)
    votes = asked.parse_args().votes
    table = Table()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        address = databases.fresh_sqlite(databases.sqlite_template(folder), folder)
        name = fill(Database(address), votes)
        rows, spent, cpu, memory = measure(ours, address, name)
        of, plain_spent, plain_cpu, plain_memory = measure(plain, address, name)
    if rows != of:
        raise SystemExit(f"The plain writer wrote {of} rows, and the export {rows}.")
    table.told("votes", votes)
    table.told("rows", rows)
    table.told("seconds", spent)
    table.told("seconds, plain", plain_spent)
    table.at_least("votes a second of processor", votes / cpu, votes / plain_cpu, WANTED_SPEED)
    table.at_most("memory at most", memory, MOST_MEGABYTES, unit="MB")
    table.told("memory, plain", plain_memory, "MB")
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
