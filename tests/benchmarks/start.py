"""What Evenhand weighs and how soon it serves: ``make bench-start``.

A fresh clone with empty caches is installed and started by `make run`, as a newcomer would do it,
until the page of *Rate now* is served; what it says meanwhile is timed as well. It is started a few
times more. At last the demonstration is generated, everything falls idle, and the memory of all
processes is added up, each page of memory counted once however many share it (PSS).

All of it happens with PYTHONDONTWRITEBYTECODE set, under which nothing is compiled that the
installation does not compile; the starts are measured without it too.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Thread

import psutil

from tests.benchmarks.table import Table
from tests.end_to_end.house import free_port, wait_for

ROOT = Path(__file__).parents[2]
MEGABYTES = 400.0
FRESH_SECONDS = 20.0
SECOND_SECONDS = 1.5
SILENT_SECONDS = 1.0
STOP_SECONDS = 5.0
IDLE_SECONDS = 70.0
PROGRAMS = {
    "web": "granian",
    "generation": "workers.generation",
    "ratings": "workers.ratings",
    "files": "workers.files",
    "queue": "-server",
    "supervisor": "evenhand",
}
_PACKAGES = ("PIP_", "UV_", "HTTP_", "HTTPS_", "NO_PROXY", "SSL_", "http_", "https_", "no_proxy")


@dataclass
class Started:
    """One `make run`: what it says and when, in seconds since it was typed."""

    process: subprocess.Popen[str]
    port: int
    began: float
    said: list[tuple[float, str]] = field(default_factory=list)
    took_to_end: float = 0.0

    def listen(self) -> None:
        """Note each line with its time, until the program ends."""
        for line in self.process.stdout or ():
            self.said.append((time.monotonic() - self.began, line.rstrip()))

    def text(self) -> str:
        return "\n".join(line for _, line in self.said)

    def page(self) -> float:
        """Return after how many seconds the page of *Rate now* was served."""
        link = r"Rate\D*(http://\S+)"
        wait_for(lambda: re.search(link, self.text()) or self.process.poll() is not None, 300)
        found = re.search(link, self.text())
        assert found, self.text()
        with urllib.request.urlopen(found[1], timeout=30) as answer:
            assert answer.status == 200
        return time.monotonic() - self.began

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


@contextmanager
def make_run(folder: Path, environment: Mapping[str, str]) -> Iterator[Started]:
    """Type `make run` in a checkout, on a port of its own; press Ctrl-C at the end."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=folder,
        env={**environment, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    started = Started(process, port, began)
    listening = Thread(target=started.listen, daemon=True)
    listening.start()
    try:
        yield started
    finally:
        family, asked = started.family(), time.monotonic()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        psutil.wait_procs(family, 60)
        started.took_to_end = time.monotonic() - asked
        listening.join(5)


def newcomer(home: Path) -> dict[str, str]:
    """Return the environment of somebody with an empty home and empty caches."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_PACKAGES)}
    home.mkdir()
    return {
        **kept,
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "UV_CACHE_DIR": str(home / "uv"),
        "PIP_CACHE_DIR": str(home / "pip"),
        "PYTHON": str(Path(sys.base_prefix) / "bin" / "python3"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def megabytes(started: Started) -> Counter[str]:
    """Return the memory of each program in MB, what is shared divided among the sharers."""
    found: Counter[str] = Counter()
    for process in started.family():
        with suppress(psutil.NoSuchProcess, OSError):
            command = " ".join(process.cmdline())
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
            pss = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
            assert pss
            name = next((n for n, part in PROGRAMS.items() if part in command), command[:40])
            found[name] += int(pss[1]) * 1024 / 1e6
    return found


def longest_silence(said: list[tuple[float, str]]) -> float:
    """Return the longest time without a word, in seconds."""
    times = [0.0, *(moment for moment, _ in said)]
    return max(after - before for before, after in pairwise(times))


def fresh(folder: Path, environment: Mapping[str, str], table: Table) -> None:
    with make_run(folder, environment) as started:
        seconds = started.page()
        said = [(moment, line) for moment, line in started.said if moment <= seconds]
    for moment, line in said:
        print(f"  {moment:6.2f} s  {line}")
    warnings = [line for _, line in started.said if re.search("warning", line, re.IGNORECASE)]
    for line in warnings:
        print(f"  warning: {line}")
    table.at_most("fresh clone, empty caches: page", seconds, FRESH_SECONDS, unit="s")
    table.at_most("  its first word", said[0][0], SILENT_SECONDS, unit="s")
    table.told("  its longest silence", longest_silence(said), "s")
    table.at_most("  its warnings", len(warnings), 0)


def again(folder: Path, environment: Mapping[str, str], what: str, table: Table) -> None:
    """Start a few times more; the median counts, since other programs run beside."""
    seconds = []
    for _ in range(3):
        with make_run(folder, environment) as started:
            seconds.append(started.page())
    print(f"  {what}: " + ", ".join(f"{one:.2f} s" for one in seconds))
    table.at_most(what, statistics.median(seconds), SECOND_SECONDS, unit="s")


def bare(folder: Path, table: Table) -> None:
    """Tell how long this machine takes now for what no start can do without."""
    began = time.monotonic()
    code = "import flask, sqlalchemy.orm"
    subprocess.run([str(folder / ".venv/bin/python"), "-c", code], check=True)
    table.told("  beside it, Python with Flask and SQLAlchemy alone", time.monotonic() - began, "s")


def idle(folder: Path, environment: Mapping[str, str], seconds: float, table: Table) -> None:
    """Let the demonstration be generated and everything fall idle, then weigh it."""
    with make_run(folder, environment) as started:
        started.page()
        command = [str(folder / ".venv/bin/evenhand"), "study", "status", "demonstration"]

        def is_generated() -> bool:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, check=False
            )
            return b"48 ready" in done.stdout

        wait_for(is_generated, 180)
        time.sleep(seconds)
        found = megabytes(started)
    table.at_most("Ctrl-C: every process has ended", started.took_to_end, STOP_SECONDS, unit="s")
    for name, weight in found.most_common():
        table.told(f"  {name}, idle", weight, "MB")
    table.at_most("everything, idle", found.total(), MEGABYTES, unit="MB")


def main() -> int:
    """Measure in a folder that goes afterwards, print the table, return the status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS, help="seconds before weighing")
    parser.add_argument("--clone", type=Path, help="use this installed checkout")
    options = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="evenhand-") as place:
        environment = newcomer(Path(place) / "home")
        folder = options.clone or Path(place) / "clone"
        if options.clone is None:
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
            fresh(folder, environment, table)
        without = {k: v for k, v in environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
        again(folder, environment, "second start, no bytecode written: page", table)
        again(folder, without, "second start: page", table)
        bare(folder, table)
        idle(folder, environment, options.idle, table)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
