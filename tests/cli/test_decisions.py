import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service.cli import boards, decisions
from service.cli.context import Outlet
from service.store import models
from tests import factories
from tests.usecases.sighted.results import rated


@pytest.fixture
def outlet(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = Outlet()
    yield made
    made.close()


@pytest.fixture
def study(outlet):
    with outlet.database.transaction() as session:
        made = factories.make_study(session, prompts=5)
        rated.vote(session, made)
        rated.board(session, made)
        return made.name


def typed(command, outlet, *words: str) -> str:
    result = CliRunner().invoke(command, list(words), obj=outlet)
    return result.output + str(getattr(result.exception, "message", ""))


class TestDecide:
    def test_records_and_the_leaderboard_shows_it(self, outlet, study):
        given = ("--for", "Retrieval", "--by", "Ada", "--because", "It answers.")
        said = typed(decisions.decide, outlet, study, *given)
        assert ": Retrieval." in said
        assert "kept for good" in said
        shown = typed(boards.leaderboard, outlet, study)
        assert "Ada decided on 20" in shown
        assert "Reason: It answers." in shown
        assert "fingerprint" in shown
        assert "Ada" not in typed(boards.leaderboard, outlet, study, "--json")

    def test_says_what_is_missing(self, outlet, study):
        assert "either --for" in typed(decisions.decide, outlet, study, "--by", "Ada")
        assert "Say why" in typed(decisions.decide, outlet, study, "--none", "--by", "Ada")
        assert "Ada decided" not in typed(boards.leaderboard, outlet, study)

    def test_can_be_verified(self, outlet, study):
        typed(decisions.decide, outlet, study, "--none", "--by", "Ada", "--because", "Too dear.")
        said = typed(boards.leaderboard, outlet, study, "--verify")
        assert "is as it was then, and follows as well." in said
        with outlet.database.transaction() as session:
            kept = session.scalars(select(models.Decision)).one()
            kept.digest = "0" * 64
        said = typed(boards.leaderboard, outlet, study, "--verify")
        assert "is not as it was then" in said
