"""The program that makes files which take a while: ``python -m workers.files``."""

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
    """Return what makes exports and drafts of prompts, and sweeps exports that are old."""
    del environ, options

    def load() -> Tasks:
        from service import drafting, exporting  # noqa: PLC0415 - a light worker has none of it
        from service.database import Database  # noqa: PLC0415

        database = Database(settings.database_address)
        key = settings.signing_key()
        return Tasks(
            {
                jobs.EXPORT: partial(exporting.make_due, database, key),
                jobs.DRAFT: partial(drafting.make_due, database),
            },
            after_fork=database.dispose,
        )

    return Duty(jobs.FILES_QUEUE, load)


if __name__ == "__main__":
    sys.exit(main())
