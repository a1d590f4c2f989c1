import pytest

from service.store import models
from service.usecases.sighted.judges import progress
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


class TestOf:
    def test_adds_up_what_it_took(self, session, made, judge):
        benches.ask(session, made, 2)
        benches.answer_all(session)
        view = progress.of(session, made.name, NAME)
        # 10 tokens read and 20 written, at 1 and 2 USD for a million, four times.
        assert view.newest.cost == view.spent == 4 * (10 * 1 + 20 * 2) / 1e6
        assert (view.held, view.newest.unknown_costs, view.is_moving) == (0, 0, False)

    def test_says_who_is_of_the_judge_s_family(self, session, made):
        for name, model in (("Plain", "openai/gpt-4o-mini"), ("Tuned", "anthropic/claude-x")):
            session.get_one(models.Configuration, made.configurations[name]).model = model
        told = benches.TOLD.__class__("Helpfulness", "azure/gpt-5", price=benches.PRICE)
        benches.create(session, made, told=told)
        assert progress.of(session, made.name, NAME).kin == ("Plain",)

    def test_says_why_a_judge_rests(self, session, made, judge):
        benches.ask(session, made, 1)
        row = session.query(models.Configuration).filter_by(name=NAME).one()
        row.paused_because = "Five calls in a row failed."
        session.flush()
        view = progress.of(session, made.name, NAME)
        assert (view.rests_because, view.is_moving) == ("Five calls in a row failed.", False)
