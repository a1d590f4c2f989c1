"""The RQ worker as we run it: our jobs only, short heartbeats, horses that die with it."""

import ctypes
import logging
import os
import signal
import sys
from types import FrameType
from typing import Any

from redis import Redis
from rq import Worker
from rq.exceptions import StopRequested
from rq.job import Job, JobStatus
from rq.queue import Queue
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from service import jobs

log = logging.getLogger("evenhand.worker")

WORKER_TTL = 75
MAINTENANCE_INTERVAL = 60
MONITORING_INTERVAL = 10
_PR_SET_PDEATHSIG = 1
_HARMLESS = frozenset(
    {b"data", b"created_at", b"origin", b"enqueued_at", b"started_at", b"ended_at", b"status"}
    | {b"last_heartbeat", b"worker_name", b"result_ttl", b"failure_ttl", b"ttl"}
)


class ForeignJob(Exception):
    """Somebody who can write to the queue asked for a function that is not one of our jobs."""


class JobOverdue(BaseException):
    """The job ran into its time limit; no `except Exception` on the way may swallow that."""


class DeathPenalty(UnixSignalDeathPenalty):  # type: ignore[misc]
    """Ends an overdue job with an error that goes through everything."""

    def __init__(self, timeout: int, exception: type = JobTimeoutException, **options: Any) -> None:
        """Take RQ's error for jobs as ours, and leave its error for monitoring alone."""
        ours = JobOverdue if exception is JobTimeoutException else exception
        super().__init__(timeout, ours, **options)


class OwnJob(Job):  # type: ignore[misc]
    """A job that runs one of our functions and nothing else that its record may name.

    Whoever can write to the queue could otherwise have any importable function called, as
    the job or as its callback, or have a web address of their choice called.
    """

    seconds = 3600  # the worker sets what fits its jobs

    def restore(self, raw_data: Any) -> Any:
        """Read a record, without callbacks, webhooks, retries, repeats, dependents and limits."""
        kept = {}
        for key, value in dict(raw_data).items():
            name = key if isinstance(key, bytes) else str(key).encode()
            if name in _HARMLESS:
                kept[name] = value
        super().restore(kept)
        self.timeout = self.seconds
        self.result_ttl = jobs.RESULT_SECONDS
        self.failure_ttl = jobs.FAILURE_SECONDS
        self.description = None

    @property
    def func_name(self) -> str | None:
        """The function's name.

        Raises
        ------
        ForeignJob
            Where it is not one of ours.
        """
        name = super().func_name
        if name not in jobs.NAMES or self.instance is not None:
            raise ForeignJob("The queue holds a job that is not one of ours; it was not run.")
        return str(name)

    @func_name.setter
    def func_name(self, value: str) -> None:
        self._func_name = value

    def send_webhooks(self, *_: Any, **__: Any) -> None:
        """Call no address that a job's record names."""


class OwnWorker(Worker):  # type: ignore[misc]
    """A worker on exactly one queue, whose work-horse ends with it and on its request."""

    death_penalty_class = DeathPenalty
    job_class = OwnJob
    max_connection_wait_time = 5.0
    log_result_lifespan = False

    def __init__(self, queue: str, connection: "Redis") -> None:
        """Listen on one queue: with two, a crash between pop and start loses the job for ever."""
        super().__init__(
            [queue],
            connection=connection,
            serializer=jobs.SERIALIZER,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE_INTERVAL,
            job_monitoring_interval=MONITORING_INTERVAL,
            default_result_ttl=jobs.RESULT_SECONDS,
            log_job_description=False,
        )

    @property
    def was_asked_to_stop(self) -> bool:
        """Whether a signal, not an outage, ended the work."""
        return self._shutdown_requested_date is not None

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork the process that does the job; it is killed when this one dies."""
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            os.setpgrp()
            die_with(parent)
            self.main_work_horse(job, queue)
            os._exit(0)
        self._horse_pid = child

    def setup_work_horse_signals(self) -> None:
        """Let the job decide what SIGTERM means; until it does, it ends the horse."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop: at once when idle, else pass the request on to the horse and wait for it."""
        if self.horse_pid:
            try:
                os.kill(self.horse_pid, signal.SIGTERM)
            except ProcessLookupError:
                log.debug("the work-horse has just ended")
        try:
            super().request_stop(signum, frame)
        except StopRequested:
            raise
        except Exception:  # noqa: BLE001 - the queue may be away; stopping needs no queue
            self._stop_requested = True

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log what happened without the contents that tracebacks and queries carry."""
        kind, error = exc_info[0], exc_info[1]
        name = getattr(kind, "__name__", "an error")
        reason = str(error) if isinstance(error, ForeignJob) else ""
        log.error("job %s ended with %s. %s", job.id, name, reason)

    def handle_job_failure(self, job: Job, *args: Any, **options: Any) -> None:
        """Mark the job as failed, without a traceback in the queue's memory."""
        options["exc_string"] = "see the worker's log"
        super().handle_job_failure(job, *args, **options)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do one of our jobs; refuse a foreign one before a process is forked for it."""
        try:
            log.info("%s", job.func_name)
        except Exception as error:  # noqa: BLE001 - a record can be broken in many ways
            reason = str(error) if isinstance(error, ForeignJob) else "it cannot be read"
            log.error("refused job %s: %s", job.id[:80], reason)  # noqa: TRY400
            job.set_status(JobStatus.FAILED)
            job.connection.lrem(queue.intermediate_queue_key, 1, job.id)
            job.connection.expire(job.key, jobs.FAILURE_SECONDS)
            return
        super().execute_job(job, queue)


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel end this process when its parent dies (Linux; elsewhere leases heal it)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
