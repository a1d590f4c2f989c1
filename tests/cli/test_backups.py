import pytest
from click.testing import CliRunner

from service.cli import backups
from service.cli.context import Outlet
from tests import factories
from tests.usecases.sighted.results import rated


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Type a command over the installation in a folder; returns what it says."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)

    def run(command, folder, *words: object) -> str:
        monkeypatch.setenv("DATA_DIR", str(tmp_path / folder))
        outlet = Outlet()
        result = CliRunner().invoke(command, [str(word) for word in words], obj=outlet)
        outlet.close()
        return result.output + str(getattr(result.exception, "message", ""))

    return run


class TestBackup:
    def test_restores_into_a_new_folder_alone(self, typed, tmp_path, monkeypatch):
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "old"))
        outlet = Outlet()
        with outlet.database.transaction() as session:
            rated.vote(session, factories.make_study(session, prompts=4))
        outlet.close()
        file = tmp_path / "all.backup"
        assert "1 studies, 4 votes, tried and found whole." in typed(backups.backup, "old", file)
        assert "Restored: 1 studies, 4 votes" in typed(backups.restore, "new", file)
        assert "not empty" in typed(backups.restore, "new", file)
        key = (tmp_path / "old/secret_key").read_text()
        assert (tmp_path / "new/secret_key").read_text() == key

    def test_says_where_to(self, typed, tmp_path, monkeypatch):
        (tmp_path / "all.backup").write_text("x")
        assert "is no backup of Evenhand" in typed(backups.restore, "new", tmp_path / "all.backup")
        monkeypatch.delenv("DATA_DIR")
        result = CliRunner().invoke(backups.restore, [str(tmp_path / "all.backup")], obj=Outlet())
        assert "Say where to" in str(result.exception)
