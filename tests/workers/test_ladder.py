"""Configurations of every rung, from a study file to completions, on both databases."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from service.cli import files
from service.database import now
from service.domain.pace import Limit
from service.formats import study_file
from service.settings import Settings
from service.store import calls, invariants, models
from service.usecases.sighted import applying, studies
from tests.fakes import programs
from workers import agents, llm, providers, retrieval
from workers import shift as shift_module

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")

STUDY = """
title: Ladder
name: ladder
cap: {calls: 100, tokens: 1000000}
collections:
  handbook: {folder: handbook}
configurations:
  - name: Shown
    model: openai/shown
    endpoint: models
    system_prompt: Be brief.
    examples:
      - {user: "2 + 2?", assistant: "4"}
    parameters: {seed: 7}
    samples: 2
  - name: Handbook
    approach: retrieval
    model: openai/reader
    endpoint: models
    template: |-
      Use this:
      {{ passages }}
      {% for p in passages %}[{{ p.source }}]{% endfor %}
      {{ prompt }}
    retrieval: {collection: handbook, top_k: 1, passage_bytes: 200, overlap_bytes: 0}
  - name: Desk
    approach: agent
    agent: desk
    price: {call: 0.25}
prompts:
  - May I return a bicycle?
"""
HANDBOOK = {
    "returns.md": "You may return a bicycle within thirty days.",
    "sub/repairs.md": "A chain needs oil.",
}


@pytest.fixture(scope="module")
def server() -> Iterator[programs.ModelProgram]:
    with programs.model_program("--latency", "0.01") as program:
        yield program


@pytest.fixture
def here(database, server, tmp_path):
    settings = Settings(data_dir=tmp_path, call_deadline=10.0, batch_size=6)
    reach = providers.Providers(
        {
            "models": providers.Endpoint(server.api_base),
            "desk": providers.Endpoint(server.agent("desk"), is_agent=True),
            "gone": providers.Endpoint(server.agent("not_json"), is_agent=True),
        },
        {},
    )
    return shift_module.Surroundings(settings, database, reach)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in HANDBOOK.items():
        path = tmp_path / "study/handbook" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "study"


def start(database, folder: Path, text: str = STUDY, **changes) -> int:
    told = study_file.read(text, "study.yaml", lambda _: "", files.below(folder))
    with database.transaction() as session:
        applying.apply(session, replace(told, **changes), now(session))
        studies.open_study(session, changes.get("name", told.name), now(session))
        found = session.scalars(select(models.Study.id).order_by(models.Study.id.desc()))
        return found.first()


def work(here) -> None:
    async def run():
        try:
            await shift_module.Shift(here).run()
        finally:
            await llm.close()
            await agents.close()

    with asyncio.Runner() as runner:
        runner.run(run())


def rows(database, study_id: int) -> dict[tuple[str, int], models.Completion]:
    with database.reading() as session:
        found = session.execute(
            select(models.Completion, models.Configuration.name)
            .join(
                models.Configuration,
                models.Configuration.id == models.Completion.configuration_id,
            )
            .where(models.Completion.study_id == study_id)
        ).all()
        session.expunge_all()
        return {(name, row.sample): row for row, name in found}


def all_rows(database, study_id: int) -> list[models.Completion]:
    with database.reading() as session:
        query = select(models.Completion).where(models.Completion.study_id == study_id)
        found = list(session.scalars(query))
        session.expunge_all()
        return found


def evidence(database, completion_id: int) -> models.Evidence | None:
    with database.reading() as session:
        found = session.get(models.Evidence, completion_id)
        session.expunge_all()
        return found


def count(database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def broken(database) -> list[str]:
    with database.reading() as session:
        moment = now(session)
        return [line for _, rule in invariants.RULES for line in rule(session, moment)]


def asked_of(server, model: str) -> list[dict]:
    return [body for body in server.seen()["bodies"] if body["model"] == model]


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


AGENT_ALONE = """
title: Alone
cap: {calls: 10}
configurations:
  - {name: Desk, approach: agent, agent: desk, price: {call: 0.25}}
  - {name: Imported}
prompts:
  - May I return a bicycle?
"""
REUSING = STUDY.replace("name: ladder", "name: ladder\nreuse: true")


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
            dry_run = studies.estimate(session, "second")
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


TWIN = """  - name: Twin
    approach: agent
    agent: desk
    price: {call: 0.25}
"""


class TestEstimate:
    def test_knows_examples_passages_agents_and_samples(self, database, folder):
        told = study_file.read(STUDY, "study.yaml", lambda _: "", files.below(folder))
        with database.transaction() as session:
            applying.apply(session, told, now(session))
            dry_run = studies.estimate(session, "ladder")
        by_name = {row.configuration: row for row in dry_run.rows}
        assert [row.calls for row in dry_run.rows] == [2, 1, 1]
        assert by_name["Desk"].cost == 0.25
        assert by_name["Desk"].tokens == 0
        assert by_name["Handbook"].tokens > 1024 + 200
        assert by_name["Shown"].tokens > 2 * 1024
        assert dry_run.unknown == ("Shown", "Handbook")
