"""How long a leaderboard takes after one more vote, with 10⁴, 10⁶ and 10⁷ votes in PostgreSQL.

``make bench-leaderboard``. Counts and cells are written as folding would have left them; then
one real vote is cast and the real job refreshes. Nothing is wanted in milliseconds: each refresh
stands beside what it cannot do without (a plain SELECT of the same counts, and the fit from memory)
in the same run, and the largest study beside the smallest.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import numpy as np
from sqlalchemy import insert

from service.database import Database
from service.settings import Settings
from service.store import models, tallies
from service.usecases.blind import assignments, votes
from service.usecases.sighted.results import compute
from tests import databases, factories
from tests.benchmarks.table import Table
from workers import ratings

CONFIGURATIONS = 20
PROMPTS = 500
RATERS = 400
SIZES = (10_000, 1_000_000, 10_000_000)
ROUNDS = 7
SCOPES = (tallies.ALL, tallies.BY_RATER, tallies.BY_PROMPT)
# Beside what it cannot do without, a refresh folds, reads the rest of the study, and stores.
MOST_TIMES = 4.0
# The largest study beside the smallest: nothing may grow with the votes.
GROWTH = 2.0
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


@dataclass(frozen=True)
class Times:
    """Seconds that a study's leaderboard took, and what it cannot do without.

    That is a plain SELECT of the counts that it rests on, and the fit from memory.
    """

    cells: int
    first: float
    first_limit: float
    one_more: float
    one_more_limit: float

    @property
    def is_quick(self) -> bool:
        """Whether one more vote is counted without looking at the cells."""
        return self.cells > compute.CELLS_AT_ONCE


def refresh_times(database: Database, study: factories.MadeStudy) -> Times:
    """Time the first refresh, over all cells, and refreshes after one more vote each."""
    with database.transaction() as session:
        rater_id = factories.make_rater(session, study, f"Ben of {study.name}")
    first = timed(partial(ratings.refresh, study.id))
    took = []
    rng = random.Random(3)
    for count in range(ROUNDS):
        with database.transaction() as session:
            dealt = assignments.deal(
                session, rater_id, factories.later(0), rng, timedelta(hours=1), 1
            )
            votes.cast(
                session,
                rater_id,
                dealt[0].token,
                "left",
                f"{study.name}-{count}",
                factories.later(1),
            )
        took.append(timed(partial(ratings.refresh, study.id)))
    every = loaded(database, study, with_cells=True)
    cells = len(every.by_rater) + len(every.by_prompt)
    first_limit = limit(database, study, every, SCOPES)
    if cells > compute.CELLS_AT_ONCE:
        alone = loaded(database, study, with_cells=False)
        limits = [limit(database, study, alone, [tallies.ALL]) for _ in range(ROUNDS)]
    else:
        limits = [limit(database, study, every, SCOPES) for _ in range(ROUNDS)]
    return Times(
        cells=cells,
        first=first,
        first_limit=first_limit,
        one_more=statistics.median(took),
        one_more_limit=statistics.median(limits),
    )


def limit(
    database: Database,
    study: factories.MadeStudy,
    basis: compute.Basis,
    scopes: Sequence[str],
) -> float:
    """Return seconds of a plain SELECT of these scopes and of the fit of a basis in memory."""

    def select_all() -> None:
        with database.reading() as session:
            for scope in scopes:
                tallies.of_scope(session, study.id, scope)

    return timed(select_all) + timed(partial(compute.compute, basis))


def loaded(database: Database, study: factories.MadeStudy, *, with_cells: bool) -> compute.Basis:
    with database.reading() as session:
        return compute.load(session, study.id, factories.later(2), with_cells=with_cells)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds some work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> int:
    """Print the table; sizes may be given as arguments."""
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    compute.SECONDS_BETWEEN = 3600.0  # the quick refresh alone is measured here
    with databases.postgres_server() as server:
        if server is None:
            print("no PostgreSQL: set TEST_DATABASE_URL or install it")
            return 1
        made = databases.PostgresDatabases(server.address)
        database = Database(made.fresh())
        ratings.prepare(Settings(), database)
        found = {number: refresh_times(database, fill(database, number)) for number in sizes}
        database.engine.dispose()
        made.drop()
    table = Table()
    for number, times in found.items():
        table.told(f"{number:,} votes: cells", times.cells)
        table.at_most(
            f"{number:,} votes: one more vote, beside SELECT and fit",
            1000 * times.one_more,
            1000 * times.one_more_limit,
            MOST_TIMES,
            "ms",
        )
        table.at_most(
            f"{number:,} votes: all cells, beside SELECT and fit",
            times.first,
            times.first_limit,
            MOST_TIMES,
            "s",
        )
    quick = [number for number in found if found[number].is_quick]
    if len(quick) > 1:
        table.at_most(
            f"one more vote: {max(quick):,} beside {min(quick):,} votes",
            1000 * found[max(quick)].one_more,
            1000 * found[min(quick)].one_more,
            GROWTH,
            "ms",
        )
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
