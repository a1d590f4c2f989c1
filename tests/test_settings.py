"""Settings: what follows where nothing is set."""

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psutil
import pytest

from service.settings import Settings, SettingsInvalid


class TestPublicUrl:
    @pytest.mark.parametrize(
        "given", ["https://a.example", "https://a.example/", "http://[::1]:80"]
    )
    def test_is_a_host_and_perhaps_a_port(self, given):
        assert Settings(public_url=given).web_address == given.rstrip("/")

    def test_under_a_path_is_refused_with_a_way_out(self):
        with pytest.raises(SettingsInvalid, match="a host name of its own"):
            Settings.from_environ({"PUBLIC_URL": "https://example.org/evenhand"})


class TestWebProcesses:
    def test_are_one_on_sqlite(self):
        assert Settings().web_processes == 1
        assert Settings(database_url="sqlite:////tmp/some.sqlite3").web_processes == 1

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_are_as_many_as_cores_on_postgresql(self, scheme):
        cores = psutil.Process().cpu_affinity() if psutil.LINUX else range(psutil.cpu_count())
        settings = Settings(database_url=f"{scheme}://evenhand@localhost/evenhand")
        assert settings.web_processes == len(cores)

    def test_are_what_is_set(self):
        assert Settings.from_environ({"WEB_WORKERS": "3"}).web_processes == 3
        with pytest.raises(SettingsInvalid, match="WEB_WORKERS"):
            Settings.from_environ({"WEB_WORKERS": "0"})


class TestSigningKey:
    def test_is_one_for_all_who_ask_at_once(self, tmp_path):
        for number in range(20):
            settings = Settings(data_dir=tmp_path / str(number))
            with ThreadPoolExecutor(8) as pool:
                keys = set(pool.map(lambda one: one.signing_key(), [settings] * 8))
            assert len(keys) == 1
            assert len(keys.pop()) > 40
            assert [path.name for path in settings.data_dir.iterdir()] == ["secret_key"]

    def test_is_for_this_user_only(self, tmp_path):
        Settings(data_dir=tmp_path).signing_key()
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


class TestIsHereOnly:
    @pytest.mark.parametrize(
        ("address", "is_here"),
        [
            ({}, True),
            ({"host": "::1"}, True),
            ({"public_url": "http://localhost:8000"}, True),
            ({"public_url": "http://192.168.1.20:8000"}, False),
            ({"public_url": "https://rate.example"}, False),
        ],
    )
    def test_tells_an_address_that_no_colleague_can_open(self, address, is_here):
        assert Settings(**address).is_here_only == is_here


class TestWebAddress:
    def test_is_where_it_listens(self):
        assert Settings(port=8123).web_address == "http://127.0.0.1:8123"

    def test_of_all_networks_is_an_address_that_others_can_open(self):
        address = Settings(host="0.0.0.0", port=8123).web_address
        with socket.create_server(("0.0.0.0", 0)) as server:
            socket.create_connection((urlsplit(address).hostname, server.getsockname()[1])).close()
        assert urlsplit(address).hostname != "0.0.0.0"

    def test_is_the_public_one_where_that_is_set(self):
        settings = Settings(host="0.0.0.0", public_url="https://rate.example")
        assert settings.web_address == "https://rate.example"
