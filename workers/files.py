"""The program that makes and imports files which take a while: ``python -m workers.files``."""

import argparse
import sys
from collections.abc import Mapping
from functools import partial

from service import jobs
from service.settings import Settings
from workers import program
from workers.queue_worker import Duty, Tasks


def main(arguments: list[str] | None = None) -> int:
    """Make files until asked to stop; return the exit code."""
    return program.run(duty, program.parser("files", __doc__).parse_args(arguments))


def duty(settings: Settings, environ: Mapping[str, str], options: argparse.Namespace) -> Duty:
    """Return what makes exports and drafts, imports large uploads, and sends messages."""
    del environ, options

    def load() -> Tasks:
        # A light worker has none of it.
        from service import drafting, exporting, importing  # noqa: PLC0415
        from service.database import Database  # noqa: PLC0415
        from workers import deliveries  # noqa: PLC0415

        database = Database(settings.database_address)
        key = settings.signing_key()

        def work() -> None:
            exporting.make_due(database, key)
            importing.import_due(database)

        return Tasks(
            {
                jobs.EXPORT: work,
                jobs.DRAFT: partial(drafting.make_due, database),
                jobs.DELIVER: partial(
                    deliveries.deliver_due,
                    database,
                    key,
                    may_be_private=settings.webhooks_to_private,
                ),
            },
            after_fork=database.dispose,
        )

    return Duty(jobs.FILES_QUEUE, load)


if __name__ == "__main__":
    sys.exit(main())
