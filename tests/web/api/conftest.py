"""Programs with tokens, and a study that they ask about."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.database import Database, now
from service.store import models
from service.usecases import api_tokens
from tests import boards, factories

NAME = "support-replies"


@dataclass
class Program:
    """A program that holds a token."""

    client: FlaskClient
    database: Database
    token: str
    handle: str

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.open(f"/api/v1/{path}", method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def of_study(self, path: str = "") -> Any:
        """Return what is told of the study, which must be told."""
        answer = self.get(f"studies/{NAME}/{path}".rstrip("/"))
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.ask("POST", f"studies/{NAME}/{path}".rstrip("/"), json=body or {}, **more)

    def study(self, **fields: Any) -> factories.MadeStudy:
        with self.database.transaction() as session:
            return factories.make_study(session, **fields)

    def rank(self, study: factories.MadeStudy) -> None:
        with self.database.transaction() as session:
            boards.keep(session, study.id, boards.board())


@pytest.fixture
def program(app, sqlite_database):
    """Make a program of somebody with a role, whose token has a scope."""

    def make(role: str = "researcher", scope: str = "write", **more: Any) -> Program:
        with sqlite_database.transaction() as session:
            name = f"{role}-{scope}-{len(more)}"
            account = models.Account(name=name, role=role, created_at=factories.MOMENT)
            session.add(account)
            session.flush()
            study = more.get("study")
            token, view = api_tokens.make(
                session, account.id, "notebook", scope, study, 30, now(session)
            )
        return Program(app.test_client(), sqlite_database, token, view.handle)

    return make


@pytest.fixture
def researcher(program) -> Program:
    return program()


@pytest.fixture
def viewer(program) -> Program:
    return program("viewer", "read")
