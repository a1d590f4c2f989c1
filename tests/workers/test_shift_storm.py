"""A provider that takes a few requests per window: waiting mends it, and nothing fails."""

import asyncio

import pytest
from sqlalchemy import select

from service.database import Database
from service.settings import Settings
from service.store import models
from tests.fakes import programs
from tests.workers.test_shift import make_study, rows, states
from workers import llm, providers
from workers import shift as shift_module

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")

COMPLETIONS = 36
TAKEN = 12


def work_at_once(places) -> None:
    """Run a shift in each of these surroundings at the same time."""

    async def work():
        await asyncio.gather(*(shift_module.Shift(here).run() for here in places))
        await llm.close()

    with asyncio.Runner() as runner:
        runner.run(work())


class TestStorm:
    def test_ends_with_all_ready_none_failed_and_few_requests(self, database, address, tmp_path):
        options = ("--take", str(TAKEN), "--window", "1.5", "--latency", "0.01")
        other = Database(address)
        with programs.model_program(*options) as server:
            study = make_study(database, ("openai/one", "openai/two"), prompts=COMPLETIONS // 2)
            reach = providers.Providers({"fake": providers.Endpoint(server.api_base)}, {})
            settings = Settings(data_dir=tmp_path, call_deadline=10.0, batch_size=50)
            places = [
                shift_module.Surroundings(settings, each, reach) for each in (database, other)
            ]
            while states(database).keys() & {"pending", "running", "recorded"}:
                work_at_once(places)
            requests = sum(server.seen()["calls"].values())
        other.engine.dispose()
        assert states(database) == {"ready": COMPLETIONS}
        # What was under way when the first refusal came, of two workers with 16 calls at once,
        # and after that little: one call tries, and half as many follow.
        assert requests < 2 * COMPLETIONS
        assert {row.attempts for row in rows(database)} == {1}
        with database.reading() as session:
            money = session.get_one(models.Study, study.id)
            assert (money.held_calls, money.spent_calls) == (0, COMPLETIONS)
            assert session.scalars(select(models.Throttle.refusals)).all() == [0]
