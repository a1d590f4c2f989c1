"""Calls that were made before, answered from the store, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from service.cli import files
from service.database import now
from service.formats import study_file
from service.store import calls, models
from service.usecases.sighted.generation import estimates
from service.usecases.sighted.studies import applying
from tests.workers.rungs import (
    REUSING,
    TWIN,
    broken,
    evidence,
    rows,
    start,
    work,
)

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")


class TestReuse:
    def test_answers_an_identical_call_of_another_study_from_the_store(
        self, database, here, folder, server
    ):
        first = start(database, folder)
        work(here)
        asked = server.seen()["calls"]
        second = start(database, folder, REUSING, name="second", title="Second")
        work(here)
        assert server.seen()["calls"] == asked
        old, new = rows(database, first), rows(database, second)
        for key, row in new.items():
            assert (row.state, row.origin, row.reused_calls) == ("ready", "reused", 1)
            assert (row.turns, row.attempts) == (old[key].turns, 0)
            assert row.latency_ms == old[key].latency_ms
        assert new["Shown", 1].turns != []
        with database.reading() as session:
            study = session.get_one(models.Study, second)
            assert (study.spent_nanos, study.spent_calls, study.spent_tokens) == (0, 0, 0)
            attempts = session.scalars(
                select(models.Attempt.completion_id).where(
                    models.Attempt.completion_id.in_([row.id for row in new.values()])
                )
            ).all()
            assert attempts == []
        assert broken(database) == []

    def test_says_where_an_answer_comes_from_and_what_it_would_have_cost(
        self, database, here, folder
    ):
        first = start(database, folder)
        work(here)
        second = start(database, folder, REUSING, name="second", title="Second")
        work(here)
        old, new = rows(database, first), rows(database, second)
        with database.reading() as session:
            (origin,) = calls.origins(session, new["Desk", 1].id)
            assert origin == (0, "ladder", "Desk", old["Desk", 1].id)
        assert (new["Desk", 1].cost_nanos, new["Desk", 1].saved_nanos) == (250_000_000,) * 2
        assert evidence(database, new["Desk", 1].id).traces != [None]
        (passage,) = evidence(database, new["Handbook", 1].id).passages
        assert passage["source"] == "handbook/returns.md"

    def test_estimates_what_the_store_answers(self, database, here, folder):
        start(database, folder)
        work(here)
        told = study_file.read(REUSING, "study.yaml", lambda _: "", files.below(folder))
        with database.transaction() as session:
            applying.apply(session, replace(told, name="second"), now(session))
            dry_run = estimates.estimate(session, "second")
        assert (dry_run.calls, dry_run.reused, dry_run.cost) == (0, 4, 0.0)

    def test_of_a_study_that_does_not_allow_it_calls_again(self, database, here, folder, server):
        start(database, folder)
        work(here)
        before = server.seen()["calls"]["desk"]
        second = start(database, folder, name="second", title="Second")
        work(here)
        assert server.seen()["calls"]["desk"] == before + 1
        assert {row.origin for row in rows(database, second).values()} == {"generated"}

    def test_two_samples_and_two_configurations_never_share_an_answer(
        self, database, here, folder, server
    ):
        start(database, folder)
        work(here)
        before = server.seen()["calls"]["desk"]
        twins = REUSING.replace("prompts:", TWIN + "prompts:")
        second = start(database, folder, twins, name="second", title="Second")
        work(here)
        made = rows(database, second)
        assert server.seen()["calls"]["desk"] == before + 1
        assert sorted(made[name, 1].reused_calls for name in ("Desk", "Twin")) == [0, 1]
        with database.reading() as session:
            taken = session.scalars(
                select(models.Call.origin_id).where(models.Call.origin_id.is_not(None))
            ).all()
        assert len(taken) == len(set(taken)) == 4

    def test_screens_anew_under_its_own_rules(self, database, here, folder):
        first = start(database, folder)
        work(here)
        strict = REUSING.replace("name: Shown", "name: desk answers turn")
        second = start(database, folder, strict, name="second", title="Second")
        work(here)
        assert rows(database, first)["Desk", 1].state == "ready"
        assert rows(database, second)["Desk", 1].state == "quarantined"

    def test_reuses_the_first_turns_of_a_conversation_and_asks_the_rest(
        self, database, here, folder, server
    ):
        first = start(database, folder)
        work(here)
        before = server.seen()["calls"]["desk"]
        longer = REUSING.replace(
            "- May I return a bicycle?", "- messages: ['May I return a bicycle?', 'And a bell?']"
        )
        second = start(database, folder, longer, name="second", title="Second")
        work(here)
        old, new = rows(database, first)["Desk", 1], rows(database, second)["Desk", 1]
        assert (new.turns[0], len(new.turns), new.origin) == (old.turns[0], 2, "generated")
        assert (new.reused_calls, new.attempts) == (1, 1)
        assert (new.cost_nanos, new.saved_nanos) == (500_000_000, 250_000_000)
        assert server.seen()["calls"]["desk"] == before + 1
        with database.reading() as session:
            study = session.get_one(models.Study, second)
            assert (study.spent_nanos, study.held_nanos) == (250_000_000, 0)
            assert [one.turn for one in calls.origins(session, new.id)] == [0]
        assert broken(database) == []
