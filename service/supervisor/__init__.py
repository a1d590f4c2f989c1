"""Runs the whole service on one machine: queue, web and workers under one roof."""

import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import IO

from service import jobs
from service.errors import ServiceError
from service.settings import PROVIDER_KEY_SUFFIX, Settings, child_environment
from service.supervisor import children, ground, queue_server
from service.supervisor.children import Child
from service.supervisor.output import Output

STOP_SECONDS = 3.5
GRACE_SECONDS = 2.0
_READY_SECONDS = 60.0
_WEB_FAILURES = 3
_TICK_SECONDS = 0.5
_EAGER_TICK_SECONDS = 0.03


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
        self._signals = _Watched()
        self._is_ready = False

    def run(self) -> int:
        """Start everything and look after it until a signal asks to stop.

        The web server starts first and the database is prepared meanwhile; the workers,
        whose libraries take seconds to load, start when pages are already served.
        """
        self._listen_for_signals()
        address = self._start_queue()
        web, *workers = programs(self._settings, address)
        self._add(web)
        from service.supervisor import welcome  # noqa: PLC0415 - loads while the web starts

        greeting = welcome.prepare(self._settings)
        if not self._wait_for_web():
            return 0 if self._signals.names else 1
        self._output.plain(greeting)
        for child in workers:
            self._add(child)
        while not self._signals.names:
            self._tick(_TICK_SECONDS)
        self._output.plain("")
        return 0

    def stop(self) -> None:
        """Stop every program: those that use the queue first, the queue last."""
        started = time.monotonic()
        first = [child for child in self._children if child is not self._queue]
        killed = children.stop(first, STOP_SECONDS)
        if self._queue is not None:
            left = max(0.3, STOP_SECONDS + 0.4 - (time.monotonic() - started))
            killed += children.stop([self._queue], left)
        self._drain()
        if self._is_ready:
            note = f" ({killed} had to be killed)" if killed else ""
            self._output.plain(f"evenhand: stopped.{note}")

    def _start_queue(self) -> str:
        if self._settings.redis_url:
            return self._settings.redis_url
        plan = queue_server.plan(self._settings.data_dir.resolve())
        self._queue = Child("queue", plan.command, child_environment())
        self._add(self._queue)
        jobs.note_address(self._settings.data_dir, plan.address)
        return plan.address

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

    def _wait_for_web(self) -> bool:
        deadline = time.monotonic() + _READY_SECONDS
        while not self._signals.names:
            self._tick(_EAGER_TICK_SECONDS)
            if web_answers(self._settings):
                self._is_ready = True
                return True
            hopeless = any(c.name == "web" and c.failures >= _WEB_FAILURES for c in self._children)
            if hopeless or time.monotonic() > deadline:
                self._output.plain("evenhand: The web server does not start; see above.")
                return False
        return False

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
        if piece:
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
                pause = child.note_end()
                self._output.line(
                    child.name, f"ended with code {code}; starting again in {pause:g} s"
                )
            elif time.monotonic() >= child.start_at:
                self._start(child)


def programs(settings: Settings, queue_address: str) -> list[Child]:
    """Return the programs of one machine: web and two workers, one of which sweeps as well.

    Keys of model providers are given to the worker that calls them and to nobody else.
    """
    python = [sys.executable, "-m"]
    environment = {
        **child_environment(),
        "REDIS_URL": queue_address,
        "DATA_DIR": str(settings.data_dir.resolve()),
        "PYTHONUNBUFFERED": "1",
    }
    keyless = {
        name: value
        for name, value in environment.items()
        if not name.removesuffix("_FILE").endswith(PROVIDER_KEY_SUFFIX)
    }
    grace = ["--grace", f"{GRACE_SECONDS:g}"]
    return [
        Child("web", [*python, "granian", *web_arguments(settings)], keyless),
        Child("completions", [*python, "workers.main", "completions", *grace], environment),
        Child("ratings", [*python, "workers.main", "ratings", "--sweep", *grace], keyless),
    ]


def web_arguments(settings: Settings) -> list[str]:
    """Return granian's arguments for the settings in force."""
    return [
        "--interface", "wsgi",
        "--host", settings.host,
        "--port", str(settings.port),
        "--workers", str(settings.web_processes),
        "--blocking-threads", str(settings.web_threads),
        "--workers-kill-timeout", "2",
        "--log-level", "warning",
        "--no-access-log",
        "--no-ws",
        "service.wsgi:app",
    ]  # fmt: skip


def web_answers(settings: Settings) -> bool:
    """Tell whether our web server answers where it listens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared
    connection = HTTPConnection(host, settings.port, timeout=0.5)
    try:
        first, *_ = settings.trusted_hosts.split(",")
        name = {"Host": first.strip()} if first.strip() else {}
        connection.request("GET", "/livez", headers=name)
        return connection.getresponse().status == 200  # noqa: PLR2004 - OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
