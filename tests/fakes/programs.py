"""Real programs that tests talk to: a queue server and the OpenAI-compatible server."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from service.supervisor import queue_server

ROOT = Path(__file__).parents[2]


@dataclass
class QueueProgram:
    """A queue server that a test may stop, freeze and kill."""

    address: str
    process: subprocess.Popen[bytes]

    def client(self) -> Redis:
        return Redis.from_url(self.address)

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def queue_program(folder: Path) -> Iterator[QueueProgram]:
    plan = queue_server.plan(folder)
    process = subprocess.Popen(plan.command)
    try:
        assert queue_server.wait_until_up(plan.address, 10)
        yield QueueProgram(plan.address, process)
    finally:
        process.kill()
        process.wait()


@dataclass
class ModelProgram:
    """The OpenAI-compatible server, counting what it is asked."""

    port: int
    process: subprocess.Popen[str]

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def agent(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/agent/{name}"

    def seen(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/counts", timeout=5) as answer:
            return dict(json.loads(answer.read()))


@contextmanager
def _listening(script: str, *options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A program that prints the port it listens on, and then answers until it is killed."""
    command = [sys.executable, str(ROOT / script), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else ""), process
        finally:
            process.kill()


@contextmanager
def model_program(*options: str) -> Iterator[ModelProgram]:
    with _listening("tests/fakes/openai_server.py", *options) as (port, process):
        yield ModelProgram(port, process)


@contextmanager
def example_agent() -> Iterator[int]:
    """The agent of docs/examples; yields its port."""
    with _listening("docs/examples/agent.py", "0") as (port, _):
        yield port
