"""A signed-in browser on the sighted pages, and a study with a leaderboard to look at."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.database import Database, now
from service.domain.leaderboard import Leaderboard
from service.store import models
from service.usecases import accounts
from tests import boards, factories


@dataclass
class Studio:
    """A browser on the sighted pages."""

    app: Flask
    client: FlaskClient
    database: Database

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/studio/{path}", **more)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("").text)
        assert found
        return found[1]

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(f"/studio/{path}", data={"csrf_token": self.token(), **fields})

    def study(self, **fields: Any) -> factories.MadeStudy:
        with self.database.transaction() as session:
            return factories.make_study(session, **fields)

    def rank(self, study: factories.MadeStudy, board: Leaderboard | None = None) -> None:
        board = board or boards.board()
        with self.database.transaction() as session:
            boards.keep(session, study.id, board)


def press_sign_in(client: FlaskClient, link: str, then: str = ""):
    """Open a sign-in link and press its button."""
    page = client.get(f"/sign-in/{link}", query_string={"next": then})
    fields = dict(re.findall(r'name="(csrf_token|token|next)" value="([^"]*)"', page.text))
    return client.post("/studio/sign-in", data=fields) if fields else page


def sign_in(app: Flask, database: Database, role: str = "admin") -> Studio:
    with database.transaction() as session:
        account = models.Account(name=role, role=role, created_at=factories.MOMENT)
        session.add(account)
        session.flush()
        link = accounts.make_sign_in_link(session, account.id, now(session))
    client = app.test_client()
    assert press_sign_in(client, link).status_code == 303
    return Studio(app, client, database)


@pytest.fixture
def studio(app, sqlite_database) -> Studio:
    return sign_in(app, sqlite_database)


@pytest.fixture
def viewer(app, sqlite_database) -> Studio:
    return sign_in(app, sqlite_database, "viewer")


@pytest.fixture
def researcher_pages(app, sqlite_database) -> Studio:
    return sign_in(app, sqlite_database, "researcher")
