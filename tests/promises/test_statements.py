"""A sighted page asks the database as often for a big study as for a small one.

Every route that a GET opens, pages and API alike, from the application's own map. How long each
takes with a million votes is what `make bench-pages` measures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from service.database import Database, now
from service.settings import Settings
from service.store import models
from service.usecases import api_tokens
from service.usecases.sighted.results import compute, fold
from service.web.api import application
from service.web.app import create_app
from tests import databases, factories, sighted_routes
from tests.benchmarks.pages import MORE, sign_in
from tests.fakes import statements

# What is sent as it is made, and what there is none of here: each has something of its own.
OTHERS = ("<token>", "<handle>", "<draft>", "<judge>", "<version>", "<prompt_set>", "<at>")
FILES = ("/file", "/pack", "/report", "preregistration.json", "invites.csv", "/openapi.json")
NO_STUDY = ("/static/", "/livez", "/readyz", "/metrics")
# So many more: texts are read some hundreds at a time.
SLACK = 3


@dataclass(frozen=True)
class World:
    """Two studies that differ in size alone, and who reads about them."""

    app: Flask
    database: Database
    client: FlaskClient
    token: str
    values: dict[str, dict[str, list[str]]]


def _study(database: Database, name: str, state: str, size: tuple[int, int, int]) -> str:
    """Make a study of so many configurations, prompts and raters with votes; return its text."""
    configurations, prompts, raters = size
    called = [f"Configuration {number}" for number in range(configurations)]
    with database.transaction() as session:
        made = factories.make_study(session, name, configurations=called, prompts=0, state=state)
        made.prompts.extend(
            factories.make_prompt(session, made.id, at, f"{name}, question {at}?", tags=["easy"])
            for at in range(prompts)
        )
        session.execute(
            insert(models.Completion),
            [_completion(made.id, one, prompt) for prompt in made.prompts
             for one in made.configurations.values()],
        )  # fmt: skip
        texts = {
            (row.prompt_id, row.configuration_id): row.id
            for row in session.scalars(select(models.Completion).filter_by(study_id=made.id))
        }
        first, second = list(made.configurations.values())[:2]
        for number in range(raters):
            rater_id = factories.make_rater(session, made, f"Rater {number}")
            for prompt in made.prompts[:3]:
                _vote(session, made.id, rater_id, prompt, (first, second), texts)
        if raters:
            fold.fold(session, made.id)
            basis = compute.load(session, made.id, factories.MOMENT)
            compute.save(session, basis, compute.compute(basis), factories.MOMENT)
        return str(texts[made.prompts[0], first])


def _completion(study_id: int, configuration_id: int, prompt_id: int) -> dict[str, object]:
    words = f"{configuration_id} on {prompt_id}"
    return {
        "study_id": study_id, "configuration_id": configuration_id, "prompt_id": prompt_id,
        "sample": 1, "state": "ready", "kind": "complete", "origin": "generated", "fence": 1,
        "attempts": 1, "next_attempt_at": factories.MOMENT, "turns": [words], "html": [words],
        "text_hash": words, "leaks": {}, "latency_ms": 900, "details": {},
        "created_at": factories.MOMENT, "recorded_at": factories.MOMENT,
    }  # fmt: skip


def _vote(session, study_id, rater_id, prompt_id, pair, texts) -> None:
    row = models.Assignment(
        token=f"{rater_id}-{prompt_id}", study_id=study_id, rater_id=rater_id,
        prompt_id=prompt_id, kind="regular", state="voted", first_configuration_id=pair[0],
        second_configuration_id=pair[1], first_completion_id=texts[prompt_id, pair[0]],
        second_completion_id=texts[prompt_id, pair[1]], sides=bool(rater_id % 2),
        draw_probability=1.0, lease_until=factories.MOMENT, dealt_at=factories.MOMENT,
        ended_at=factories.MOMENT,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(
        models.Vote(
            assignment_id=row.id,
            revision=1,
            choice="left",
            client_key=f"{rater_id}-{prompt_id}",
            body_hash="-",
            is_late=False,
            duration_ms=4000,
            created_at=factories.MOMENT,
        )
    )
    session.add(models.Dirty(study_id=study_id, assignment_id=row.id))


@pytest.fixture(scope="module")
def world(sqlite_file, tmp_path_factory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("statements")
    database = Database(databases.fresh_sqlite(sqlite_file, folder))
    databases.hurry(database.engine)
    values = {}
    for state in ("open", "draft"):
        for name, size in (("small", (3, 10, 3)), ("big", (10, 100, 30))):
            called = f"{name}-{state}"
            text = _study(database, called, state, size if state == "open" else (*size[:2], 0))
            values[called] = {
                "name": [called],
                "completion_id": [text],
                "plot": ["intervals"],
                "kind": ["svg"],
                "configuration": ["Configuration%200"],
            }
    app = create_app(Settings(data_dir=folder, secret_key=factories.KEY), database)
    client = sign_in(app, database)
    with database.transaction() as session:
        (account,) = session.scalars(select(models.Account)).all()
        token, _ = api_tokens.make(session, account.id, "x", "write", None, 9, now(session))
    yield World(app, database, client, token, values)
    database.engine.dispose()


def _addresses(world: World, study: str) -> list[str]:
    """Return the addresses of all routes about a study, and of the filters that readers click."""
    found = []
    for rule in sighted_routes.every(world.app):
        is_left_out = any(each in rule.rule for each in (*OTHERS, *NO_STUDY))
        if "GET" not in (rule.methods or ()) or is_left_out or rule.rule.endswith(FILES):
            continue
        found += sighted_routes.addresses(rule, world.values[study])
    for operation in application.operations():
        known = set(sighted_routes.VARIABLE.findall(operation.path)) <= {"name", "configuration"}
        if operation.method == "GET" and known and operation.gives is not None:
            path = sighted_routes.VARIABLE.sub(
                lambda one: world.values[study][one[1]][0], operation.path
            )
            found.append(f"{application.AT}{path}")
    return [*found, *(one.format(name=study) for one in MORE)]


def _asked(world: World, address: str) -> tuple[int, list[str]]:
    """Return how a page is answered, and what it asked of the database; read for the second time.

    The first time some of what is kept in memory is read.
    """
    headers = {"Authorization": f"Bearer {world.token}"} if "/api/" in address else {}
    world.client.get(address, headers=headers).close()
    with statements.counted(world.database.engine) as asked:
        answer = world.client.get(address, headers=headers)
        answer.get_data()
        answer.close()
    return answer.status_code, asked.statements


class TestStatements:
    @pytest.mark.parametrize("state", ["open", "draft"])
    def test_grow_with_no_number_of_configurations_prompts_or_raters(self, world, state):
        small, big = f"small-{state}", f"big-{state}"
        pairs = list(zip(_addresses(world, small), _addresses(world, big), strict=True))
        opened, grown = 0, []
        for few, many in pairs:
            (status, asked_for_few), (status_of_many, asked_for_many) = (
                _asked(world, few), _asked(world, many),
            )  # fmt: skip
            assert status == status_of_many, many
            opened += status == 200
            if len(asked_for_many) > len(asked_for_few) + SLACK:
                most = max(set(asked_for_many), key=asked_for_many.count)
                grown.append(f"{many}: {len(asked_for_few)} → {len(asked_for_many)}, {most[:300]}")
        assert not grown, "\n".join(grown)
        assert opened > len(pairs) * 0.7

    def test_grow_with_no_number_of_studies(self, world):
        addresses = ("/studio/", "/studio/tokens", f"{application.AT}/studies")
        before = [_asked(world, each) for each in addresses]
        with world.database.transaction() as session:
            for number in range(12):
                factories.make_study(session, f"another-{number}", prompts=1)
        after = [_asked(world, each) for each in addresses]
        assert [status for status, _ in (*before, *after)] == [200] * 6
        assert [len(asked) for _, asked in after] == [len(asked) for _, asked in before]
