"""A whole deployment as programs, each of which a test may kill, freeze, stop and start again."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from redis import Redis
from sqlalchemy import func, select

from service.database import Database, now
from service.store import models
from service.supervisor import queue_server
from service.usecases.sighted.studies import invariants
from tests import factories
from tests.fakes import programs

LEASE_SECONDS = 60.0
CALL_DEADLINE = 10.0


class Kept:
    """A program that is started again when it ends, as a service manager would."""

    def __init__(self, name: str, arguments: list[str], environment: dict, log: Path) -> None:
        self.name = name
        self.log = log
        self.starts = 0
        self._command = [sys.executable, "-m", *arguments]
        self._environment = environment
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=programs.ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.starts += 1

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def horses(self) -> list[int]:
        """The processes that this worker forked for its jobs."""
        with suppress(psutil.NoSuchProcess):
            return [child.pid for child in psutil.Process(self.process.pid).children()]
        return []

    def signal(self, number: int, *, parent: bool = True, child: bool = True) -> None:
        horses = self.horses() if child else []
        for pid in [*horses, *([self.process.pid] if parent else [])]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        self.process.wait()


class Deployment:
    """Queue, model server, workers, sweeper and web on a database, kept running."""

    def __init__(self, folder: Path, address: str, server: programs.ModelProgram) -> None:
        self.folder = folder
        self.server = server
        self.database = Database(address, pool_size=10)
        self.plan = queue_server.plan(folder)
        self.start_queue()
        endpoints = folder / "endpoints.yaml"
        endpoints.write_text(
            f"fake:\n  api_base: {server.api_base}\ndesk:\n  agent: {server.agent('desk')}\n"
        )
        self.environment = {
            **os.environ,
            "DATABASE_URL": address,
            "REDIS_URL": self.plan.address,
            "DATA_DIR": str(folder),
            "ENDPOINTS_FILE": str(endpoints),
            "SECRET_KEY": factories.KEY,
            "CALL_DEADLINE": str(CALL_DEADLINE),
            "CALL_CONCURRENCY": "2",
            "BATCH_SIZE": "4",
            "PYTHONUNBUFFERED": "1",
        }
        self.kept: list[Kept] = []
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def run(self, name: str, *arguments: str) -> Kept:
        log = self.folder / f"{name}-{len(self.kept)}.log"
        made = Kept(name, list(arguments), self.environment, log)
        self.kept.append(made)
        return made

    def run_workers(self, number: int = 3) -> list[Kept]:
        self.run("sweeper", "workers.sweeper")
        made = [self.run("worker", "workers.generation") for _ in range(number)]
        wait_for(lambda: all(b"ready" in one.log.read_bytes() for one in made))
        return made

    def start_queue(self) -> None:
        self.queue = subprocess.Popen(self.plan.command)
        assert queue_server.wait_until_up(self.plan.address, 10)

    def stop_queue(self) -> None:
        self.queue.kill()
        self.queue.wait()

    def client(self) -> Redis:
        return Redis.from_url(self.plan.address, socket_timeout=5)

    def end(self) -> None:
        self._ending.set()
        self._keeper.join()
        for one in self.kept:
            one.end()
        with suppress(ProcessLookupError):
            self.queue.send_signal(signal.SIGCONT)
        self.stop_queue()
        self.database.engine.dispose()

    def _keep(self) -> None:
        while not self._ending.wait(0.3):
            for one in self.kept:
                if not one.is_running:
                    one.start()

    def log(self) -> str:
        return "".join(f"== {one.name}\n{one.log.read_text()}" for one in self.kept)

    # What the database says.

    def make_items(self, number: int, model: str = "fine", **fields) -> factories.MadeStudy:
        """Make an open study with this many completions to generate, two for each prompt."""
        names = ("One", "Two")
        with self.database.transaction() as session:
            return factories.make_study(
                session,
                "generated",
                configurations=names,
                prompts=number // 2,
                ready=False,
                configuration_fields={
                    name: {"model": f"openai/{model}", "endpoint": "fake"} for name in names
                },
                **fields,
            )

    def states(self) -> Counter[str]:
        with self.database.reading() as session:
            rows = session.execute(
                select(models.Completion.state, func.count())
                .join(models.Study, models.Study.id == models.Completion.study_id)
                .where(models.Study.name == "generated")
                .group_by(models.Completion.state)
            )
            return Counter({row[0]: row[1] for row in rows})

    def results(self) -> Counter[str]:
        """How the attempts ended, by result; open ones under ``None``."""
        with self.database.reading() as session:
            query = select(models.Attempt.result, func.count()).group_by(models.Attempt.result)
            return Counter({row[0]: row[1] for row in session.execute(query)})

    def calls(self) -> int:
        return sum(self.server.seen()["calls"].values())

    def wait_until_done(self, items: int, seconds: float) -> float:
        started = time.monotonic()
        try:
            wait_for(lambda: self.states()["ready"] == items, seconds)
        except AssertionError:
            raise AssertionError(f"{self.states()} after {seconds} s\n{self.log()}") from None
        return time.monotonic() - started

    def broken_rules(self) -> list[str]:
        with self.database.reading() as session:
            checks = invariants.check(session, now(session))
        return [line for check in checks for line in check.broken]


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


@contextmanager
def deployed(folder: Path, address: str, *options: str) -> Iterator[Deployment]:
    with programs.model_program(*options) as server:
        made = Deployment(folder, address, server)
        try:
            yield made
        finally:
            made.end()


def show(**figures: object) -> None:
    """Print what was measured; `make faults` shows it with pytest's ``-s`` or on failure."""
    print("MEASURED", *(f"{name}={value}" for name, value in figures.items()), flush=True)
