"""Configurations of every rung, from a study file to completions, on both databases."""

import pytest
from sqlalchemy import update

from service.cli import files
from service.database import now
from service.domain.rate_limit import Limit
from service.formats import study_file
from service.settings import Settings
from service.store import models
from service.usecases.sighted.generation import estimates
from service.usecases.sighted.studies import applying
from tests.workers.rungs import (
    AGENT_ALONE,
    STUDY,
    all_rows,
    asked_of,
    broken,
    count,
    evidence,
    rows,
    start,
    work,
)
from workers import providers, retrieval
from workers import shift as shift_module

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")


class TestLadder:
    def test_generates_every_rung(self, database, here, folder, server):
        study_id = start(database, folder)
        work(here)
        made = rows(database, study_id)
        assert {row.state for row in made.values()} == {"ready"}
        assert made["Desk", 1].turns == ["desk answers turn 1: May I return a bicycle?"]
        shown = asked_of(server, "shown")[-2:]
        assert {body["seed"] for body in shown} == {7, 8}
        assert [message["role"] for message in shown[0]["messages"]] == [
            "system", "user", "assistant", "user",
        ]  # fmt: skip
        (read,) = asked_of(server, "reader")[-1:]
        assert read["messages"][-1]["content"] == (
            "Use this:\nYou may return a bicycle within thirty days.\n"
            "[handbook/returns.md]\nMay I return a bicycle?"
        )
        assert broken(database) == []

    def test_keeps_passages_and_traces_beside_the_completion(self, database, here, folder):
        study_id = start(database, folder)
        work(here)
        made = rows(database, study_id)
        (passage,) = evidence(database, made["Handbook", 1].id).passages
        assert passage["source"] == "handbook/returns.md"
        assert passage["text"] == "You may return a bicycle within thirty days."
        assert passage["score"] > 0
        trace = evidence(database, made["Desk", 1].id).traces
        assert trace == [[{"step": 1, "tool": "search", "asked": "May I return a bicycle?"}]]
        assert evidence(database, made["Shown", 1].id) is None

    def test_charges_an_agent_by_the_call(self, database, here, folder):
        study_id = start(database, folder)
        work(here)
        desk = rows(database, study_id)["Desk", 1]
        assert desk.cost_nanos == 250_000_000
        with database.reading() as session:
            study = session.get_one(models.Study, study_id)
            assert (study.spent_nanos, study.spent_calls, study.held_calls) == (250_000_000, 4, 0)

    def test_stores_a_document_once_and_builds_an_index_once(self, database, here, folder):
        start(database, folder)
        start(database, folder, name="again", title="Again")
        assert (count(database, models.Document), count(database, models.Collection)) == (2, 1)
        before = retrieval._at().shelf.built
        work(here)
        assert retrieval._at().shelf.built - before <= 1

    def test_another_folder_is_another_configuration(self, database, folder):
        start(database, folder)
        (folder / "handbook/returns.md").write_text("No returns.")
        told = study_file.read(STUDY, "study.yaml", lambda _: "", files.below(folder))
        with database.transaction() as session:
            applied = applying.apply(session, told, now(session))
        assert (applied.added_configurations, applied.retired) == (("Handbook",), ("Handbook",))

    def test_an_agent_that_talks_nonsense_is_tried_once_more(self, database, here, folder, server):
        study_id = start(database, folder, STUDY.replace("agent: desk", "agent: gone"))
        work(here)
        assert rows(database, study_id)["Desk", 1].state == "pending"
        with database.transaction() as session:
            session.execute(update(models.Completion).values(next_attempt_at=now(session)))
        work(here)
        failed = rows(database, study_id)["Desk", 1]
        assert (failed.state, failed.error_class, failed.attempts) == ("failed", "garbled", 2)
        assert "no JSON" in failed.error_message

    @pytest.mark.parametrize(
        ("fault", "state", "error_class"),
        [
            ("drip", "pending", "timeout"),
            ("hang", "pending", "timeout"),
            ("broken", "pending", "server_error"),
            ("unauthorized", "failed", "unauthorized"),
            ("huge_body", "failed", "too_large"),
            ("redirect", "failed", "redirected"),
            ("no_text", "pending", "garbled"),
        ],
    )
    def test_an_agents_faults_end_in_the_right_state(
        self, sqlite_database, server, tmp_path, fault, state, error_class
    ):
        study_id = start(sqlite_database, tmp_path, AGENT_ALONE)
        seconds = 0.5 if error_class == "timeout" else 5.0
        settings = Settings(data_dir=tmp_path, call_deadline=seconds)
        agent = providers.Endpoint(server.agent(fault), is_agent=True)
        reach = providers.Providers({"desk": agent}, {})
        work(shift_module.Surroundings(settings, sqlite_database, reach))
        row = rows(sqlite_database, study_id)["Desk", 1]
        assert (row.state, row.error_class, row.attempts) == (state, error_class, 1)
        with sqlite_database.reading() as session:
            study = session.get_one(models.Study, study_id)
            paid = 0 if error_class == "unauthorized" else 250_000_000
            assert (study.held_nanos, study.spent_nanos) == (0, paid)
        assert broken(sqlite_database) == []

    def test_an_agent_keeps_its_pace(self, sqlite_database, server, tmp_path):
        study_id = start(sqlite_database, tmp_path, AGENT_ALONE + "  - Another?\n")
        agent = providers.Endpoint(server.agent("desk"), is_agent=True)
        reach = providers.Providers({"desk": agent}, {}, {"endpoint desk": Limit(1)})
        settings = Settings(data_dir=tmp_path, call_deadline=5.0)
        work(shift_module.Surroundings(settings, sqlite_database, reach))
        states = sorted(row.state for row in all_rows(sqlite_database, study_id))
        assert states == ["pending", "ready"]

    def test_a_template_that_outgrows_its_hold_fails_before_the_call(
        self, database, here, folder, server
    ):
        longer = STUDY.replace(
            "{{ prompt }}",
            "{{ prompt }}{% if 'bicycle' in passages|string %}{{ 'x' * 999 }}{% endif %}",
        )
        study_id = start(database, folder, longer)
        before = server.seen()["calls"].get("reader", 0)
        work(here)
        failed = rows(database, study_id)["Handbook", 1]
        assert (failed.state, failed.error_class) == ("failed", "template_invalid")
        assert server.seen()["calls"].get("reader", 0) == before
        assert broken(database) == []


class TestEstimate:
    def test_knows_examples_passages_agents_and_samples(self, database, folder):
        told = study_file.read(STUDY, "study.yaml", lambda _: "", files.below(folder))
        with database.transaction() as session:
            applying.apply(session, told, now(session))
            dry_run = estimates.estimate(session, "ladder")
        by_name = {row.configuration: row for row in dry_run.rows}
        assert [row.calls for row in dry_run.rows] == [2, 1, 1]
        assert by_name["Desk"].cost == 0.25
        assert by_name["Desk"].tokens == 0
        assert by_name["Handbook"].tokens > 1024 + 200
        assert by_name["Shown"].tokens > 2 * 1024
        assert dry_run.unknown == ("Shown", "Handbook")
