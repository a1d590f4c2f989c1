"""The whole of Evenhand as a user starts it: `evenhand run` as a program, and its command line."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

EVENHAND = Path(sys.executable).parent / "evenhand"
LINK = r"^\s*{}\s+(http\S+)$"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = 180) -> None:
    """Wait for an event; the end is generous, since the machine may be busy with other things."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


@dataclass
class Running:
    """A running service: its greeting, its environment, its processes."""

    process: subprocess.Popen[bytes]
    log: Path
    environment: dict[str, str]

    def link(self, name: str) -> str:
        found = re.search(LINK.format(name), self.log.read_text(), re.MULTILINE)
        assert found, self.log.read_text()
        return found.group(1)

    def type(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(EVENHAND), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def stop(self) -> float:
        """Press Ctrl-C as a terminal does; return how many seconds the end took."""
        started = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(120)
        return time.monotonic() - started


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Running]:
    """Start `evenhand run` in a session of its own, as a terminal would."""
    plain = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    plain["XDG_STATE_HOME"] = str(folder / "state")
    environment = {**plain, "DATA_DIR": str(folder / "data"), "PORT": str(free_port()), **settings}
    log = folder / "run.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(EVENHAND), "run"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    made = Running(process, log, environment)
    try:
        wait_for(lambda: "Studio" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield made
    finally:
        family = made.family() if process.poll() is None else []
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(120)
            except subprocess.TimeoutExpired:
                process.kill()
        for one in family:
            if one.is_running() and one.status() != psutil.STATUS_ZOMBIE:
                one.kill()
