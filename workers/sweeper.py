"""Rings for what the rows say is unfinished: ``python -m workers.sweeper [--once]``."""

import argparse
import logging
import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from service import jobs
from service.database import Database, DatabaseAway, Session, now
from service.errors import ServiceError
from service.settings import Settings
from service.usecases.sighted import webhooks
from service.usecases.sighted.generation import claims
from service.usecases.sighted.results import read
from service.usecases.sighted.studies import drafts, export_files, intakes
from workers import logs

log = logging.getLogger("evenhand.sweeper")

LEADERBOARD_SECONDS = 2.0
COMPLETION_SECONDS = 5.0


@dataclass(frozen=True)
class Swept:
    """What one look found, and how many rings got through."""

    pending: int
    recorded: int
    dirty_studies: int
    exports: int
    drafts: int
    messages: bool
    rings: int
    lost_rings: int


def sweep(database: Database, address: str | None, *, with_completions: bool = True) -> Swept:
    """Look once and ring for what is unfinished; any number of sweepers may do so at once.

    Raises
    ------
    DatabaseAway
        Nothing was rung.
    """
    with database.reading() as session:
        moment = now(session)
        dirty = read.overdue(session, moment)
        due = claims.due(session, moment) if with_completions else claims.Due(0, 0)
        exports = _files_due(session, moment) if with_completions else 0
        waiting = drafts.due(session, moment) if with_completions else 0
        messages = with_completions and webhooks.is_due(session, moment)
    heard = [jobs.ring_ratings(address, study_id) for study_id in dirty]
    if due.pending or due.recorded:
        heard.append(jobs.ring_generation(address))
    if exports:
        heard.append(jobs.ring_exports(address))
    if waiting:
        heard.append(jobs.ring_drafts(address))
    if messages:
        heard.append(jobs.ring_deliveries(address))
    rings, lost = heard.count(True), heard.count(False)
    return Swept(due.pending, due.recorded, len(dirty), exports, waiting, messages, rings, lost)


def _files_due(session: Session, moment: datetime) -> int:
    return export_files.due(session, moment) + intakes.due(session, moment)


class Sweeper:
    """Sweeps until asked to stop; outages of the database and the queue only make it wait."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Plan to sweep this database."""
        self._settings = settings
        self._database = database
        self._stopping = threading.Event()
        self._trouble = ""
        self._completions_at = 0.0

    def stop(self, *_: object) -> None:
        """End after the look that is under way."""
        self._stopping.set()

    def run(self) -> None:
        """Look for dirty leaderboards every 2 s and for completions every 5 s."""
        while not self._stopping.is_set():
            self.look_when_due()
            self._stopping.wait(LEADERBOARD_SECONDS)

    def look_when_due(self) -> None:
        """Sweep once, for completions as well where the last time was 5 s ago."""
        with_completions = time.monotonic() - self._completions_at >= COMPLETION_SECONDS
        self.look(with_completions=with_completions)
        if with_completions:
            self._completions_at = time.monotonic()

    def look(self, *, with_completions: bool) -> None:
        """Sweep once; say it once when something is away, and once when it is back."""
        try:
            address = jobs.address_of(self._settings)
            swept = sweep(self._database, address, with_completions=with_completions)
        except DatabaseAway:
            self._say("the database is away")
        except Exception:
            log.exception("a look failed; the next one follows")
        else:
            self._say("the queue is away; what is due waits" if swept.lost_rings else "")

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            if trouble:
                log.warning("%s", trouble)
            else:
                log.info("all is reachable again")
        self._trouble = trouble


def main(arguments: list[str] | None = None) -> int:
    """Run the sweeper, or one look with ``--once``; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m workers.sweeper", description=__doc__)
    parser.add_argument("--once", action="store_true", help="look once, say what was found, end")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environ()
        logs.begin(settings.log_level)
        database = Database(settings.database_address, pool_size=1)
        if options.once:
            swept = sweep(database, jobs.address_of(settings))
            log.info(
                "pending %d, recorded %d, studies with new votes %d, exports %d, "
                "drafts %d; rang %d times, %d in vain",
                swept.pending, swept.recorded, swept.dirty_studies, swept.exports,
                swept.drafts, swept.rings, swept.lost_rings,
            )  # fmt: skip
            return 1 if swept.lost_rings else 0
    except ServiceError as error:
        log.error("%s", error.message)  # noqa: TRY400 - a sentence for the operator
        return 2
    sweeper = Sweeper(settings, database)
    signal.signal(signal.SIGTERM, sweeper.stop)
    signal.signal(signal.SIGINT, sweeper.stop)
    sweeper.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
