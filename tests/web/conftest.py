"""The application on a real database, and a rater who has taken a seat."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.database import Database, now
from service.settings import Settings
from service.usecases import invites
from service.web.app import create_app
from tests import factories


@dataclass
class Sitting:
    """A rater's browser and where it sits."""

    app: Flask
    client: FlaskClient
    database: Database
    study: factories.MadeStudy
    link: str
    handle: str

    @property
    def at(self) -> str:
        return f"/rate/{self.handle}/"

    def upcoming(self) -> list[dict]:
        return self.client.get(self.at + "next").get_json()["assignments"]

    def post(self, path: str, **body):
        return self.client.post(self.at + path, json=body)

    def vote(self, token: str, choice: str = "left", key: str = "", **more):
        return self.post(f"vote/{token}", choice=choice, key=key or f"key-{token}", **more)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path / "var", secret_key=factories.KEY)


def sit(app: Flask, database: Database, **study) -> Sitting:
    with database.transaction() as session:
        made = factories.make_study(session, **study)
        link = invites.make(
            session, made.name, "personal", "Ben", now(session), factories.KEY
        ).link_token
    client = app.test_client()
    answer = client.post(f"/i/{link}")
    assert answer.status_code == 303
    handle = answer.location.split("/")[2]
    return Sitting(app, client, database, made, link, handle)


@pytest.fixture
def app(settings, sqlite_database) -> Flask:
    return create_app(settings, sqlite_database)


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sitting(app, sqlite_database) -> Sitting:
    return sit(app, sqlite_database)


@pytest.fixture
def both(settings, database) -> Sitting:
    """A sitting on each of the two databases."""
    return sit(create_app(settings, database), database)


@pytest.fixture
def seat(settings):
    """Make a sitting with a study of one's own."""
    return lambda database, **study: sit(create_app(settings, database), database, **study)
