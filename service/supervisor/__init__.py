"""Runs the whole service on one machine: queue, web and workers under one roof."""

import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from service import jobs, running
from service.errors import Conflict, ServiceError
from service.settings import PROVIDER_KEY_SUFFIX, Settings, child_environment
from service.supervisor import children, ground, queue_server
from service.supervisor.children import Child
from service.supervisor.output import Output

STOP_SECONDS = 3.5
GRACE_SECONDS = 2.0
_READY_SECONDS = 60.0
_PATIENT_SECONDS = 5.0
_WEB_FAILURES = 3
_TICK_SECONDS = 0.5
_EAGER_TICK_SECONDS = 0.03
# How our programs end where a setting is wrong: starting again would not help.
_WRONG_SETTING = 2


class NotPrepared(Conflict):
    """The database could not be prepared; the message is the preparing program's."""


def run(settings: Settings) -> int:
    """Run everything until Ctrl-C or SIGTERM; return the exit code.

    What is in the way (a taken port, a second run on the same folder, no database) is said
    in one sentence, and nothing is left running.
    """
    output = Output()
    try:
        lock = ground.FolderLock(settings.data_dir)
        ground.check_address(settings.host, settings.port)
    except ServiceError as error:
        output.plain(f"evenhand: {error.message}")
        return 1
    supervisor = Supervisor(settings, output)
    try:
        return supervisor.run()
    except ServiceError as error:
        output.plain(f"evenhand: {error.message}")
        return 1
    finally:
        supervisor.stop()
        lock.release()


@dataclass
class _Watched:
    """Signals that came in, readable by a selector."""

    names: list[str] = field(default_factory=list)


class Supervisor:
    """Starts the programs, shows what they write, starts them again, and stops them all."""

    def __init__(self, settings: Settings, output: Output) -> None:
        """Plan the run; nothing is started."""
        self._settings = settings
        self._output = output
        self._selector = selectors.DefaultSelector()
        self._children: list[Child] = []
        self._queue: Child | None = None
        self._preparation = preparation(settings)
        self._greeting = b""
        self._signals = _Watched()
        self._is_ready = False

    def run(self) -> int:
        """Start everything and look after it until a signal asks to stop.

        The web server starts first and the database is prepared meanwhile; the workers
        start when pages are already served.
        """
        self._output.plain(f"Evenhand is starting on port {self._settings.port} …")
        self._listen_for_signals()
        plan = self._plan_queue()
        web, *workers = programs(self._settings, plan.address)
        self._add(web)
        self._start(self._preparation)
        self._start_queue(plan)
        if not self._wait_until_ready():
            return 0 if self._signals.names else 1
        self._output.plain(self._greeting.decode("utf-8", "replace"))
        running.note(self._settings)
        for child in workers:
            self._add(child)
        while not self._signals.names:
            self._tick(_TICK_SECONDS)
        self._output.plain("")
        return 0

    def stop(self) -> None:
        """Stop every program: those that use the queue first, the queue last."""
        started = time.monotonic()
        running.forget(self._settings)
        first = [child for child in self._children if child is not self._queue]
        first.append(self._preparation)
        killed = children.stop(first, STOP_SECONDS)
        if self._queue is not None:
            left = max(0.3, STOP_SECONDS + 0.4 - (time.monotonic() - started))
            killed += children.stop([self._queue], left)
        self._drain()
        if self._is_ready:
            note = f" ({killed} had to be killed)" if killed else ""
            self._output.plain(f"evenhand: stopped.{note}")

    def _plan_queue(self) -> queue_server.QueuePlan:
        if self._settings.redis_url:
            return queue_server.QueuePlan(self._settings.redis_url, ())
        return queue_server.plan(self._settings.data_dir.resolve())

    def _start_queue(self, plan: queue_server.QueuePlan) -> None:
        if plan.command:
            self._queue = Child("queue", plan.command, queue_server.environment())
            self._add(self._queue)
            jobs.note_address(self._settings.data_dir, plan.address)

    def _add(self, child: Child) -> None:
        self._children.append(child)
        self._start(child)

    def _start(self, child: Child) -> None:
        self._selector.register(child.start(), selectors.EVENT_READ, child)

    def _listen_for_signals(self) -> None:
        reading, writing = socket.socketpair()
        for end in (reading, writing):
            end.settimeout(0)
        signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        self._selector.register(reading, selectors.EVENT_READ, None)
        self._wakeup = (reading, writing)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(
                number, lambda came, _frame: self._signals.names.append(signal.Signals(came).name)
            )

    def _wait_until_ready(self) -> bool:
        """Return whether pages are served from a database that is prepared."""
        started, is_served, has_said = time.monotonic(), False, False
        while not self._signals.names:
            self._tick(_EAGER_TICK_SECONDS)
            is_served = is_served or web_answers(self._settings)
            is_prepared = self._is_prepared()
            if is_served and is_prepared:
                self._is_ready = True
                return True
            waited = time.monotonic() - started
            hopeless = any(c.name == "web" and c.failures >= _WEB_FAILURES for c in self._children)
            if not is_served and (hopeless or waited > _READY_SECONDS):
                self._output.plain("evenhand: The web server does not start; see above.")
                return False
            if not is_prepared and not has_said and waited > _PATIENT_SECONDS:
                self._output.plain("The database is being prepared; a large one takes a while …")
                has_said = True
        return False

    def _is_prepared(self) -> bool:
        """Return whether the database is prepared.

        Raises
        ------
        NotPrepared
            Says what is in the way.
        """
        process = self._preparation.process
        if process is None or process.poll() is None:
            return False
        while process.stdout is not None and not process.stdout.closed:
            self._read(_EAGER_TICK_SECONDS)
        if process.returncode:
            raise NotPrepared(self._greeting.decode("utf-8", "replace").strip())
        return True

    def _tick(self, seconds: float) -> None:
        self._read(seconds)
        self._restart_what_ended()

    def _read(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                with suppress(BlockingIOError):
                    self._wakeup[0].recv(100)
            else:
                self._take(key.fileobj, key.data)  # type: ignore[arg-type]

    def _take(self, pipe: IO[bytes], child: Child) -> None:
        try:
            piece = pipe.read(65536)
        except (BlockingIOError, ValueError):
            return
        if piece and child is self._preparation:
            self._greeting += piece
        elif piece:
            self._output.feed(child.name, piece)
        elif piece == b"":
            self._selector.unregister(pipe)
            pipe.close()

    def _drain(self) -> None:
        end = time.monotonic() + 0.2
        while len(self._selector.get_map()) > 1 and time.monotonic() < end:
            self._read(0.02)

    def _restart_what_ended(self) -> None:
        for child in self._children:
            if child.process is None or child.is_running:
                continue
            if child.start_at is None:
                code = child.process.returncode
                if code == _WRONG_SETTING and child.name != "web":
                    child.process = None
                    self._output.line(
                        child.name, "does not run until that is mended; the rest does"
                    )
                    continue
                pause = child.note_end()
                self._output.line(
                    child.name, f"ended with code {code}; starting again in {pause:g} s"
                )
            elif time.monotonic() >= child.start_at:
                self._start(child)


def programs(settings: Settings, queue_address: str) -> list[Child]:
    """Return the programs of one machine: web and three workers, one of which sweeps as well.

    Keys of model providers are given to the worker that calls them and to nobody else.
    """
    python = [sys.executable, "-m"]
    environment = {
        **child_environment(),
        "REDIS_URL": queue_address,
        "DATA_DIR": str(settings.data_dir.resolve()),
        "PYTHONUNBUFFERED": "1",
    }
    keyless = without_keys(environment)
    grace = ["--grace", f"{GRACE_SECONDS:g}"]
    return [
        Child("web", [*python, "granian", *web_arguments(settings)], keyless),
        Child("completions", [*python, "workers.generation", *grace], environment),
        Child("ratings", [*python, "workers.ratings", "--sweep", *grace], keyless),
        Child("files", [*python, "workers.files", *grace], keyless),
    ]


def preparation(settings: Settings) -> Child:
    """Return the program that prepares the database and words the greeting."""
    command = [sys.executable, "-m", "service.supervisor.welcome"]
    environment = child_environment(DATA_DIR=str(settings.data_dir.resolve()))
    return Child("database", command, without_keys(environment))


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the keys of model providers."""
    return {
        name: value
        for name, value in environment.items()
        if not name.removesuffix("_FILE").endswith(PROVIDER_KEY_SUFFIX)
    }


def web_arguments(settings: Settings) -> list[str]:
    """Return granian's arguments for the settings in force."""
    return [
        "--interface", "rsgi",
        # Browsers and proxies speak HTTP/1.1 to it: one request at a time on a connection.
        "--http", "1",
        "--http1-header-read-timeout", "10000",
        # Connections, not requests: of the latter WEB_THREADS run at once.
        "--backpressure", "4096",
        "--host", settings.host,
        "--port", str(settings.port),
        "--workers", str(settings.web_processes),
        "--workers-kill-timeout", "2",
        "--log-level", "warning",
        "--no-access-log",
        "--no-ws",
        "--factory", "service.rsgi:make",
    ]  # fmt: skip


def web_answers(settings: Settings) -> bool:
    """Tell whether our web server answers where it listens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared
    first, *_ = settings.trusted_hosts.split(",")
    name = first.strip() or f"{host}:{settings.port}"
    # By hand: the standard library's HTTP client weighs as much as all the rest of the supervisor.
    request = f"GET /livez HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, settings.port), timeout=0.5) as connection:
            connection.sendall(request.encode("ascii", "replace"))
            return connection.recv(16).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
