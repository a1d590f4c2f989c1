"""What every worker program does: read options, listen to one queue until it is asked to stop.

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
from service.settings import Settings, child_environment
from workers import logs
from workers.queue_worker import IDLE_SECONDS, Duty, OwnWorker

log = logging.getLogger("evenhand.worker")

_LONGEST_PAUSE = 5.0

MakeDuty = Callable[[Settings, Mapping[str, str], argparse.Namespace], Duty]


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that all workers take."""
    made = argparse.ArgumentParser(prog=f"python -m workers.{name}", description=description)
    made.add_argument(
        "--grace", type=float, default=25.0, help="seconds that calls may take after SIGTERM"
    )
    made.add_argument("--burst", action="store_true", help="end when the queue is empty")
    made.add_argument(
        "--idle",
        type=float,
        default=IDLE_SECONDS,
        help="seconds after the last job until what jobs need is let go",
    )
    # How a worker starts itself again: what is said and published once is left out.
    made.add_argument("--again", action="store_true", help=argparse.SUPPRESS)
    return made


def run(make_duty: MakeDuty, options: argparse.Namespace) -> int:
    """Do a duty until asked to stop; return the exit code.

    The duty is made from the settings, the whole environment as it was, and the options.
    """
    environ = child_environment()
    try:
        settings = Settings.from_environ()
        logs.begin(settings.log_level)
        duty = make_duty(settings, environ, options)
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
