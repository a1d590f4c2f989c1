"""Types commands as people do: in a data folder of their own, with no queue that answers."""

import shutil

import pytest
from click.testing import CliRunner

from service.cli.context import Outlet


@pytest.fixture
def home(tmp_path, monkeypatch, sqlite_file):
    """The environment of a command, with a database in a file."""
    (tmp_path / "data").mkdir(mode=0o700)
    shutil.copyfile(sqlite_file, tmp_path / "data" / "evenhand.sqlite3")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    monkeypatch.setenv("COLUMNS", "120")
    outlet = Outlet()
    yield outlet
    outlet.close()


@pytest.fixture
def say(home):
    """Type a command; return what is printed, or the message of its error."""

    def run(command, *words):
        result = CliRunner().invoke(command, list(map(str, words)), obj=home)
        return result.output + str(getattr(result.exception, "message", ""))

    return run
