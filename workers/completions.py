"""The job that generates completions; what one run of it does stands in `shift`."""

import asyncio
import logging
import os
import signal
from contextlib import suppress

from service import jobs
from service.database import Database, DatabaseAway
from service.settings import Settings
from service.usecases.sighted.generation import progress
from workers import agents, llm, providers
from workers.shift import Shift, Surroundings

log = logging.getLogger("evenhand.completions")

_surroundings: list[Surroundings] = []


def prepare(surroundings: Surroundings) -> None:
    """Keep what `generate` needs, before work-horses are forked."""
    _surroundings[:] = [surroundings]


def generate() -> None:
    """Generate what is due for about a minute, then ring for the next who does.

    Safe to run any number of times at once: what to do is claimed row by row.
    """
    if not _surroundings:
        settings = Settings.from_environ()
        prepare(
            Surroundings(
                settings,
                Database(settings.database_address),
                providers.load(settings.endpoints_file, limits=settings.provider_limits),
            )
        )
    here = _surroundings[0]
    if os.getpid() != here.process:
        here.database.dispose()  # connections of the parent are the parent's
    unfinished = _unfinished(here.database)
    shift = Shift(here)
    loop = asyncio.new_event_loop()
    try:
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(signal.SIGTERM, shift.stop)
        is_more_due = loop.run_until_complete(shift.run())
        loop.run_until_complete(llm.close())
        loop.run_until_complete(agents.close())
        loop.run_until_complete(_cancel_rest())
    finally:
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.remove_signal_handler(signal.SIGTERM)
        loop.close()  # without waiting for a thread that some library left hanging
    if shift.counts:
        _say_progress(here.database, unfinished | _unfinished(here.database))
    if is_more_due and not shift.is_stopping:
        jobs.ring_generation(jobs.address_of(here.settings))


def _unfinished(database: Database) -> set[int]:
    """Return the studies with completions to come, none while the database is away."""
    try:
        with database.reading() as session:
            return progress.unfinished(session)
    except DatabaseAway:
        return set()


def _say_progress(database: Database, study_ids: set[int]) -> None:
    with suppress(DatabaseAway), database.reading() as session:
        for one in progress.of(session, study_ids):
            failed = f", {one.failed} failed" if one.failed else ""
            to_come = f", {one.to_come} to come" if one.to_come else ""
            log.info("%s: %d answers ready%s%s", one.study, one.ready, failed, to_come)


async def _cancel_rest() -> None:
    """End what a library left running in this loop."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=1.0)
