import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from rq import Queue
from rq.job import Callback
from sqlalchemy import func, select

from service import jobs
from service.database import Database
from service.store import models
from tests import factories
from tests.fakes import programs
from workers import generation, ratings

OWN_KEY = "planted-to-be-seen-by-nobody"


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.QueueProgram]:
    with programs.queue_program(tmp_path_factory.mktemp("queue")) as program:
        yield program


@pytest.fixture(scope="module")
def server() -> Iterator[programs.ModelProgram]:
    with programs.model_program() as program:
        yield program


@pytest.fixture
def start(
    queue, server, sqlite_database, tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start workers as programs; all are ended after the test."""
    endpoints = tmp_path / "endpoints.yaml"
    endpoints.write_text(f"fake:\n  api_base: {server.api_base}\n")
    environment = {
        **os.environ,
        "DATABASE_URL": str(sqlite_database.engine.url),
        "REDIS_URL": queue.address,
        "DATA_DIR": str(tmp_path),
        "ENDPOINTS_FILE": str(endpoints),
        "OPENAI_API_KEY": OWN_KEY,
        "PYTHONUNBUFFERED": "1",
    }
    started: list[subprocess.Popen] = []

    def run(name: str, *options: str) -> subprocess.Popen:
        log = (tmp_path / f"worker-{len(started)}.log").open("w")
        command = [sys.executable, "-m", f"workers.{name}", *options]
        process = subprocess.Popen(
            command, env=environment, cwd=programs.ROOT, stdout=log, stderr=subprocess.STDOUT
        )
        log.close()
        started.append(process)
        return process

    yield run
    for process in started:
        family = [process.pid, *(p.pid for p in _family(process))]
        for pid in family:
            _kill(pid)
        process.wait(5)


def _family(process):
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_for(condition: Callable[[], object], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def count(database: Database, state: str) -> int:
    with database.reading() as session:
        query = select(func.count()).select_from(models.Completion)
        return session.scalar(query.where(models.Completion.state == state)) or 0


def make_study(database, model, prompts, name="study"):
    with database.transaction() as session:
        factories.make_study(
            session,
            name=name,
            configurations=["One"],
            prompts=prompts,
            ready=False,
            configuration_fields={"One": {"model": model, "endpoint": "fake"}},
        )


def log_of(folder: Path) -> str:
    return (folder / "worker-0.log").read_text()


class TestGeneration:
    @pytest.fixture
    def canary(self, queue, tmp_path):
        """What stands in the queue though we would never put it there, some of it in pickle."""
        canary = tmp_path / "canary"
        with queue.client() as client:
            foreign = Queue(jobs.COMPLETIONS_QUEUE, connection=client, serializer="json")
            foreign.enqueue("os.system", f"touch {canary}")
            foreign.enqueue(
                jobs.GENERATE,
                on_success=Callback("os.system"),
                on_failure=Callback("subprocess.getoutput"),
            )
            foreign.enqueue("workers.shift.generate", "x")
            pickled = Queue(jobs.COMPLETIONS_QUEUE, connection=client)
            pickled.enqueue("os.system", f"touch {canary}")
        return canary

    def test_generates_what_is_rung_for_publishes_prices_and_refuses_functions_that_are_not_ours(
        self, canary, start, queue, server, sqlite_database, tmp_path
    ):
        make_study(sqlite_database, "openai/rung", 8)
        jobs.ring_generation(queue.address)
        assert start("generation", "--burst").wait(120) == 0
        assert count(sqlite_database, "ready") == 8
        with sqlite_database.reading() as session:
            known = session.scalar(select(func.count()).select_from(models.Price))
            missing = dict(session.execute(select(models.Reach.name, models.Reach.missing)).all())
        assert known > 1000
        assert (missing["endpoint fake"], missing["mistral"]) == ("", "MISTRAL_API_KEY")
        assert OWN_KEY not in str(server.seen())
        log = log_of(tmp_path)
        assert "published" in log
        assert not canary.exists()
        assert log.count("refused job") == 3
        assert "os.system" not in log

    def test_the_horse_dies_with_its_worker(self, start, queue, sqlite_database):
        make_study(sqlite_database, "openai/hang", 1)
        jobs.ring_generation(queue.address)
        worker = start("generation", "--again")
        wait_for(lambda: _family(worker))
        (horse,) = _family(worker)
        worker.kill()
        wait_for(lambda: not horse.is_running() or horse.status() == "zombie")

    def test_sigterm_finishes_what_was_called(self, start, queue, server, sqlite_database):
        make_study(sqlite_database, "openai/slow", 2)
        jobs.ring_generation(queue.address)
        worker = start("generation", "--again", "--grace", "10")
        wait_for(lambda: server.seen()["calls"].get("slow"))
        worker.terminate()
        assert worker.wait(120) == 0
        assert count(sqlite_database, "ready") == 2
        assert server.seen()["calls"]["slow"] == 2


class TestWeight:
    """A worker loads what jobs need when one comes, and lets it go after a while."""

    @pytest.mark.parametrize("name", ["generation", "ratings"])
    def test_is_light_until_a_job_comes_and_again_after_a_while(
        self, start, queue, sqlite_database, tmp_path, name
    ):
        worker = start(name, "--idle", "2")
        wait_for(lambda: "ready: listening" in log_of(tmp_path))
        light = psutil.Process(worker.pid).memory_info().rss
        if name == "generation":
            make_study(sqlite_database, "openai/idle", 1)
            jobs.ring_generation(queue.address)
        else:
            jobs.ring_ratings(queue.address, 1)
        wait_for(lambda: psutil.Process(worker.pid).memory_info().rss > 1.5 * light)
        wait_for(lambda: psutil.Process(worker.pid).memory_info().rss < 1.3 * light)
        assert worker.poll() is None
        # Right after it has started itself again, a process shows no environment at all.
        wait_for(lambda: "OPENAI_API_KEY" in psutil.Process(worker.pid).environ())
        worker.terminate()
        assert worker.wait(120) in {0, -signal.SIGTERM}  # it may be about to listen again

    def test_sweeps_beside_its_jobs(self, start, queue, sqlite_database, tmp_path):
        make_study(sqlite_database, "openai/swept", 1)
        worker = start("ratings", "--sweep")
        with queue.client() as client:
            waiting = Queue(jobs.COMPLETIONS_QUEUE, connection=client, serializer="json")
            for _ in range(2):
                wait_for(waiting.get_job_ids)
                client.flushall()
                jobs.ring_ratings(queue.address, 1)
        worker.terminate()
        assert worker.wait(120) == 0


class TestMain:
    def test_says_which_setting_is_wrong(self, monkeypatch, caplog):
        monkeypatch.setenv("CALL_DEADLINE", "soon")
        assert ratings.main([]) == 2
        assert "CALL_DEADLINE" in caplog.text

    def test_says_that_there_is_no_queue(self, monkeypatch, caplog, tmp_path):
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        monkeypatch.delenv("REDIS_URL", raising=False)
        assert ratings.main([]) == 2
        assert "REDIS_URL" in caplog.text


class TestIgnoredVariables:
    def test_takes_keys_and_addresses_of_providers_and_leaves_ours(self):
        environ = {
            "OPENAI_API_KEY": "x",
            "GROQ_API_KEY_FILE": "x",
            "OPENAI_BASE_URL": "x",
            "OLLAMA_API_BASE": "x",
            "DATABASE_URL": "x",
            "AWS_REGION": "x",
            "PATH": "x",
        }
        assert generation.ignored_variables(environ) == [
            "GROQ_API_KEY_FILE", "OLLAMA_API_BASE", "OPENAI_API_KEY", "OPENAI_BASE_URL",
        ]  # fmt: skip
