import pytest

from service.cli.context import Outlet
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
