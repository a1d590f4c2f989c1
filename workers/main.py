"""Starts a worker: ``python -m workers.main completions`` or ``… ratings``, one queue each."""

import argparse
import gc
import importlib
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from redis.exceptions import RedisError

from service import jobs
from service.database import Database, DatabaseAway, now
from service.errors import ServiceError
from service.settings import PROVIDER_KEY_SUFFIX, Settings, child_environment
from service.usecases.sighted.generation import prices

log = logging.getLogger("evenhand.worker")

_ADDRESS_SUFFIXES = ("_API_BASE", "_BASE_URL", "_API_BASE_FILE", "_BASE_URL_FILE")
_OWN_NAMES = frozenset({"DATABASE_URL", "REDIS_URL", "PUBLIC_URL"})
_LONGEST_PAUSE = 5.0


def main(arguments: list[str] | None = None) -> int:
    """Run a worker until it is asked to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m workers.main", description=__doc__)
    parser.add_argument("queue", choices=["completions", "ratings"])
    parser.add_argument(
        "--grace", type=float, default=25.0, help="seconds that calls may take after SIGTERM"
    )
    parser.add_argument("--burst", action="store_true", help="end when the queue is empty")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environ()
        logging.basicConfig(
            level=settings.log_level, format="%(levelname)s %(message)s", stream=sys.stdout
        )
        for noisy in ("LiteLLM", "httpx", "httpcore", "openai", "rq.worker", "asyncio"):
            logging.getLogger(noisy).setLevel(logging.ERROR)
        database = Database(settings.database_address)
        if options.queue == "completions":
            queue, publish = _prepare_completions(settings, database, options.grace)
        else:
            queue, publish = _prepare_ratings(settings, database)
        address = jobs.address_of(settings)
        if not address:
            log.error("No queue server: set REDIS_URL, or start everything by `make run`.")
            return 2
    except ServiceError as error:
        log.error("%s", error.message)  # noqa: TRY400 - a sentence for the operator
        return 2
    publish()
    database.dispose()
    gc.collect()
    gc.freeze()
    return _work(queue, address, burst=options.burst)


def _prepare_completions(
    settings: Settings, database: Database, grace: float
) -> tuple[str, Callable[[], None]]:
    """Load litellm and make a first call; return the queue and what publishes prices."""
    environ = child_environment()
    for name in ignored_variables(environ):
        # What the library cannot see it cannot send to the wrong place.
        os.environ.pop(name, None)  # noqa: TID251
    completions = importlib.import_module("workers.completions")
    shift = importlib.import_module("workers.shift")
    offline = importlib.import_module("workers.offline")
    warm_up = importlib.import_module("workers.warm_up")
    llm = importlib.import_module("workers.llm")
    providers = importlib.import_module("workers.providers")

    offline.register()
    queue_worker = importlib.import_module("workers.queue_worker")

    queue_worker.OwnJob.seconds = shift.longest_seconds(settings.call_deadline)
    completions.prepare(
        shift.Surroundings(
            settings,
            database,
            providers.load(settings.endpoints_file, environ, settings.provider_limits),
            grace,
        )
    )
    warm_up.call_once()
    rows = [prices.KnownModel(*row) for row in llm.known_prices()]
    return jobs.COMPLETIONS_QUEUE, lambda: _publish(database, rows)


def _prepare_ratings(settings: Settings, database: Database) -> tuple[str, Callable[[], None]]:
    ratings = importlib.import_module("workers.ratings")
    ratings.prepare(settings, database)
    return jobs.RATINGS_QUEUE, lambda: None


def ignored_variables(environ: "dict[str, str]") -> list[str]:
    """Return variables to take out of the environment before litellm is imported.

    Keys are handed over call by call, and addresses come from ENDPOINTS_FILE only: otherwise
    a library could send the one to the other.
    """
    keys = (PROVIDER_KEY_SUFFIX, f"{PROVIDER_KEY_SUFFIX}_FILE")
    return sorted(
        name
        for name in environ
        if name.endswith(keys + _ADDRESS_SUFFIXES) and name not in _OWN_NAMES
    )


def _publish(database: Database, rows: list[prices.KnownModel]) -> None:
    try:
        with database.transaction() as session:
            changed = prices.publish(session, rows, now(session))
    except DatabaseAway:
        log.warning("The database is away; models and prices were not published.")
    else:
        if changed:
            log.info("published %d models and prices", changed)


def _work(queue: str, address: str, *, burst: bool) -> int:
    """Listen until asked to stop, waiting for a queue server that is not there yet."""
    from redis import Redis  # noqa: PLC0415

    from workers.queue_worker import OwnWorker  # noqa: PLC0415 - RQ after the environment is set

    pause = 0.2
    while True:
        with suppress(RedisError, OSError):
            worker = OwnWorker(queue, Redis.from_url(address, socket_connect_timeout=5))
            log.info("ready: listening on %s", queue)
            pause = 0.2
            worker.work(burst=burst, logging_level="ERROR")
            if burst or worker.was_asked_to_stop:
                return 0
        log.warning("the queue server is away; trying again in %.0f s", pause)
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


if __name__ == "__main__":
    sys.exit(main())
