import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import select

from service.database import Database
from service.settings import Settings
from service.store import models
from service.supervisor import GRACE_SECONDS, STOP_SECONDS
from service.supervisor import programs as planned
from service.supervisor.output import Output
from tests import factories
from tests.fakes import programs


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Running:
    """The whole service, as `make run` starts it, on a folder and port of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = int(settings.get("PORT", 0)) or free_port()
        self.log = folder.parent / f"{folder.name}-{uuid4().hex[:4]}.log"
        left_out = ("REDIS_URL", "DATABASE_URL", "PUBLIC_URL")
        environment = {k: v for k, v in os.environ.items() if k not in left_out}
        environment["XDG_STATE_HOME"] = str(folder.parent / "state")
        environment |= {"DATA_DIR": str(folder), "PORT": str(self.port), **settings}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service.supervisor"],
                env=environment, cwd=programs.ROOT, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until(self, condition, seconds: float = 180) -> None:
        """Wait for an event; the end is generous, since the machine may be busy."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: "Evenhand is ready." in self.said)

    def family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def stop(self, number: int = signal.SIGINT) -> None:
        """Ask it to end and wait for that; how soon, `make bench-start` measures."""
        self.process.send_signal(number)
        self.process.wait(120)


@contextmanager
def ending() -> Iterator[list[Running]]:
    """Hold what was started, and end what is left of it, whatever happens."""
    started: list[Running] = []
    try:
        yield started
    finally:
        for one in started:
            for process in one.family():
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            one.process.kill()
            one.process.wait(5)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    with ending() as started:

        def start(folder: str = "data", **settings: str) -> Running:
            started.append(Running(tmp_path / folder, **settings))
            return started[-1]

        yield start


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    left = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return left


def all_programs_run(one: Running) -> bool:
    commands = " ".join(" ".join(_command(p)) for p in one.family())
    return all(
        part in commands
        for part in ("granian", "workers.generation", "workers.ratings --sweep", "workers.files")
    )


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


@dataclass
class Life:
    """What was seen of one folder: started, asked, stopped, started again, hurt and killed."""

    port: int
    links: list[str]
    first: str  # what the first start said to its end
    returned: int
    page: int
    modes: dict[str, int]
    family: int
    left_by_stop: list[psutil.Process]
    refused: Running
    refused_by: int
    commands: dict[str, subprocess.CompletedProcess[str]]
    signed_in: int
    elsewhere: list[Path]
    second: str


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """Live it once for all that look at it: a start costs as much as a hundred other tests."""
    place = tmp_path_factory.mktemp("life")
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    with ending() as started:
        one = Running(place / "data")
        started.append(one)
        one.wait_until_ready()
        links = re.findall(r"http://\S+", one.said)
        with urllib.request.urlopen(links[0], timeout=120) as answer:
            page = answer.status
        one.wait_until(lambda: all_programs_run(one))
        files = {"folder": one.folder, "socket": one.folder / "queue" / "socket"}
        modes = {name: file.stat().st_mode & 0o777 for name, file in files.items() if file.exists()}
        refused = Running(place / "data")
        started.append(refused)
        refused.process.wait(120)
        commands = {"running": sign_in_from(elsewhere, place)}
        (link,) = commands["running"].stdout.split()
        with urllib.request.urlopen(link, timeout=120) as answer:
            signed_in = answer.status
        another = {"DATA_DIR": str(one.folder), "SECRET_KEY": "another"}
        commands["another"] = sign_in_from(elsewhere, place, **another)
        family = one.family()
        one.stop()
        left = alive(family)
        commands["gone"] = sign_in_from(elsewhere, place)
        commands["by folder"] = sign_in_from(elsewhere, place, DATA_DIR=str(one.folder))
        first = one.said
        second = Running(place / "data")
        started.append(second)
        second.wait_until_ready()
        yield Life(
            one.port, links, first, one.process.returncode, page, modes, len(family), left, refused,
            one.process.pid, commands, signed_in, list(elsewhere.iterdir()), second.said,
        )  # fmt: skip


def sign_in_from(elsewhere: Path, place: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from service import cli; cli.main()", "sign-in"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(programs.ROOT),
            "XDG_STATE_HOME": str(place / "state"),
            **settings,
        },
        cwd=elsewhere, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


class TestLife:
    def test_serves_generates_and_leaves_nothing_behind(self, life):
        assert len(life.links) == 3
        assert life.page == 200
        assert life.modes["folder"] == 0o700
        assert life.modes.get("socket", 0) & 0o077 == 0
        assert life.family >= 5
        assert life.returned == 0
        assert life.left_by_stop == []
        assert "stopped." in life.first

    def test_a_second_run_on_one_folder_is_refused(self, life):
        assert life.refused.process.returncode == 1
        assert "already runs on the folder" in life.refused.said
        assert str(life.refused_by) in life.refused.said

    def test_is_found_by_commands_from_any_folder(self, life):
        said = life.commands
        address = f"http://127.0.0.1:{life.port}/sign-in/"
        assert said["running"].stdout.startswith(address)
        assert life.signed_in == 200
        assert said["another"].returncode == 1
        assert "another DATABASE_URL or SECRET_KEY" in said["another"].stderr
        assert said["gone"].returncode == 1
        assert "There is no Evenhand in this folder, and none runs." in said["gone"].stderr
        assert life.elsewhere == []
        assert said["by folder"].stdout.startswith(address)

    def test_a_second_start_keeps_the_data(self, life):
        (rate_before,) = re.findall(r"http://127.0.0.1:\d+(/i/\S+)", life.first)
        (rate_after,) = re.findall(r"http://127.0.0.1:\d+(/i/\S+)", life.second)
        assert rate_before == rate_after


@dataclass
class Hurt:
    """What was seen of a service with keys, one of whose programs was killed, and then itself."""

    holders: list[str]  # the environments of those that call
    others: list[str]
    of_queue: list[str]
    returned_before: int | None
    left: list[psutil.Process]


@pytest.fixture(scope="module")
def hurt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hurt]:
    place = tmp_path_factory.mktemp("hurt")
    file = place / "key"
    file.write_text("sk-from-a-file")
    with ending() as started:
        one = Running(
            place / "data",
            OPENAI_API_KEY="sk-secret",
            GROQ_API_KEY_FILE=str(file),
            SECRET_KEY="signs-links",
            DEMONSTRATION="false",
        )
        started.append(one)
        one.wait_until_ready()
        one.wait_until(lambda: all_programs_run(one) and (one.folder / "queue/socket").exists())
        holders, others, of_queue = [], [], []
        for process in one.family():
            with suppress(psutil.NoSuchProcess):
                surroundings = Path(f"/proc/{process.pid}/environ").read_text()
                calls = "workers.generation" in " ".join(_command(process))
                (holders if calls else others).append(surroundings)
                if "--unixsocket" in _command(process):
                    of_queue.append(surroundings)
        (ratings,) = [p for p in one.family() if "workers.ratings" in _command(p)]
        ratings.kill()
        one.wait_until(lambda: "starting again" in one.said)
        one.wait_until(lambda: all_programs_run(one))
        returned = one.process.poll()
        family = one.family()
        one.process.kill()
        one.process.wait(5)
        one.wait_until(lambda: not alive(family))
        yield Hurt(holders, others, of_queue, returned, alive(family))


class TestRun:
    def test_starts_again_what_dies_and_all_end_when_it_is_killed(self, hurt):
        assert hurt.returned_before is None
        assert hurt.left == []

    def test_stops_in_time_during_a_call_that_hangs(self, run, tmp_path):
        endpoints = tmp_path / "endpoints.yaml"
        with programs.model_program() as server:
            endpoints.write_text(f"fake: {{api_base: '{server.api_base}'}}\n")
            one = run(ENDPOINTS_FILE=str(endpoints), DEMONSTRATION="false")
            one.wait_until_ready()
            database = Database(Settings(data_dir=one.folder).database_address)
            with database.transaction() as session:
                model = {"model": "openai/hang", "endpoint": "fake"}
                factories.make_study(
                    session, ready=False, configuration_fields={"Plain": model, "Retrieval": model}
                )
            one.wait_until(lambda: server.seen()["calls"].get("hang"))
            family = one.family()
            one.stop()
            assert alive(family) == []
            with database.reading() as session:
                states = session.scalars(select(models.Completion.state)).all()
            database.engine.dispose()
        assert set(states) <= {"pending", "running"}

    def test_shows_keys_to_no_program_but_the_one_that_calls(self, hurt):
        assert hurt.holders
        assert all("sk-secret" in each for each in hurt.holders)
        assert len(hurt.others) >= 4
        for each in hurt.others:
            assert "sk-secret" not in each
            assert "GROQ_API_KEY_FILE" not in each
        assert all("signs-links" not in each for each in hurt.of_queue)


class TestInTheWay:
    def test_a_taken_port_is_said_plainly(self, run):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            one = run(PORT=str(port))
            assert one.process.wait(120) == 1
        assert f"Port {port} is taken" in one.said
        assert f"PORT={port + 1}" in one.said
        assert "Traceback" not in one.said

    @pytest.mark.parametrize(
        ("address", "message"),
        [
            ("postgresql://nobody@127.0.0.1:9/none", "database cannot be reached"),
            ("oracle://nobody@nowhere", "DATABASE_URL: must begin with"),
        ],
    )
    def test_a_dead_database_is_said_plainly(self, run, address, message):
        one = run(DATABASE_URL=address)
        one.wait_until(lambda: one.process.poll() is not None)
        assert one.process.returncode == 1
        ours = [line for line in one.said.splitlines() if " │ " not in line]
        assert message in "\n".join(ours)
        assert "Traceback" not in "\n".join(ours)

    def test_a_missing_endpoints_file_stops_generation_alone(self, run, tmp_path):
        one = run(ENDPOINTS_FILE=str(tmp_path / "nowhere.yaml"), DEMONSTRATION="false")
        one.wait_until(lambda: "does not run until that is mended" in one.said)
        assert "ENDPOINTS_FILE cannot be read" in one.said
        assert "Evenhand is ready." in one.said
        one.wait_until(lambda: any("workers.ratings" in _command(p) for p in one.family()))
        assert "starting again" not in one.said

    def test_a_folder_too_deep_for_a_socket_works(self, run, tmp_path):
        deep = "/".join(["a-rather-long-name-of-a-folder"] * 5)
        (tmp_path / deep).parent.mkdir(parents=True)
        one = run(deep, DEMONSTRATION="false")
        one.wait_until_ready()
        one.stop()
        assert one.process.returncode == 0

    def test_a_wrong_setting_is_named(self, run):
        one = run(PORT="8001", CALL_DEADLINE="soon")
        assert one.process.wait(120) == 1
        assert one.said.startswith("evenhand: CALL_DEADLINE")


class TestOutput:
    def test_shows_what_programs_write_and_nothing_that_a_terminal_obeys(self):
        stream = StringIO()
        output = Output(stream)
        output.feed("web", b"a\x1b]0;title\x07b\x1b[2J\xe2\x80\xaec")
        output.feed("web", b" d\n")
        assert stream.getvalue().endswith("\u2502 a\ufffd]0;title\ufffdb\ufffd[2J\ufffdc d\n")


class TestStopping:
    def test_what_does_not_end_is_killed_before_five_seconds(self):
        # Children get STOP_SECONDS, then the queue what is left of these and 0.4 s more; a second
        # is for those that were killed. Ctrl-C itself is timed by `make bench-start`.
        assert STOP_SECONDS + 0.4 + 1.0 < 5
        assert GRACE_SECONDS < STOP_SECONDS


class TestPrograms:
    def test_only_the_worker_that_calls_gets_the_keys(self, monkeypatch, tmp_path):
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        monkeypatch.setenv("GROQ_API_KEY_FILE", "/secret")
        children = planned(Settings(data_dir=tmp_path), "unix:///q")
        with_keys = [c.name for c in children if "sk-secret" in c.environment.values()]
        with_files = [c.name for c in children if "GROQ_API_KEY_FILE" in c.environment]
        assert with_keys == with_files == ["completions"]
        assert all(c.environment["REDIS_URL"] == "unix:///q" for c in children)
