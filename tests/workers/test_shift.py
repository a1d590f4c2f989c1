import asyncio
import dataclasses
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import select, update

from service.database import Database, DatabaseAway
from service.settings import Settings
from service.store import models
from tests import factories
from tests.fakes import programs
from workers import llm, offline, providers
from workers import shift as shift_module

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")


@pytest.fixture
def server() -> Iterator[programs.ModelProgram]:
    with programs.model_program("--latency", "0.02") as program:
        yield program


@pytest.fixture
def surroundings(database, server, tmp_path):
    def make(database: Database = database, grace: float = 5.0, **options):
        values = {"call_deadline": 10.0, "call_concurrency": 4, "batch_size": 6, **options}
        settings = Settings(data_dir=tmp_path, **values)
        reach = providers.Providers({"fake": providers.Endpoint(server.api_base)}, {})
        return shift_module.Surroundings(settings, database, reach, grace)

    return make


def make_study(database, models_of=("openai/one", "openai/two"), prompts=3, **fields):
    configurations = {
        f"Configuration {number}": {"model": model, "endpoint": "fake"}
        for number, model in enumerate(models_of)
    }
    with database.transaction() as session:
        return factories.make_study(
            session,
            configurations=list(configurations),
            prompts=prompts,
            ready=False,
            configuration_fields=configurations,
            cap_nanos=None,
            **fields,
        )


def work(here) -> shift_module.Shift:
    """Run one shift in a loop of its own."""
    with asyncio.Runner() as runner:
        shift = shift_module.Shift(here)
        runner.run(_shift(shift))
        return shift


async def _shift(shift):
    try:
        return await shift.run()
    finally:
        await llm.close()


def rows(database) -> list[models.Completion]:
    with database.reading() as session:
        found = list(session.scalars(select(models.Completion).order_by(models.Completion.id)))
        session.expunge_all()
        return found


def states(database) -> Counter[str]:
    return Counter(row.state for row in rows(database))


def make_due(database):
    with database.transaction() as session:
        session.execute(
            update(models.Completion)
            .where(models.Completion.state == "pending")
            .values(next_attempt_at=factories.MOMENT)
        )


class TestShift:
    def test_makes_all_that_is_due_ready_and_settles_the_money(self, database, surroundings):
        study = make_study(database, prompts=5)
        work(surroundings())
        assert states(database) == {"ready": 10}
        for row in rows(database):
            assert row.turns[0].endswith("?")
            assert row.html
            assert (row.prompt_tokens, row.completion_tokens, row.kind) == (12, 7, "complete")
        with database.reading() as session:
            held = session.get_one(models.Study, study.id)
            assert (held.held_calls, held.held_tokens, held.spent_calls) == (0, 0, 10)
            assert all(p.is_dealable for p in session.scalars(select(models.Prompt)))
            assert all(a.ended_at for a in session.scalars(select(models.Attempt)))

    def test_answers_conversations_turn_by_turn(self, database, surroundings, server):
        study = make_study(database, ("openai/talker",), prompts=1)
        with database.transaction() as session:
            prompt = session.get_one(models.Prompt, study.prompts[0])
            prompt.turns = ["First?", "Second?"]
        work(surroundings())
        (row,) = rows(database)
        assert [turn.rpartition(": ")[2] for turn in row.turns] == ["First?", "Second?"]
        assert server.seen()["calls"]["talker"] == 2

    def test_calls_the_offline_provider(self, database, surroundings):
        offline.register()
        study = make_study(database, ("offline/lead",), prompts=2)
        with database.transaction() as session:
            configuration = session.get_one(
                models.Configuration, study.configurations["Configuration 0"]
            )
            configuration.endpoint = None
        work(surroundings())
        assert states(database) == {"ready": 2}

    def test_two_at_once_call_each_completion_once(self, database, address, surroundings, server):
        make_study(database, ("openai/shared-a", "openai/shared-b"), prompts=15)
        other = Database(address)

        async def both():
            shifts = [shift_module.Shift(surroundings(one)) for one in (database, other)]
            await asyncio.gather(*(shift.run() for shift in shifts))
            await llm.close()
            return [shift.counts["recorded"] for shift in shifts]

        with asyncio.Runner() as runner:
            shares = runner.run(both())
        other.engine.dispose()
        assert sum(shares) == 30
        assert min(shares) > 0
        assert states(database) == {"ready": 30}
        calls = server.seen()["calls"]
        assert (calls["shared-a"], calls["shared-b"]) == (15, 15)

    def test_holds_no_connection_during_calls(self, database, surroundings):
        make_study(database, ("openai/slow",), prompts=1)
        here = surroundings()
        seen = []

        async def watch():
            shift = asyncio.create_task(_shift(shift_module.Shift(here)))
            await asyncio.sleep(0.7)
            seen.append(database.engine.pool.checkedout())
            await shift

        with asyncio.Runner() as runner:
            runner.run(watch())
        assert states(database) == {"ready": 1}
        assert seen == [0]


class TestFailures:
    def test_one_that_has_to_wait_is_due_again_later_and_spent_no_attempt(
        self, database, surroundings
    ):
        make_study(database, ("openai/busy",), prompts=1)
        work(surroundings())
        (row,) = rows(database)
        assert (row.state, row.error_class, row.attempts) == ("pending", "rate_limited", 0)
        with database.reading() as session:
            (resting_until,) = session.scalars(select(models.Configuration.resting_until))
        assert (resting_until - row.created_at).total_seconds() > 17

    def test_a_permanent_one_is_a_row_with_class_and_message(self, database, surroundings):
        make_study(database, ("openai/unauthorized", "nobodys"), prompts=1)
        with database.transaction() as session:
            # An endpoint would be asked for it by the name that it has there.
            nobodys = update(models.Configuration).where(models.Configuration.model == "nobodys")
            session.execute(nobodys.values(endpoint=None))
        work(surroundings())
        refused, unknown = rows(database)
        assert (refused.state, refused.error_class) == ("failed", "unauthorized")
        assert "key" in refused.error_message
        assert (unknown.state, unknown.error_class) == ("failed", "unknown_model")

    def test_garbage_gets_one_more_try(self, database, surroundings, server):
        make_study(database, ("openai/html",), prompts=1)
        here = surroundings()
        work(here)
        assert states(database) == {"pending": 1}
        make_due(database)
        work(here)
        assert states(database) == {"failed": 1}
        assert server.seen()["calls"]["html"] == 2

    def test_garbage_counts_attempts_and_not_claims_handed_back(
        self, database, surroundings, server
    ):
        make_study(database, ("openai/html",), prompts=1)
        with database.transaction() as session:
            session.execute(update(models.Completion).values(fence=3))  # handed back three times
        here = surroundings()
        work(here)
        assert states(database) == {"pending": 1}
        make_due(database)
        work(here)
        assert states(database) == {"failed": 1}

    def test_a_flaky_server_is_tried_again(self, database, surroundings):
        make_study(database, ("openai/flaky",), prompts=1)
        here = surroundings()
        for _ in range(2):
            work(here)
            make_due(database)
        assert states(database) == {"ready": 1}

    def test_signs_that_no_database_stores_are_left_out(self, database, surroundings, server):
        make_study(database, ("openai/odd-signs",), prompts=1)
        work(surroundings())
        (row,) = rows(database)
        assert (row.state, row.turns) == ("ready", ["ab?c"])

    def test_an_answer_that_cannot_be_stored_fails_alone(self, database, surroundings, server):
        make_study(database, ("openai/fine", "openai/unstorable"), prompts=2)
        odd = _with_a_sign_too_many(llm.complete)
        work(dataclasses.replace(surroundings(), ask_model=odd))
        assert states(database) == {"ready": 2, "failed": 2}
        assert {row.error_class for row in rows(database)} == {None, "internal"}

    def test_a_late_write_is_fenced_off(self, database, surroundings, server):
        make_study(database, ("openai/slow",), prompts=1)
        here = surroundings()

        async def overtake():
            shift = shift_module.Shift(here)
            running = asyncio.create_task(_shift(shift))
            await asyncio.to_thread(_wait_for_call, server, "slow")
            with database.transaction() as session:
                session.execute(update(models.Completion).values(fence=7))
            await running
            return shift

        with asyncio.Runner() as runner:
            shift = runner.run(overtake())
        assert shift.counts["fenced_off"] == 1
        (row,) = rows(database)
        assert (row.state, row.turns) == ("running", [])


def _with_a_sign_too_many(complete):
    async def odd(request, reach, seconds, may_go_on):
        answer = await complete(request, reach, seconds, may_go_on)
        if "unstorable" in request.model:
            return dataclasses.replace(answer, details={"x": object()})
        return answer

    return odd


def _wait_for_call(server, model, number=1):
    while server.seen()["calls"].get(model, 0) < number:
        time.sleep(0.005)


class Outages(Database):
    """A database that is away for the transactions after `claims`."""

    away = 0

    @contextmanager
    def transaction(self):
        if self.away:
            self.away -= 1
            raise DatabaseAway("away")
        with super().transaction() as session:
            yield session


class TestOutages:
    def test_a_paid_answer_waits_for_the_database(self, database, address, surroundings, server):
        make_study(database, ("openai/slow-to-store",), prompts=1)
        flaky = Outages(address)

        async def stumble():
            running = asyncio.create_task(_shift(shift_module.Shift(surroundings(flaky))))
            await asyncio.to_thread(_wait_for_call, server, "slow-to-store")
            flaky.away = 3
            await running

        with asyncio.Runner() as runner:
            runner.run(stumble())
        flaky.engine.dispose()
        assert flaky.away == 0
        make_due(database)
        work(surroundings())
        assert states(database) == {"ready": 1}
        assert server.seen()["calls"]["slow-to-store"] == 1

    def test_nothing_is_claimed_while_the_database_is_away(self, database, address, surroundings):
        make_study(database)
        flaky = Outages(address)
        flaky.away = 2
        work(surroundings(flaky))
        flaky.engine.dispose()
        assert states(database) == {"pending": 6}


class TestStop:
    def stop_at(self, calls, here):
        """Stop a shift once so many calls have arrived, and wait for its end."""

        async def stop():
            shift = shift_module.Shift(here)
            running = asyncio.create_task(_shift(shift))
            await asyncio.to_thread(calls)
            shift.stop()
            await asyncio.wait_for(running, 120)

        with asyncio.Runner() as runner:
            runner.run(stop())

    def test_finishes_what_was_called_and_hands_back_the_rest(self, database, surroundings, server):
        make_study(database, ("openai/slow",), prompts=6)
        arrived = partial(_wait_for_call, server, "slow", 2)
        self.stop_at(arrived, surroundings(call_concurrency=2))
        assert states(database) == {"ready": 2, "pending": 4}
        waiting = [row for row in rows(database) if row.state == "pending"]
        assert [row.attempts for row in waiting] == [0, 0, 0, 0]

    def test_gives_up_calls_after_the_grace(self, database, surroundings, server):
        study = make_study(database, ("openai/hang",), prompts=1)
        arrived = partial(_wait_for_call, server, "hang")
        self.stop_at(arrived, surroundings(grace=0.3))  # the server never answers
        (row,) = rows(database)
        assert (row.state, row.error_class, row.attempts) == ("pending", "stopped", 1)
        with database.reading() as session:
            assert session.get_one(models.Study, study.id).spent_calls == 1  # maybe paid

    def test_sigterm_stops_generate(self, database, surroundings, server):
        make_study(database, ("openai/slow",), prompts=6)
        here = surroundings(call_concurrency=2)

        def terminate():
            _wait_for_call(server, "slow", 2)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=terminate).start()
        shift_module.generate(here)
        assert states(database) == {"ready": 2, "pending": 4}


class TestPause:
    def test_takes_hold_of_what_was_claimed_and_waits(self, database, surroundings, server):
        study = make_study(database, ("openai/slow",), prompts=6)
        here = dataclasses.replace(surroundings(call_concurrency=1), wait=0.5)

        async def pause():
            running = asyncio.create_task(_shift(shift_module.Shift(here)))
            await asyncio.to_thread(_wait_for_call, server, "slow")
            with database.transaction() as session:
                session.get_one(models.Study, study.id).is_paused = True
            await running

        with asyncio.Runner() as runner:
            runner.run(pause())
        assert states(database) == {"ready": 1, "pending": 5}
        assert server.seen()["calls"]["slow"] == 1


class TestLeaseSeconds:
    @pytest.mark.parametrize(("deadline", "lease"), [(120.0, 270.0), (10.0, 60.0)])
    def test_outlives_a_late_call_and_its_record(self, deadline, lease):
        assert shift_module.lease_seconds(deadline) == lease
