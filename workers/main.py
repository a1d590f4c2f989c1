"""Starts a worker: ``python -m workers.main completions`` or ``… ratings``, one queue each.

A worker starts light and listens. What its jobs need (litellm, or numpy and scipy) is loaded before
the first of them; when none has come for a while, the process starts itself again, light.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

from service import jobs
from service.errors import ServiceError
from service.settings import PROVIDER_KEY_SUFFIX, Settings, child_environment
from workers import logs, providers
from workers.queue_worker import IDLE_SECONDS, Duty, OwnJob, OwnWorker, die_with

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
    parser.add_argument(
        "--sweep", action="store_true", help="ratings: do what workers.sweeper does as well"
    )
    parser.add_argument(
        "--idle",
        type=float,
        default=IDLE_SECONDS,
        help="seconds after the last job until what jobs need is let go",
    )
    # How a worker starts itself again: what is said and published once is left out.
    parser.add_argument("--again", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    environ = child_environment()
    try:
        settings = Settings.from_environ()
        logs.begin(settings.log_level)
        if options.queue == "completions":
            duty = _completions(settings, environ, options.grace, publishes=not options.again)
        else:
            duty = _ratings(settings, sweeps=options.sweep)
        address = jobs.address_of(settings)
        if not address:
            log.error("No queue server: set REDIS_URL, or start everything by `make run`.")
            return 2
    except ServiceError as error:
        log.error("%s", error.message)  # noqa: TRY400 - a sentence for the operator
        return 2
    log.log(logging.DEBUG if options.again else logging.INFO, "ready: listening on %s", duty.queue)
    if _work(duty, address, burst=options.burst, idle_seconds=options.idle):
        again = [] if options.again else ["--again"]
        os.execve(sys.executable, [*sys.orig_argv, *again], environ)  # noqa: S606 - this program
    return 0


def _completions(
    settings: Settings, environ: Mapping[str, str], grace: float, *, publishes: bool
) -> Duty:
    """Publish prices if asked, and return what generates."""
    for name in ignored_variables(environ):
        # What the library cannot see it cannot send to the wrong place.
        os.environ.pop(name, None)  # noqa: TID251
    reach = providers.load(settings.endpoints_file, environ, settings.provider_limits)
    if publishes:
        _aside(lambda: _publish(settings))

    def load() -> None:
        from service.database import Database  # noqa: PLC0415 - a light worker has none of it
        from workers import completions, offline, shift, warm_up  # noqa: PLC0415

        offline.register()
        OwnJob.seconds = shift.longest_seconds(settings.call_deadline)
        completions.prepare(
            shift.Surroundings(settings, Database(settings.database_address), reach, grace)
        )
        warm_up.call_once()

    return Duty(jobs.COMPLETIONS_QUEUE, load)


def _ratings(settings: Settings, *, sweeps: bool) -> Duty:
    """Return what keeps leaderboards fresh and, if asked, rings for what is unfinished."""

    def load() -> None:
        from workers import ratings  # noqa: PLC0415 - a light worker has no numerics

        ratings.prepare(settings)

    if not sweeps:
        return Duty(jobs.RATINGS_QUEUE, load)
    from service.database import Database  # noqa: PLC0415 - a light worker has none of it
    from workers.sweeper import Sweeper  # noqa: PLC0415

    database = Database(settings.database_address, pool_size=1)
    sweeper = Sweeper(settings, database)
    return Duty(jobs.RATINGS_QUEUE, load, sweeper.look_when_due, database.engine.dispose)


def _aside(work: Callable[[], None]) -> None:
    """Do something in a process of its own, so that nothing it loads stays in this one."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            die_with(parent)
            work()
        except Exception as error:  # noqa: BLE001 - the worker goes on without
            log.warning("models and prices were not published: %s", type(error).__name__)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def _publish(settings: Settings) -> None:
    from service.database import Database, DatabaseAway, now  # noqa: PLC0415 - see `_aside`
    from service.usecases.sighted.generation import prices  # noqa: PLC0415
    from workers import price_list  # noqa: PLC0415

    rows = [prices.KnownModel(*row) for row in price_list.known_prices()]
    try:
        with Database(settings.database_address, pool_size=1).transaction() as session:
            changed = prices.publish(session, rows, now(session))
    except DatabaseAway:
        log.warning("The database is away; models and prices were not published.")
    else:
        if changed:
            log.info("published %d models and prices", changed)


def ignored_variables(environ: Mapping[str, str]) -> list[str]:
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


def _work(duty: Duty, address: str, *, burst: bool, idle_seconds: float) -> bool:
    """Listen until asked to stop, waiting for a queue server that is not there yet.

    Returns whether it ended because nothing had come for a while.
    """
    pause = 0.2
    while True:
        with suppress(RedisError, OSError):
            connection = Redis.from_url(address, socket_connect_timeout=5)
            worker = OwnWorker(duty, connection, idle_seconds=idle_seconds)
            pause = 0.2
            worker.work(burst=burst, logging_level="ERROR")
            if burst or worker.was_asked_to_stop:
                return False
            if worker.is_idle:
                return True
        log.warning("the queue server is away; trying again in %.0f s", pause)
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


if __name__ == "__main__":
    sys.exit(main())
