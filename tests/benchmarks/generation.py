"""How fast completions become dealable, against a bare loop of the library that calls models.

``make bench-generation``. Two real workers generate answers of about 1 kB from a server with
200 ms latency in a process of its own, into PostgreSQL: claimed, held, called, recorded,
screened, rendered, settled. Beside it, before and after each run, as many processes with the same
concurrency do nothing but ``litellm.acompletion``. Three runs; each must hold what is wanted: the
rate at least 0.85 of the bare loop's, and the CPU time of a completion at most 1.5 times a bare
call's. Then, in one process, the CPU that each stage takes.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select

from service import jobs
from service.database import Database
from service.settings import Settings
from service.store import models
from service.supervisor import queue_server
from tests import databases, factories
from tests.benchmarks.table import Table
from tests.fakes import programs

WORKERS = 2
PROGRAM = ("-m", "workers.generation")
WANTED_RATE = 0.85
WANTED_CPU = 1.5
PROMPT = "Write a paragraph about harbour {}, please."


def bare(api_base: str, calls: int, concurrency: int, gate: Any, told: Any) -> None:
    """Call as a script would: one loop, one semaphore, nothing stored."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm  # noqa: PLC0415 - in the process that needs it

    litellm.suppress_debug_info = True

    async def call(number: int, lane: asyncio.Semaphore) -> None:
        async with lane:
            await litellm.acompletion(
                model="openai/plain",
                messages=[{"role": "user", "content": PROMPT.format(number)}],
                api_base=api_base,
                api_key="none",
                max_tokens=1024,
                max_retries=0,
            )

    async def work() -> tuple[float, float, float]:
        lane = asyncio.Semaphore(concurrency)
        await asyncio.gather(*(call(number, lane) for number in range(4)))
        await asyncio.to_thread(gate.wait)
        begun, cpu = time.monotonic(), time.process_time()
        await asyncio.gather(*(call(number, lane) for number in range(calls)))
        return begun, time.monotonic(), time.process_time() - cpu

    told.put(asyncio.run(work()))


def measure_bare(api_base: str, items: int, concurrency: int) -> tuple[float, float]:
    """Return calls per second and CPU milliseconds per call."""
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(WORKERS), context.Queue()
    share = items // WORKERS
    arguments = (api_base, share, concurrency, gate, told)
    processes = [context.Process(target=bare, args=arguments) for _ in range(WORKERS)]
    for process in processes:
        process.start()
    spans = [told.get(timeout=600) for _ in processes]
    for process in processes:
        process.join()
    seconds = max(end for _, end, _ in spans) - min(begun for begun, _, _ in spans)
    return items / seconds, 1000 * sum(cpu for _, _, cpu in spans) / items


def fill(database: Database, items: int, name: str = "bench") -> int:
    """Write a study with so many completions to generate; return its id."""
    names = ("One", "Two")
    with database.transaction() as session:
        return factories.make_study(
            session,
            name,
            configurations=names,
            prompts=items // 2,
            ready=False,
            prompt_text=PROMPT.format,
            configuration_fields={n: {"model": "openai/ours", "endpoint": "fake"} for n in names},
        ).id


def count_ready(database: Database, study_id: int) -> int:
    of_study = models.Completion.study_id == study_id
    with database.reading() as session:
        query = select(func.count()).where(of_study, models.Completion.state == "ready")
        return session.scalar(query) or 0


def span(database: Database, study_id: int) -> float:
    """Return the seconds from the first claim to the last completion made fit to show."""
    of_study = models.Completion.study_id == study_id
    attempts = select(func.min(models.Attempt.started_at)).join(
        models.Completion, models.Completion.id == models.Attempt.completion_id
    )
    with database.reading() as session:
        begun = session.scalar(attempts.where(of_study))
        ended = session.scalar(select(func.max(models.Completion.recorded_at)).where(of_study))
    assert begun is not None
    assert ended is not None
    return (ended - begun).total_seconds()


def cpu_of(processes: list[psutil.Process]) -> float:
    """Return the CPU seconds of processes, with what their ended children took."""
    total = 0.0
    for process in processes:
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


class Ours:
    """A queue and two real workers, warm, on a database."""

    def __init__(self, stack: ExitStack, folder: Path, address: str, api_base: str, width: int):
        """Start all and wait until both workers have loaded what their jobs need."""
        self._database = Database(address)
        stack.callback(self._database.engine.dispose)
        self._plan = queue_server.plan(folder)
        endpoints = folder / "endpoints.yaml"
        endpoints.write_text(f"fake:\n  api_base: {api_base}\n")
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "REDIS_URL": self._plan.address,
            "DATA_DIR": str(folder),
            "ENDPOINTS_FILE": str(endpoints),
            "CALL_CONCURRENCY": str(width),
            "LOG_LEVEL": "DEBUG",  # says when a job begins
            "PYTHONUNBUFFERED": "1",
        }

        def run(command: list[str], log: str) -> subprocess.Popen[bytes]:
            out = stack.enter_context((folder / log).open("wb"))
            process = subprocess.Popen(command, env=environment, cwd=programs.ROOT, stdout=out)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        def has_had_a_job(number: int) -> bool:
            return b"generate" in (folder / f"worker-{number}.log").read_bytes()

        run(list(self._plan.command), "queue.log")
        queue_server.wait_until_up(self._plan.address, 10)
        command = [sys.executable, *PROGRAM, "--idle", "600"]
        workers = [run(command, f"worker-{n}.log") for n in range(WORKERS)]
        self._workers = [psutil.Process(worker.pid) for worker in workers]
        # A job with nothing to do: it loads litellm, which is no part of a completion.
        wait(lambda: self._ring() and all(map(has_had_a_job, range(WORKERS))))
        self._wait_until_idle()

    def measure(self, name: str, items: int) -> tuple[float, float]:
        """Return completions made dealable per second, and CPU milliseconds of each."""
        study_id = fill(self._database, items, name)
        before = cpu_of(self._workers)
        self._ring()
        wait(lambda: count_ready(self._database, study_id) == items)
        # The work-horses end, and their CPU becomes their parents' to tell.
        self._wait_until_idle()
        cpu = cpu_of(self._workers) - before
        return items / span(self._database, study_id), 1000 * cpu / items

    def _ring(self) -> bool:
        return jobs.ring_generation(self._plan.address)

    def _wait_until_idle(self) -> None:
        wait(lambda: not any(worker.children() for worker in self._workers))


def wait(condition: Callable[[], object], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def measure_stages(
    address: str, api_base: str, folder: Path, items: int, concurrency: int
) -> dict[str, float]:
    """Return CPU milliseconds per completion for each stage of one shift in this process."""
    from service.usecases.sighted.generation import claims, publishing  # noqa: PLC0415
    from workers import llm, providers, recorder, shift, warm_up  # noqa: PLC0415

    warm_up.call_once()
    warm_up.prepare_once()
    database = Database(address)
    fill(database, items)
    took: dict[str, float] = defaultdict(float)

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*arguments: Any, **options: Any) -> Any:
            begun = time.thread_time()
            try:
                return function(*arguments, **options)
            finally:
                took[stage] += time.thread_time() - begun

        return measured

    for room, name, stage in (
        (claims, "claim", "claim"),
        (recorder.Recorder, "_record_rows", "record"),
        (publishing, "recorded", "read what is to be shown"),
        (publishing, "prepare", "screen and render"),
        (publishing, "finish", "store and settle"),
    ):
        setattr(room, name, timed(stage, getattr(room, name)))
    settings = Settings(data_dir=folder, call_concurrency=concurrency, batch_size=50)
    reach = providers.Providers({"fake": providers.Endpoint(api_base)}, {})

    async def work() -> None:
        one = shift.Shift(shift.Surroundings(settings, database, reach), seconds=600)
        await one.run()
        await llm.close()

    begun = time.process_time()
    asyncio.run(work())
    whole = time.process_time() - begun
    took["call and everything else"] = whole - sum(took.values())
    database.engine.dispose()
    return {stage: 1000 * seconds / items for stage, seconds in took.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--latency", default="0.2")
    parser.add_argument("--only", choices=["stages", "rates"])
    options = parser.parse_args()
    table = Table()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(databases.postgres_server())
        assert server is not None, "PostgreSQL is needed"
        server.stop()
        server.start(durable=True)
        fakes = stack.enter_context(
            programs.model_program("--latency", options.latency, "--size", "1000")
        )
        make = databases.PostgresDatabases(server.address)
        if options.only != "stages":
            ours = Ours(stack, folder, make.fresh(), fakes.api_base, options.concurrency)
            measure = partial(measure_bare, fakes.api_base, options.items, options.concurrency)
            # Bare before and after each run: on a busy machine one look would be luck.
            bare_ones = [measure()]
            for run in range(1, options.runs + 1):
                rate, cpu = ours.measure(f"run-{run}", options.items)
                bare_ones.append(measure())
                (rate_before, cpu_before), (rate_after, cpu_after) = bare_ones[-2:]
                bare_rate = 2 / (1 / rate_before + 1 / rate_after)
                told = f"run {run}: completions a second"
                table.at_least(told, rate, bare_rate, WANTED_RATE, "/s")
                bare_cpu = (cpu_before + cpu_after) / 2
                told = f"run {run}: CPU of a completion"
                table.at_most(told, cpu, bare_cpu, WANTED_CPU, "ms")
        if options.only != "rates":
            stages = measure_stages(
                make.fresh(), fakes.api_base, folder, options.items, options.concurrency
            )
            for stage, milliseconds in stages.items():
                table.told(f"one process, CPU: {stage}", milliseconds, "ms")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        table.told("memory of a worker, at most", peak, "MB")
        table.told("load of the machine", os.getloadavg()[0])
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
