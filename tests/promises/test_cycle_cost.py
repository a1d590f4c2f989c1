"""What a rating cycle asks of the database: a vote, and what comes next in hand."""

from statistics import mean

import pytest

from service.settings import Settings
from service.web.app import create_app
from tests import factories
from tests.fakes import served, statements

CYCLES = 30
MOST_STATEMENTS = 12


@pytest.fixture
def cycles(database, tmp_path):
    """Let a rater judge for a while, as our page does; return what each cycle asked."""
    with database.transaction() as session:
        study = factories.make_study(
            session, configurations=("A", "B", "C", "D"), prompts=20, votes_per_matchup=5
        )
        factories.make_study(session, "noise", prompts=9)
        seat = served.take_seat(session, study)
    client = create_app(
        Settings(data_dir=tmp_path, secret_key=factories.KEY), database
    ).test_client()
    at = f"/rate/{seat.handle}"
    client.set_cookie("evenhand_rater", seat.cookie, path=at)
    waiting = [piece["token"] for piece in client.get(f"{at}/next").get_json()["assignments"]]
    seen = []
    for _ in range(CYCLES):
        token = waiting.pop(0)
        with statements.counted(database.engine) as asked:
            body = {"choice": "left", "key": token, "have": waiting}
            answer = client.post(f"{at}/vote/{token}", json=body)
        assert answer.status_code == 200
        waiting += [piece["token"] for piece in answer.get_json()["assignments"]]
        assert waiting
        seen.append(asked)
    return seen


class TestCycle:
    def test_is_twelve_statements_at_most_but_where_the_deck_is_filled_up(self, cycles):
        numbers = [len(asked.statements) for asked in cycles]
        usual = [number for number in numbers if number <= MOST_STATEMENTS]
        assert len(usual) >= 0.6 * CYCLES
        assert max(numbers) <= 2 * MOST_STATEMENTS
        assert mean(numbers) <= MOST_STATEMENTS + 1

    def test_is_one_transaction_and_nothing_beside(self, cycles):
        assert {(asked.writing, asked.reading) for asked in cycles} == {(1, 0)}
