"""How fast completions become dealable, against a bare loop of the library that calls models.

``make bench-generation``. Two real workers generate answers of about 1 kB from a server with
200 ms latency in a process of its own, into PostgreSQL: claimed, held, called, recorded,
screened, rendered, settled. Beside it, in the same run, before and after, as many processes
with the same concurrency do nothing but ``litellm.acompletion``. Printed: both rates, their
ratio (target 0.8), and the CPU that each stage takes per completion.
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
from tests.fakes import programs

WORKERS = 2
TARGET = 0.8
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


def fill(database: Database, items: int) -> None:
    names = ("One", "Two")
    with database.transaction() as session:
        factories.make_study(
            session,
            "bench",
            configurations=names,
            prompts=items // 2,
            ready=False,
            prompt_text=PROMPT.format,
            configuration_fields={n: {"model": "openai/ours", "endpoint": "fake"} for n in names},
        )


def count_ready(database: Database) -> int:
    with database.reading() as session:
        query = select(func.count()).where(models.Completion.state == "ready")
        return session.scalar(query) or 0


def span(database: Database) -> float:
    """Return the seconds from the first claim to the last completion made fit to show."""
    with database.reading() as session:
        begun = session.scalar(select(func.min(models.Attempt.started_at)))
        ended = session.scalar(select(func.max(models.Completion.recorded_at)))
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


def measure_ours(
    folder: Path, address: str, api_base: str, items: int, concurrency: int
) -> tuple[float, float]:
    """Return completions made dealable per second by real workers, and their CPU for each."""
    database = Database(address)
    fill(database, items)
    plan = queue_server.plan(folder)
    endpoints = folder / "endpoints.yaml"
    endpoints.write_text(f"fake:\n  api_base: {api_base}\n")
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "REDIS_URL": plan.address,
        "DATA_DIR": str(folder),
        "ENDPOINTS_FILE": str(endpoints),
        "CALL_CONCURRENCY": str(concurrency),
        "PYTHONUNBUFFERED": "1",
    }
    with ExitStack() as stack:

        def run(command: list[str], log: str) -> subprocess.Popen[bytes]:
            out = stack.enter_context((folder / log).open("wb"))
            process = subprocess.Popen(command, env=environment, cwd=programs.ROOT, stdout=out)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        run(list(plan.command), "queue.log")
        queue_server.wait_until_up(plan.address, 10)
        command = [sys.executable, "-m", "workers.main", "completions"]
        workers = [run(command, f"worker-{n}.log") for n in range(WORKERS)]
        wait(lambda: all(b"ready" in (folder / f"worker-{n}.log").read_bytes() for n in (0, 1)))
        parents = [psutil.Process(worker.pid) for worker in workers]
        before = cpu_of(parents)
        jobs.ring_generation(plan.address)
        wait(lambda: count_ready(database) == items)
        # The work-horses end, and their CPU becomes their parents' to tell.
        wait(lambda: not any(parent.children() for parent in parents))
        cpu = cpu_of(parents) - before
    seconds = span(database)
    database.engine.dispose()
    return items / seconds, 1000 * cpu / items


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
    parser.add_argument("--concurrency", type=int, nargs="+", default=[16])
    parser.add_argument("--latency", default="0.2")
    parser.add_argument("--only", choices=["stages", "rates"])
    options = parser.parse_args()
    lowest = 9.0
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
        for concurrency in options.concurrency:
            if options.only != "stages":
                place = folder / str(concurrency)
                place.mkdir()
                theirs, their_cpu = measure_bare(fakes.api_base, options.items, concurrency)
                ours, our_cpu = measure_ours(
                    place, make.fresh(), fakes.api_base, options.items, concurrency
                )
                # Once more afterwards: on a busy machine one look would be luck.
                again, _ = measure_bare(fakes.api_base, options.items, concurrency)
                theirs = 2 / (1 / theirs + 1 / again)
                lowest = min(lowest, ours / theirs)
                print(
                    f"{options.items} completions, {WORKERS} processes of {concurrency} at once\n"
                    f"  bare litellm.acompletion {theirs:7.1f}/s  {their_cpu:5.2f} ms CPU each\n"
                    f"  fully recorded           {ours:7.1f}/s  {our_cpu:5.2f} ms CPU each\n"
                    f"  ratio                    {ours / theirs:7.2f}  (target {TARGET})",
                    flush=True,
                )
            if options.only != "rates":
                stages = measure_stages(
                    make.fresh(), fakes.api_base, folder, min(options.items, 1000), concurrency
                )
                print(f"  CPU per completion by stage, one worker, concurrency {concurrency}:")
                for stage, milliseconds in stages.items():
                    print(f"    {stage:26} {milliseconds:6.2f} ms")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  memory of a worker at most {peak:.0f} MB, load {os.getloadavg()[0]:.1f}")
    return 0 if lowest >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
