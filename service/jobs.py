"""The names of the jobs and how to ring for them: never raises, never waits over a second."""

import functools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from service.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

COMPLETIONS_QUEUE = "evenhand-completions"
RATINGS_QUEUE = "evenhand-ratings"
FILES_QUEUE = "evenhand-files"
GENERATE = "generate"
REFRESH = "refresh"
EXPORT = "export"
DELIVER = "deliver"
DRAFT = "draft"
NAMES = frozenset({GENERATE, REFRESH, EXPORT, DRAFT, DELIVER})

SERIALIZER = "json"
RESULT_SECONDS = 60
FAILURE_SECONDS = 3600
RING_SECONDS = 0.9
_SOCKET_SECONDS = 0.4
_LONGEST_QUEUE = 100
_ADDRESS_FILE = "queue_address"

# A queue server that hangs may hold this many threads of a process, never more.
_ringers = threading.BoundedSemaphore(4)


def ring_generation(address: str | None) -> bool:
    """Ask a worker to look for completions that are due; False when the queue is away.

    A ring while one is waiting is dropped: a worker that finds more than it can take rings
    again for the others.
    """
    return _ring(address, functools.partial(_enqueue, COMPLETIONS_QUEUE, GENERATE, ()))


def ring_finish(address: str | None) -> bool:
    """Ask a worker to make recorded completions ready; False when the queue is away."""
    return ring_generation(address)


def ring_ratings(address: str | None, study_id: int) -> bool:
    """Ask a worker to refresh one study's leaderboard; False when the queue is away."""
    return _ring(address, functools.partial(_enqueue, RATINGS_QUEUE, REFRESH, (study_id,)))


def ring_exports(address: str | None) -> bool:
    """Ask a worker to make and import the files that wait; False when the queue is away."""
    return _ring(address, functools.partial(_enqueue, FILES_QUEUE, EXPORT, ()))


def ring_deliveries(address: str | None) -> bool:
    """Ask a worker to send messages of webhooks that are due; False when the queue is away."""
    return _ring(address, functools.partial(_enqueue, FILES_QUEUE, DELIVER, ()))


def ring_drafts(address: str | None) -> bool:
    """Ask a worker to make the drafts of prompts that wait; False when the queue is away."""
    return _ring(address, functools.partial(_enqueue, FILES_QUEUE, DRAFT, ()))


def address_of(settings: Settings) -> str | None:
    """Return where the queue is: REDIS_URL, else what the running service has noted down."""
    if settings.redis_url:
        return settings.redis_url
    try:
        return (settings.data_dir / _ADDRESS_FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def note_address(data_dir: Path, address: str) -> None:
    """Note where the queue is, for commands that are typed beside the running service."""
    (data_dir / _ADDRESS_FILE).write_text(address, encoding="utf-8")


def connect(address: str, *, seconds: float = _SOCKET_SECONDS) -> "Redis":
    """Return a connection that gives up after `seconds` and does not try again."""
    from redis import Redis  # noqa: PLC0415 - 60 ms that only a ring needs
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    client: Redis = Redis.from_url(
        address,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    return client


def _ring(address: str | None, enqueue: Callable[[str], None]) -> bool:
    """Run `enqueue` aside and wait at most a second for it.

    Socket time-outs alone would not do: a name server can hang too, and a server that
    answers slowly could take the allowance several times over.
    """
    if not address or not _ringers.acquire(blocking=False):
        return False
    outcome: list[bool] = []

    def run() -> None:
        try:
            enqueue(address)
            outcome.append(True)
        except Exception:  # noqa: BLE001 - a lost ring is healed by the sweeper
            outcome.append(False)
        finally:
            _ringers.release()

    ringer = threading.Thread(target=run, name="ring", daemon=True)
    ringer.start()
    ringer.join(RING_SECONDS)
    return bool(outcome and outcome[0])


def _enqueue(queue_name: str, function: str, arguments: tuple[Any, ...], address: str) -> None:
    from rq import Queue  # noqa: PLC0415 - 100 ms that only a ring needs

    prefix = "-".join([function.rpartition(".")[2], *map(str, arguments), ""])
    with connect(address) as connection:
        queue = Queue(queue_name, connection=connection, serializer=SERIALIZER)
        waiting = queue.get_job_ids(0, _LONGEST_QUEUE)
        if len(waiting) >= _LONGEST_QUEUE or any(name.startswith(prefix) for name in waiting):
            return
        queue.enqueue_call(
            function,
            args=arguments,
            job_id=prefix + uuid4().hex,
            result_ttl=RESULT_SECONDS,
            failure_ttl=FAILURE_SECONDS,
            description=function,
        )
