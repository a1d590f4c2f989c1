"""Conversations that are paused between two turns, and go on where they were."""

import asyncio

import pytest
from sqlalchemy import select, update

from service.database import now
from service.settings import Settings
from service.store import models
from service.usecases.sighted.studies import opening, overviews
from tests.workers.rungs import AGENT_ALONE, all_rows, broken, rows, start
from workers import agents, llm, providers
from workers import shift as shift_module

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")

TALK = AGENT_ALONE.replace("- May I return a bicycle?", "- messages: ['One?', 'Two?', 'Three?']")


@pytest.fixture
def slow(database, server, tmp_path):
    agent = providers.Endpoint(server.agent("slow"), is_agent=True)
    settings = Settings(data_dir=tmp_path, call_deadline=10.0)
    models_there = providers.Endpoint(server.api_base)
    reach = providers.Providers({"desk": agent, "models": models_there}, {})
    return shift_module.Surroundings(settings, database, reach)


def work(here, meanwhile=lambda: None) -> None:
    async def run():
        running = asyncio.create_task(shift_module.Shift(here).run())
        await asyncio.sleep(0.3)  # the first turn takes a second
        await asyncio.to_thread(meanwhile)
        await running
        await llm.close()
        await agents.close()

    with asyncio.Runner() as runner:
        runner.run(run())


class TestPauseBetweenTurns:
    def pause(self, database):
        def act():
            with database.transaction() as session:
                session.execute(update(models.Configuration).values(paused_because="Wait."))

        return act

    def resume(self, database, study_id):
        with database.transaction() as session:
            opening.resume(session, session.get_one(models.Study, study_id).name)
            session.execute(update(models.Completion).values(next_attempt_at=now(session)))

    def test_keeps_the_turns_that_were_paid_and_goes_on_after_them(
        self, database, slow, server, tmp_path
    ):
        before = server.seen()["calls"].get("slow", 0)
        study_id = start(database, tmp_path, TALK)
        work(slow, self.pause(database))
        row = rows(database, study_id)["Desk", 1]
        assert (row.state, len(row.turns), row.attempts) == ("pending", 1, 0)
        with database.reading() as session:
            study = session.get_one(models.Study, study_id)
            assert (study.spent_nanos, study.spent_calls, study.held_calls) == (250_000_000, 1, 0)
            assert overviews.study(session, "alone").budget.maybe_paid == 0
        assert broken(database) == []

        self.resume(database, study_id)
        work(slow)
        done = rows(database, study_id)["Desk", 1]
        assert (done.state, done.turns[0], len(done.turns)) == ("ready", row.turns[0], 3)
        assert (done.cost_nanos, done.saved_nanos, done.reused_calls) == (750_000_000, 0, 0)
        assert server.seen()["calls"]["slow"] == before + 3
        with database.reading() as session:
            assert session.get_one(models.Study, study_id).spent_nanos == 750_000_000
            kept = session.scalars(select(models.Call.turn).order_by(models.Call.turn)).all()
            assert kept == [0, 1, 2]
            behind = session.scalars(select(models.Evidence)).one()
            assert [trace[0]["asked"] for trace in behind.traces] == ["One?", "Two?", "Three?"]
        assert broken(database) == []

    def test_holds_for_models_too_with_the_tokens_that_were_used(
        self, database, slow, server, tmp_path
    ):
        text = TALK.replace("agent: desk", "model: openai/slow, endpoint: models").replace(
            "price: {call: 0.25}", "price: {input: 1, output: 1}"
        )
        study_id = start(database, tmp_path, text.replace("calls: 10", "usd: 5"))
        work(slow, self.pause(database))
        with database.reading() as session:
            study = session.get_one(models.Study, study_id)
            assert (study.spent_calls, study.spent_tokens, study.held_tokens) == (1, 19, 0)
        self.resume(database, study_id)
        work(slow)
        (done,) = (row for row in all_rows(database, study_id) if row.turns)
        assert (done.state, done.prompt_tokens, done.completion_tokens) == ("ready", 36, 21)
        assert done.cost_nanos == 57_000
        with database.reading() as session:
            study = session.get_one(models.Study, study_id)
            assert (study.spent_calls, study.spent_tokens) == (3, 57)
        assert broken(database) == []
