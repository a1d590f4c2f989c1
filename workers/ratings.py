"""The program that keeps leaderboards fresh: ``python -m workers.ratings``."""

import argparse
import sys
from collections.abc import Mapping
from functools import partial

from service import jobs
from service.settings import Settings, keep_to_one_core
from workers import program
from workers.queue_worker import Duty, Tasks


def main(arguments: list[str] | None = None) -> int:
    """Rate until asked to stop; return the exit code."""
    parser = program.parser("ratings", __doc__)
    parser.add_argument("--sweep", action="store_true", help="do what workers.sweeper does as well")
    return program.run(duty, parser.parse_args(arguments))


def duty(settings: Settings, environ: Mapping[str, str], options: argparse.Namespace) -> Duty:
    """Return what keeps leaderboards fresh and, if asked, rings for what is unfinished."""
    del environ

    def load() -> Tasks:
        keep_to_one_core()
        from service.database import Database  # noqa: PLC0415 - a light worker has no numerics
        from workers import leaderboards  # noqa: PLC0415

        database = Database(settings.database_address)
        refresh = partial(leaderboards.refresh, database)
        return Tasks({jobs.REFRESH: refresh}, after_fork=database.dispose)

    if not options.sweep:
        return Duty(jobs.RATINGS_QUEUE, load)
    from service.database import Database  # noqa: PLC0415 - a light worker has none of it
    from workers.sweeper import Sweeper  # noqa: PLC0415

    database = Database(settings.database_address, pool_size=1)
    sweeper = Sweeper(settings, database)
    return Duty(jobs.RATINGS_QUEUE, load, sweeper.look_when_due, database.engine.dispose)


if __name__ == "__main__":
    sys.exit(main())
