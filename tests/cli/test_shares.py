import pytest
from click.testing import CliRunner

from service.cli import shares
from service.cli.context import Outlet
from service.database import now
from service.usecases.sighted.results.shares import open_share
from tests import boards, factories


@pytest.fixture
def outlet(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = Outlet()
    with made.database.transaction() as session:
        study = factories.make_study(session)
        boards.keep(session, study.id, boards.board())
    yield made
    made.close()


def typed(outlet, *words) -> str:
    result = CliRunner().invoke(shares.share, ["support-replies", *words], obj=outlet)
    return result.output + str(getattr(result.exception, "message", ""))


class TestShare:
    def test_makes_lists_and_withdraws(self, outlet):
        assert "no links" in typed(outlet)
        address = typed(outlet, "--days", "3", "--label", "Board [bold]").split()[0]
        token = address.rpartition("/shared/")[2]
        with outlet.database.reading() as session:
            assert open_share(session, token, now(session)).report.texts is None
        shown = typed(outlet)
        assert "Board [bold]" in shown
        assert "works" in shown
        assert token not in shown
        assert "withdrawn" in typed(outlet, "--revoke", "1")
        assert "withdrawn" in typed(outlet)

    def test_says_what_it_cannot_do(self, outlet):
        assert "1 to 365 days" in typed(outlet, "--days", "0")
        assert "no such link" in typed(outlet, "--revoke", "7")
        assert "not kept any more" in typed(outlet, "--days", "3", "--leaderboard", "9")
