"""The API keeps its document, whoever calls: no crash, no breach, nothing for raters."""

import os
import re
import secrets
import subprocess
import zlib
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import CHECKS, load_all_checks

from service.database import Database, now
from service.settings import Settings
from service.store import models
from service.usecases import api_tokens, invites
from service.web.api import application, document
from service.web.app import create_app
from tests import boards, databases, factories
from tests.fakes import served
from tests.promises.test_canaries import find

ROOT = Path(__file__).parents[2]
# How many requests for each route and caller; `make test-api` sends more.
EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
# Rules between fields are beyond a schema; tokens are tried below, by hand.
LEFT_OUT = {"positive_data_acceptance", "missing_required_header", "ignored_auth"}
NAME = "support-replies"
OPERATIONS = {one.id: one for one in application.operations()}
CANARY = f"kanari{secrets.token_hex(5)}"


class House:
    """A study with everything in it, and whoever may ask about it."""

    def __init__(self, database: Database, folder) -> None:
        self.database = database
        given = Settings(data_dir=folder, secret_key=factories.KEY, api_requests_per_minute=10**6)
        self.app = create_app(given, database)
        with database.transaction() as session:
            study = factories.make_study(
                session,
                configurations=("Plain", CANARY),
                configuration_fields={CANARY: {"system_prompt": CANARY}},
            )
            boards.keep(session, study.id, boards.board())
            self.link = invites.make(
                session, NAME, "personal", "Ben", now(session), factories.KEY
            ).link_token
            self.tokens = {
                (role, scope): self._token(session, role, scope)
                for role, scope in (("viewer", "read"), ("researcher", "read"))
            }
            self.tokens["researcher", "write"] = self._token(session, "researcher", "write")
        factories.cast_all(database, study)

    def _token(self, session, role: str, scope: str) -> str:
        account = models.Account(name=f"{role} {scope}", role=role, created_at=factories.MOMENT)
        session.add(account)
        session.flush()
        token, _ = api_tokens.make(session, account.id, "t", scope, None, 30, now(session))
        return token

    def headers(self, who: str) -> dict[str, str]:
        if who == "nobody":
            return {}
        if who == "rater":
            client = self.app.test_client()
            client.post(f"/i/{self.link}")
            handle = self.link.partition(".")[0]
            cookies = "; ".join(
                f"{cookie.key}={cookie.value}" for cookie in client._cookies.values()
            )
            return {"Cookie": cookies, "Authorization": f"Bearer {handle}.{self.link}"}
        role, _, scope = who.partition(" ")
        return {"Authorization": f"Bearer {self.tokens[role, scope]}"}


@pytest.fixture(scope="module")
def house(sqlite_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    database = Database(databases.fresh_sqlite(sqlite_file, folder))
    yield House(database, folder)
    database.engine.dispose()


@pytest.fixture(scope="module")
def schema(house):
    load_all_checks()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app)


def filled(operation) -> str:
    path = operation.path.replace("<name>", NAME)
    path = re.sub(r"<int[^>]*>", "1", path)
    return "/api/v1" + re.sub(r"<[^>]*>", "some", path)


def send(operation, who: str, number: int, check) -> None:
    """Make so many requests for a route, the same ones each time, and check each."""

    @seed(zlib.crc32(f"{operation.label} {who}".encode()))
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def made(case):
        check(case, operation.label)

    made()


class TestEveryRoute:
    @pytest.mark.parametrize(
        "who", ["nobody", "rater", "viewer read", "researcher read", "researcher write"]
    )
    def test_keeps_its_document(self, house, schema, who):
        headers = house.headers(who)
        checks = [one for one in CHECKS.get_all() if one.__name__ not in LEFT_OUT]
        is_known = " " in who
        seen = set()
        for found in schema.get_all_operations():
            operation = found.ok()

            def check(case, label):
                if "name" in case.path_parameters and len(seen) % 4:
                    case.path_parameters["name"] = NAME
                answer = case.call(headers=headers)
                seen.add((label, answer.status_code, len(seen)))
                case.validate_response(answer, checks=checks)
                if not is_known:
                    assert answer.status_code == 401
                    assert find([CANARY], answer.content) == []

            send(operation, who, EXAMPLES if is_known else 1, check)
        assert {label for label, *_ in seen} == {
            f"{one.method} {document.path_of(one.path)}" for one in OPERATIONS.values()
        }

    @pytest.mark.parametrize("name", OPERATIONS)
    def test_is_for_those_alone_whom_it_declares(self, house, name):
        operation = OPERATIONS[name]
        client = house.app.test_client()
        expected = {
            "nobody": False,
            "rater": False,
            "viewer read": operation.role == "viewer" and operation.scope == "read",
            "researcher read": operation.scope == "read",
        }
        for who, may in expected.items():
            answer = client.open(
                filled(operation), method=operation.method, headers=house.headers(who)
            )
            refused = 403 if " " in who else 401
            assert (answer.status_code != refused) == may, who
            if not may:
                assert answer.content_type == "application/problem+json"
                assert find([CANARY], answer.data) == []

    def test_is_none_of_a_rater_s(self):
        for operation in OPERATIONS.values():
            assert not re.search(r"rate/|assignment|/vote$|skip|undo", operation.path)
            assert operation.scope in {"read", "write"}


class TestReference:
    def test_is_the_same_for_everybody_and_tells_of_no_study(self, house):
        for path in ("/api/v1/openapi.json", "/api/v1/docs"):
            told = {
                house.app.test_client().get(path, headers=house.headers(who)).data
                for who in ("nobody", "rater", "researcher write")
            }
            assert len(told) == 1
            assert find([CANARY], told.pop()) == []


class TestItsPage:
    def test_shows_what_runs_as_it_stands(self, house, tmp_path):
        text = (ROOT / "docs/api.md").read_text("utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        assert len(blocks) > 4
        with served.serve(house.database, tmp_path) as server:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
                cwd=tmp_path,
                env={
                    "PATH": os.environ["PATH"],
                    "EVENHAND": f"http://127.0.0.1:{server.port}",
                    "TOKEN": house.tokens["researcher", "write"],
                },
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, done.stdout + done.stderr
        assert '"kind":"completions","added":2' in done.stdout
        assert done.stdout.count("/i/") == 2
