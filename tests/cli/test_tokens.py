import json

import pytest
from click.testing import CliRunner

from service.cli import tokens
from service.cli.context import Outlet
from service.database import now
from service.usecases import api_tokens
from tests import factories


@pytest.fixture
def outlet(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = Outlet()
    with made.database.transaction() as session:
        factories.make_study(session)
    yield made
    made.close()


def typed(outlet, *words):
    return CliRunner().invoke(tokens.token, words, obj=outlet)


class TestToken:
    def test_makes_lists_and_withdraws(self, outlet):
        assert "There are no tokens" in typed(outlet, "list").output
        made = typed(outlet, "create", "My [bold] notebook", "--scope", "write")
        token = made.stdout.strip()
        assert "shown this once" in made.stderr
        with outlet.database.reading() as session:
            holder = api_tokens.holder_of(session, token, now(session))
        assert (holder.account.name, holder.scope) == ("operator", "write")
        shown = typed(outlet, "list").output
        assert holder.handle in shown
        assert token not in shown
        typed(outlet, "revoke", holder.handle)
        (told,) = json.loads(typed(outlet, "list", "--json").output)
        assert told["created_at"] <= told["revoked_at"]
        with outlet.database.reading() as session:
            assert api_tokens.holder_of(session, token, now(session)) is None
        assert "token_hash" not in told

    def test_says_what_it_cannot_do(self, outlet):
        for words, why in (
            (("create", "x", "--study", "none"), "no study called"),
            (("create", "x", "--days", "0"), "1 to 365 days"),
            (("create", "x", "--for", "Ada"), "no account called 'Ada'"),
            (("revoke", "12345678"), "no such token"),
        ):
            assert why in typed(outlet, *words).exception.message
