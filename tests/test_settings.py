"""Settings: what follows where nothing is set."""

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
