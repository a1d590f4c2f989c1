import pytest

from service import running
from service.cli.context import NoInstallation, Outlet
from service.settings import Settings
from service.usecases import upkeep


class TestOutlet:
    def test_opens_the_database_when_a_command_asks_for_it(self, home):
        assert "database" not in vars(home)
        assert upkeep.is_migrated(home.database)
        home.close()

    def test_signs_links_with_the_same_key_in_every_command(self, home):
        assert home.key == Outlet().key

    @pytest.mark.parametrize("ring", ["generation", "ratings"])
    def test_goes_on_where_no_worker_listens(self, home, capsys, ring):
        home.ring_generation() if ring == "generation" else home.ring_ratings(1)
        assert ("No worker is listening" in capsys.readouterr().err) == (ring == "generation")


class TestSettings:
    @pytest.fixture
    def elsewhere(self, home, tmp_path, monkeypatch):
        """Another folder, where nothing names an installation."""
        monkeypatch.delenv("DATA_DIR")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        return Settings(data_dir=tmp_path / "data", port=8123)

    def test_are_those_of_the_only_one_that_runs(self, elsewhere):
        running.note(elsewhere)
        outlet = Outlet()
        assert outlet.settings.data_dir == elsewhere.data_dir
        assert outlet.web_address == "http://127.0.0.1:8123"

    def test_say_how_to_name_one_of_several(self, elsewhere, tmp_path):
        running.note(elsewhere)
        (tmp_path / "other").mkdir()
        running.note(Settings(data_dir=tmp_path / "other"))
        with pytest.raises(NoInstallation) as caught:
            _ = Outlet().settings
        for name in ("data", "other"):
            assert f"DATA_DIR={tmp_path / name} evenhand" in caught.value.message

    def test_found_nothing_by_themselves(self, elsewhere, tmp_path):
        with pytest.raises(NoInstallation, match="none runs"):
            _ = Outlet().database
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_are_those_of_this_folder_before_all_others(self, elsewhere, tmp_path):
        running.note(elsewhere)
        outlet = Outlet()
        outlet.make_database()
        outlet.close()
        assert Outlet().settings.data_dir.resolve() == tmp_path / "elsewhere/var"

    def test_a_new_place_is_named_aloud(self, home, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "new"))
        outlet = Outlet()
        _ = outlet.database
        outlet.close()
        assert f"made in {tmp_path / 'new'}" in capsys.readouterr().err
