"""How long a leaderboard takes after one more vote, with 10⁴, 10⁶ and 10⁷ votes in PostgreSQL.

``make bench-leaderboard``. Counts and cells are written as folding would have left them; then
one real vote is cast and the real job refreshes. What a refresh takes must not grow with the votes,
and stands beside what it cannot do without: a plain SELECT of the same counts, and the fit of
counts that are in memory.
"""

import argparse
import random
import statistics
import sys
import time
from datetime import timedelta

import numpy as np
from sqlalchemy import func, insert, select

from service.database import Database
from service.store import models, tallies
from service.usecases.blind import voting
from service.usecases.sighted.results import compute
from tests import databases, factories
from tests.benchmarks.table import Table
from workers import leaderboards

CONFIGURATIONS = 20
PROMPTS = 500
RATERS = 400
SIZES = (10_000, 1_000_000, 10_000_000)
ROUNDS = 7
WANTED = 1.5  # times what it takes with the fewest votes
WANTED_OF_LIMIT = 4.0  # a refresh also folds, reads the rest of the study, and stores
SCOPES = (tallies.ALL, tallies.BY_RATER, tallies.BY_PROMPT)
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


def begin(database: Database, study: factories.MadeStudy) -> tuple[int, float]:
    """Return a rater of the study, and the seconds of its first, full refresh."""
    with database.transaction() as session:
        rater_id = factories.make_rater(session, study, f"Ben of {study.name}")
    started = time.perf_counter()
    leaderboards.refresh(database, study.id)
    return rater_id, time.perf_counter() - started


def vote_once(
    database: Database, study: factories.MadeStudy, rater_id: int, rng: random.Random
) -> float:
    """Cast one more vote; return the milliseconds of the refresh that follows."""
    with database.transaction() as session:
        lease = timedelta(hours=1)
        (dealt,) = factories.deal(session, rater_id, factories.later(0), rng, lease, 1)
        key = f"key {dealt.token}"
        voting.cast(session, rater_id, dealt.token, "left", key, factories.later(1))
    started = time.perf_counter()
    leaderboards.refresh(database, study.id)
    return 1000 * (time.perf_counter() - started)


def count_cells(database: Database, study: factories.MadeStudy) -> int:
    """Return how many cells the study's counts have."""
    with database.reading() as session:
        rows = select(func.count()).select_from(models.Tally)
        return session.scalar(rows.where(models.Tally.study_id == study.id)) or 0


def limit(database: Database, study: factories.MadeStudy, *, with_cells: bool) -> float:
    """Return the milliseconds of a plain SELECT of the counts and of their fit in memory."""
    with database.reading() as session:
        basis = compute.load(session, study.id, factories.later(2), with_cells=with_cells)
    started = time.perf_counter()
    with database.reading() as session:
        for scope in SCOPES if with_cells else SCOPES[:1]:
            tallies.of_scope(session, study.id, scope)
    compute.compute(basis)
    return 1000 * (time.perf_counter() - started)


def measure(database: Database, table: Table, most: int) -> None:
    """Fill a study of each size, refresh them in turn, and tell how they compare."""
    sizes = [size for size in SIZES if size <= most]
    filled = [fill(database, size) for size in sizes]
    began = [begin(database, study) for study in filled]
    rng = random.Random(3)
    rounds = [
        [
            vote_once(database, study, rater_id, rng)
            for study, (rater_id, _) in zip(filled, began, strict=True)
        ]
        for _ in range(ROUNDS)
    ]
    medians = [statistics.median(took) for took in zip(*rounds, strict=True)]
    print(f"{'votes':>12} {'cells':>9} {'clustered, s':>13} {'after one vote, ms':>19}")
    for size, study, (_, full), median in zip(sizes, filled, began, medians, strict=True):
        cells = count_cells(database, study)
        print(f"{size:>12,} {cells:>9,} {full:>13.2f} {median:>19.1f}")
    for size, study, (_, full), median in zip(sizes, filled, began, medians, strict=True):
        what = f"the first refresh of {size:,} votes beside SELECT and fit"
        of_all = limit(database, study, with_cells=True)
        table.at_most(what, 1000 * full, of_all, WANTED_OF_LIMIT, "ms")
        with database.reading() as session:
            is_quick = tallies.has_more_cells(session, study.id, compute.CELLS_AT_ONCE)
        limits = [limit(database, study, with_cells=not is_quick) for _ in range(ROUNDS)]
        what = f"a refresh after one vote, {size:,} votes beside SELECT and fit"
        table.at_most(what, median, statistics.median(limits), WANTED_OF_LIMIT, "ms")
    for size, median in list(zip(sizes, medians, strict=True))[1:]:
        what = f"a refresh after one vote, {size:,} votes beside {sizes[0]:,}"
        table.at_most(what, median, medians[0], WANTED, "ms")


def main() -> int:
    """Print the tables; return 1 where a refresh grows with the votes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="votes of the largest study")
    most = parser.parse_args().most
    table = Table()
    compute.SECONDS_BETWEEN = 3600.0  # the quick refresh alone is measured here
    with databases.postgres_server() as server:
        if server is None:
            print("no PostgreSQL: set TEST_DATABASE_URL or install it")
            return 1
        made = databases.PostgresDatabases(server.address)
        database = Database(made.fresh())
        measure(database, table, most)
        database.engine.dispose()
        made.drop()
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
