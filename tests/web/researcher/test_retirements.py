"""When models retire stands beside them on every page that names them."""

from datetime import timedelta

import pytest

from service.database import now
from service.usecases.sighted.generation import prices
from service.usecases.sighted.generation.prices import KnownModel
from tests import boards

MODEL = "openai/gpt-old"


@pytest.fixture
def retiring(studio):
    """Make a study whose live model retires in seven weeks."""
    with studio.database.transaction() as session:
        moment = now(session)
        day = moment.date() + timedelta(weeks=7)
        prices.publish(session, [KnownModel(MODEL, "openai", 1e-6, 1e-6, 100, day)], moment)
    return studio


class TestRetires:
    def test_stands_beside_each_model(self, retiring):
        fields = {"retrieval": {"model": MODEL}}
        made = retiring.study(configurations=list(boards.SHARES), configuration_fields=fields)
        retiring.rank(made)
        page = retiring.page("support-replies/leaderboard")
        assert page.count("retires in 7 weeks, on ") == 2  # on the card, and in the plot
        assert "<li>retrieval retires in 7 weeks, on " in page
        assert "retires in 7 weeks, on " in retiring.page("support-replies/")
        assert list(retiring.get("support-replies/leaderboard.json").get_json()["retires"]) == [
            "retrieval"
        ]
        assert f"{MODEL} (retires on " in retiring.get("support-replies/report").text

    def test_stands_in_the_decision_that_it_forces(self, retiring):
        fields = {"Plain": {"model": MODEL}}
        retiring.study(state="draft", incumbent="Plain", configuration_fields=fields)
        page = retiring.page("support-replies/configurations")
        assert "What is live today, Plain, retires in 7 weeks, on " in page

    def test_is_no_word_of_a_model_without_a_day(self, studio):
        studio.rank(studio.study())
        assert "retires" not in studio.page("support-replies/leaderboard")
