"""Programs that the supervisor keeps running: each in its own session, none left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

import psutil

_PR_SET_PDEATHSIG = 1
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0


def _load_prctl() -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        function: Callable[..., int] = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    return function


_prctl = _load_prctl()


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel to signal this process when its parent dies, however it dies (Linux)."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def _before_exec(parent: int) -> Callable[[], None]:
    def prepare() -> None:
        end_with_parent()
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return prepare


class Child:
    """One program, started again with growing pauses when it ends by itself."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Describe the program; nothing is started."""
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.start_at: float | None = 0.0
        self._started_at = 0.0

    def start(self) -> IO[bytes]:
        """Start the program and return its output, ready for a selector."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # The supervisor has one thread, so nothing can be locked at the fork.
            preexec_fn=_before_exec(os.getpid()),  # noqa: PLW1509
        )
        self._started_at = time.monotonic()
        self.start_at = None
        output = self.process.stdout
        assert output is not None  # noqa: S101 - a pipe was asked for
        os.set_blocking(output.fileno(), False)
        return output

    @property
    def is_running(self) -> bool:
        """Whether the program runs now."""
        return self.process is not None and self.process.poll() is None

    def note_end(self) -> float:
        """Plan the next start after the program has ended; return the pause in seconds."""
        self.kill_session()  # what it started must not keep its port
        steady = time.monotonic() - self._started_at > _STEADY_SECONDS
        self.failures = 1 if steady else self.failures + 1
        pause = min(_LONGEST_PAUSE, 0.5 * 2.0 ** (self.failures - 1))
        self.start_at = time.monotonic() + pause
        return pause

    def descendants(self) -> list[psutil.Process]:
        """Return every process below this one, itself first."""
        if self.process is None:
            return []
        try:
            top = psutil.Process(self.process.pid)
            return [top, *top.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the program, which stops what it started."""
        if self.is_running and self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def kill_session(self) -> None:
        """Kill what is left of the program's process group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def stop(children: Sequence[Child], seconds: float) -> int:
    """Stop children and all that they started; return how many processes had to be killed.

    Those that do not end within `seconds` are killed.
    """
    family: dict[int, psutil.Process] = {}
    for child in children:
        family.update({process.pid: process for process in child.descendants()})
        child.ask_to_stop()
    end = time.monotonic() + seconds
    waiting = list(children)
    while waiting and time.monotonic() < end:
        for child in waiting:
            family.update({process.pid: process for process in child.descendants()})
        waiting = [child for child in waiting if child.is_running]
        time.sleep(0.02)
    left = [process for process in family.values() if _is_alive(process)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    for child in children:
        child.kill_session()
        if child.process is not None:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(1)
    return len(left)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
