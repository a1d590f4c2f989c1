"""A study with votes and a leaderboard in a database of its own, and commands typed on it."""

from click.testing import CliRunner

from service.cli import cli
from service.cli.context import Outlet
from service.store import models
from tests import factories
from tests.usecases.sighted.results import rated

NAME = "support-replies"


class Installation:
    """An installation with one rated study."""

    def __init__(self, folder, monkeypatch):
        monkeypatch.setenv("DATA_DIR", str(folder / "data"))
        monkeypatch.delenv("DATABASE_URL", raising=False)
        self.outlet = Outlet()
        with self.outlet.database.transaction() as session:
            self.study = factories.make_study(session, prompts=6, votes_per_matchup=3)
        self.rate("Ben")
        self.rate("Cleo")

    def rate(self, name, prefers="Retrieval"):
        with self.outlet.database.transaction() as session:
            rated.vote(session, self.study, name, prefers=prefers)
            rated.board(session, self.study)

    def leave_out(self, number=1):
        """Let votes count for nothing, as an exclusion does."""
        with self.outlet.database.transaction() as session:
            for row in session.query(models.Tallied).limit(number):
                session.delete(row)

    def say(self, *words):
        result = CliRunner().invoke(cli, [str(word) for word in words])
        message = getattr(result.exception, "message", "")
        if result.exception is not None and not message:
            raise result.exception
        return result.output + message
