import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from service.cli import boards as command
from service.domain.claims import Against
from tests import boards, factories


@pytest.fixture
def check(home):
    """Keep leaderboards of a study one after another, and check the newest of them."""

    def run(*kept, words=()):
        with home.database.transaction() as session:
            study = factories.make_study(session, "support")
            for board in kept:
                boards.keep(session, study.id, board)
        return CliRunner().invoke(
            command.leaderboard, ["support", "--check", *words], obj=home, standalone_mode=False
        )

    return run


def against(state: str):
    board = boards.board(incumbent="plain-prompt")
    return boards.with_part(board, against=(Against("retrieval", state, "always"),))


class TestCheck:
    @pytest.mark.parametrize(("state", "code"), [("worse", 2), ("open", 0), ("better", 0)])
    def test_ends_with_2_where_something_is_worse_than_what_is_live(self, check, state, code):
        done = check(against(state))
        assert done.return_value == code, done.output
        assert ("retrieval is worse than plain-prompt" in done.output) is (code == 2)

    def test_compares_with_a_leaderboard_that_is_kept(self, check):
        done = check(against("open"), against("worse"), words=("--since", "1", "--json"))
        assert done.return_value == 2
        told = json.loads(done.stdout)
        assert told["regressions"] == [
            {"configuration": "retrieval", "rival": "plain-prompt", "why": "worse"}
        ]

    def test_never_passes_for_want_of_something_to_check(self, check):
        assert "no leaderboard" in str(check().exception.message)

    def test_asks_for_an_incumbent_or_a_leaderboard(self, check):
        assert "--since" in check(replace(boards.board(), incumbent=None)).exception.message
