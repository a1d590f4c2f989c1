"""The RQ worker as we run it: our jobs only, light while idle, horses that die with it."""

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
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
# So long after its last job a worker keeps in memory what its jobs need.
IDLE_SECONDS = 60.0
# So often a worker looks whether there is anything to do beside waiting for jobs.
LOOK_SECONDS = 2
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

    seconds = 3600  # until the worker says what fits
    _task: Callable[..., None] | None = None

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

    @property
    def func(self) -> Callable[..., None] | None:
        """What is done for this name: the worker's own task, nothing that is imported by it."""
        return self._task

    def take(self, tasks: "Tasks") -> None:
        """Take what to do, and how long it may take, from the tasks of the worker."""
        self._task = tasks.functions.get(str(self.func_name))
        self.timeout = self.seconds = tasks.seconds

    def send_webhooks(self, *_: Any, **__: Any) -> None:
        """Call no address that a job's record names."""


@dataclass(frozen=True)
class Tasks:
    """What a worker does for the jobs that it takes, by name, and how long one may take.

    `after_fork` lets go, in the work-horse, of what belongs to the worker.
    """

    functions: Mapping[str, Callable[..., None]]
    seconds: int = 3600
    after_fork: Callable[[], None] = lambda: None


@dataclass
class Duty:
    """What a worker is for: its queue, what its jobs need, and what it looks at meanwhile.

    `load` is called before the first job, so that work-horses inherit what they need; `look`
    every two seconds, whether a job is running or not; `let_go` closes what `look` has opened
    and no work-horse may inherit.
    """

    queue: str
    load: Callable[[], Tasks]
    look: Callable[[], None] | None = None
    let_go: Callable[[], None] = lambda: None
    tasks: Tasks | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether what jobs need is in memory."""
        return self.tasks is not None

    def prepare_to_fork(self) -> Tasks:
        """Load what jobs need, once, and close what a work-horse must not share."""
        self.let_go()
        if self.tasks is None:
            self.tasks = self.load()
            gc.collect()
            gc.freeze()  # a work-horse that walked over these objects would copy them
        return self.tasks


class OwnWorker(Worker):  # type: ignore[misc]
    """A worker on exactly one queue, whose work-horse ends with it and on its request."""

    death_penalty_class = DeathPenalty
    job_class = OwnJob
    max_connection_wait_time = 5.0
    log_result_lifespan = False

    def __init__(
        self, duty: Duty, connection: "Redis", *, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        """Listen on one queue: with two, a crash between pop and start loses the job for ever."""
        self._duty = duty
        self._idle_seconds = idle_seconds
        self._used_at = time.monotonic()
        self._may_not_be_interrupted = False
        super().__init__(
            [duty.queue],
            connection=connection,
            serializer=jobs.SERIALIZER,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE_INTERVAL,
            job_monitoring_interval=LOOK_SECONDS if duty.look else MONITORING_INTERVAL,
            default_result_ttl=jobs.RESULT_SECONDS,
            log_job_description=False,
        )

    @property
    def was_asked_to_stop(self) -> bool:
        """Whether a signal, not an outage, ended the work."""
        return self._shutdown_requested_date is not None

    @property
    def is_idle(self) -> bool:
        """Whether it holds in memory what no job has needed for a while."""
        unused = time.monotonic() - self._used_at
        return self._duty.is_loaded and unused >= self._idle_seconds

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """Wait for a job and look at what there is to look at; None ends the work."""
        if timeout is None:
            found: tuple[Job, Queue] | None = super().dequeue_job_and_maintain_ttl(None)
            return found
        del max_idle_time
        while True:
            found = super().dequeue_job_and_maintain_ttl(timeout, LOOK_SECONDS)
            if found is not None:
                return found
            self._look()
            if self.is_idle or self._stop_requested:
                return None

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """Tell the queue that the job is still worked on, and look meanwhile."""
        super().maintain_heartbeats(job, execution)
        self._look()

    def _look(self) -> None:
        if self._duty.look is not None:
            with self._uninterrupted():
                self._duty.look()

    @contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        """Let a request to stop wait: raised in here, it could be taken for another error."""
        self._may_not_be_interrupted = True
        try:
            yield
        finally:
            self._may_not_be_interrupted = False

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork the process that does the job; it is killed when this one dies."""
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            os.setpgrp()
            die_with(parent)
            if self._duty.tasks is not None:
                self._duty.tasks.after_fork()
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
        # An error raised in here can get lost in whatever is going on; this note cannot.
        self._shutdown_requested_date = datetime.now(UTC)
        self._stop_requested = True
        if self._may_not_be_interrupted:
            return
        try:
            super().request_stop(signum, frame)
        except StopRequested:
            raise
        except Exception:  # noqa: BLE001 - the queue may be away; stopping needs no queue
            log.debug("the queue was not told")

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
            log.debug("%s", job.func_name)  # reading it is the check
        except Exception as error:  # noqa: BLE001 - a record can be broken in many ways
            reason = str(error) if isinstance(error, ForeignJob) else "it cannot be read"
            log.error("refused job %s: %s", job.id[:80], reason)  # noqa: TRY400
            job.set_status(JobStatus.FAILED)
            job.connection.lrem(queue.intermediate_queue_key, 1, job.id)
            job.connection.expire(job.key, jobs.FAILURE_SECONDS)
            return
        with self._uninterrupted():
            job.take(self._duty.prepare_to_fork())
        super().execute_job(job, queue)
        self._used_at = time.monotonic()


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel end this process when its parent dies (Linux; elsewhere leases heal it)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
