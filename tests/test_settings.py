"""Settings: what follows where nothing is set."""

import psutil
import pytest

from service.settings import Settings, SettingsInvalid


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
