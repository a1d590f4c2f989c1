"""How long a leaderboard takes after one more vote, with 10⁴, 10⁶ and 10⁷ votes in PostgreSQL.

``make bench-leaderboard``. Counts and cells are written as folding would have left them; then
one real vote is cast and the real job refreshes. Beside it stands the physical limit that we
spare ourselves: counting all votes anew in the database.
"""

import random
import statistics
import sys
import time
from datetime import timedelta

import numpy as np
from sqlalchemy import insert, select, text

from service.database import Database
from service.store import models, tallies
from service.usecases.blind import dealing, voting
from service.usecases.sighted.results import compute
from tests import databases, factories
from workers import ratings

CONFIGURATIONS = 20
PROMPTS = 500
RATERS = 400
SIZES = (10_000, 1_000_000, 10_000_000)
ROUNDS = 7
OUTCOMES = ("first", "second", "both_good", "both_bad")


def fill(database: Database, number: int) -> factories.MadeStudy:
    """Make a study whose counts stand for so many votes."""
    names = [f"Configuration {index}" for index in range(CONFIGURATIONS)]
    with database.transaction() as session:
        study = factories.make_study(
            session, f"big-{number}", configurations=names, prompts=8, votes_per_matchup=10**6
        )
    rng = np.random.default_rng(7)
    pairs = [(a, b) for a in range(CONFIGURATIONS) for b in range(a + 1, CONFIGURATIONS)]
    ids = sorted(study.configurations.values())
    with database.transaction() as session:
        for scope, clusters in (
            (tallies.ALL, 1),
            (tallies.BY_RATER, RATERS),
            (tallies.BY_PROMPT, PROMPTS),
        ):
            cells = len(pairs) * len(OUTCOMES) * 2 * clusters
            counts = rng.multinomial(number, np.full(cells, 1 / cells)).reshape(
                clusters, len(pairs), len(OUTCOMES), 2
            )
            found = np.argwhere(counts > 0)
            rows = [
                {
                    "study_id": study.id,
                    "scope": scope,
                    "scope_id": 0 if scope == tallies.ALL else 10**6 + int(cluster),
                    "first_configuration_id": ids[pairs[pair][0]],
                    "second_configuration_id": ids[pairs[pair][1]],
                    "outcome": OUTCOMES[outcome],
                    "first_was_left": bool(side),
                    "count": int(counts[cluster, pair, outcome, side]),
                }
                for cluster, pair, outcome, side in found
            ]
            for start in range(0, len(rows), 20_000):
                session.execute(insert(models.Tally), rows[start : start + 20_000])
    return study


def refresh_times(database: Database, study: factories.MadeStudy) -> tuple[float, list[float], int]:
    """Return seconds of the first, full refresh and of refreshes after one more vote each."""
    with database.transaction() as session:
        rater_id = factories.make_rater(session, study, f"Ben of {study.name}")
    started = time.perf_counter()
    ratings.refresh(study.id)
    full = time.perf_counter() - started
    took = []
    rng = random.Random(3)
    for count in range(ROUNDS):
        with database.transaction() as session:
            dealt = dealing.deal(session, rater_id, factories.later(0), rng, timedelta(hours=1), 1)
            voting.cast(
                session,
                rater_id,
                dealt[0].token,
                "left",
                f"{study.name}-{count}",
                factories.later(1),
            )
        started = time.perf_counter()
        ratings.refresh(study.id)
        took.append(time.perf_counter() - started)
    with database.reading() as session:
        cells = session.scalar(
            select(text("count(*)"))
            .select_from(models.Tally)
            .where(models.Tally.study_id == study.id)
        )
    return full, took, int(cells or 0)


def main() -> int:
    """Print the table."""
    compute.SECONDS_BETWEEN = 3600.0  # the quick refresh alone is measured here
    with databases.postgres_server() as server:
        if server is None:
            print("no PostgreSQL: set TEST_DATABASE_URL or install it")
            return 1
        made = databases.PostgresDatabases(server.address)
        database = Database(made.fresh())
        ratings._surroundings[:] = [(database, __import__("os").getpid())]
        print(f"{'votes':>12} {'cells':>9} {'clustered, s':>13} {'after one vote, ms':>19}")
        medians = []
        for number in SIZES:
            study = fill(database, number)
            full, took, cells = refresh_times(database, study)
            medians.append(statistics.median(took))
            print(f"{number:>12,} {cells:>9,} {full:>13.2f} {1000 * medians[-1]:>19.1f}")
        print(f"after one vote, 10⁷ against 10⁴ votes: {medians[-1] / medians[0]:.2f} times")
        database.engine.dispose()
        made.drop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
