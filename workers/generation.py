"""The program that generates completions: ``python -m workers.generation``."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial

from service import jobs
from service.settings import PROVIDER_KEY_SUFFIX, Settings
from workers import program, providers
from workers.queue_worker import Duty, Tasks, die_with

log = logging.getLogger("evenhand.worker")

_ADDRESS_SUFFIXES = ("_API_BASE", "_BASE_URL", "_API_BASE_FILE", "_BASE_URL_FILE")
_OWN_NAMES = frozenset({"DATABASE_URL", "REDIS_URL", "PUBLIC_URL"})


def main(arguments: list[str] | None = None) -> int:
    """Generate until asked to stop; return the exit code."""
    options = program.parser("generation", __doc__).parse_args(arguments)
    return program.run(duty, options)


def duty(settings: Settings, environ: Mapping[str, str], options: argparse.Namespace) -> Duty:
    """Clean the environment, publish prices, and return what generates.

    litellm is loaded before the first job and not earlier, so after the cleaning.
    """
    for name in ignored_variables(environ):
        # What the library cannot see it cannot send to the wrong place.
        os.environ.pop(name, None)  # noqa: TID251
    reach = providers.load(settings.endpoints_file, environ, settings.provider_limits)
    if not options.again:
        _aside(lambda: _publish(settings, reach))

    def load() -> Tasks:
        from service.database import Database  # noqa: PLC0415 - a light worker has none of it
        from workers import offline, shift, warm_up  # noqa: PLC0415

        offline.register()
        database = Database(settings.database_address)
        here = shift.Surroundings(settings, database, reach, options.grace)
        warm_up.call_once()
        warm_up.prepare_once()
        return Tasks(
            {jobs.GENERATE: partial(shift.generate, here)},
            shift.longest_seconds(settings.call_deadline),
            # Connections of the parent are the parent's.
            after_fork=database.dispose,
        )

    return Duty(jobs.COMPLETIONS_QUEUE, load)


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


def _publish(settings: Settings, may_call: providers.Providers) -> None:
    from service.database import Database, DatabaseAway, now  # noqa: PLC0415 - see `_aside`
    from service.usecases.sighted.generation import prices, reach  # noqa: PLC0415
    from workers import guarded, price_list  # noqa: PLC0415

    rows = [prices.KnownModel(*row) for row in price_list.known_prices()]
    try:
        with Database(settings.database_address, pool_size=1).transaction() as session:
            changed = prices.publish(session, rows, now(session))
            reach.publish(session, may_call.missing_keys(sorted(guarded.PASSING)))
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


if __name__ == "__main__":
    sys.exit(main())
