import logging

import pytest

from service.database import Database, DatabaseAway, DatabaseFull
from service.errors import Conflict, Invalid, NotAllowed, NotFound
from service.settings import Settings
from service.web import errors
from service.web.app import create_app
from service.web.forms import BodyMalformed


class TestStatusOf:
    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            (NotFound, 404),
            (NotAllowed, 403),
            (Conflict, 409),
            (Invalid, 422),
            (BodyMalformed, 400),
            (DatabaseAway, 503),
            (DatabaseFull, 503),
        ],
    )
    def test_each_kind_has_its_own(self, kind, status):
        assert errors.status_of(kind("x")) == status


class TestProblem:
    def test_programs_get_problem_json(self, client):
        answer = client.get("/i/nobody", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"
        assert answer.get_json() == {
            "type": "urn:evenhand:invite-invalid",
            "title": "Nothing here",
            "status": 404,
            "detail": "This link does not lead anywhere. Ask for a new one.",
        }

    def test_people_get_a_page(self, client):
        answer = client.get("/i/nobody", headers={"Accept": "text/html,*/*;q=0.8"})
        assert answer.content_type == "text/html; charset=utf-8"
        assert "Ask for a new one." in answer.text

    def test_a_method_that_is_not_there_names_those_that_are(self, client):
        answer = client.delete("/livez", headers={"Accept": "application/json"})
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        assert answer.get_json()["type"] == "urn:evenhand:method-not-allowed"

    def test_a_seated_rater_gets_a_way_back(self, sitting):
        answer = sitting.client.get(sitting.at + "again/nothing")
        assert answer.status_code == 404
        assert f'href="{sitting.at}"' in answer.text


class TestBugs:
    def test_show_nothing_and_log_no_values(self, app, caplog):
        secret = "a value of a row"

        def fail():
            raise RuntimeError(secret)

        app.add_url_rule("/fail", view_func=fail)
        with caplog.at_level(logging.ERROR):
            answer = app.test_client().get("/fail")
        assert answer.status_code == 500
        assert "Nothing was lost" in answer.text
        assert "Traceback" not in answer.text
        assert secret not in answer.text + caplog.text
        assert "RuntimeError" in caplog.text

    def test_a_database_that_is_away_asks_to_try_again(self, tmp_path):
        settings = Settings(data_dir=tmp_path)
        away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        answer = create_app(settings, away).test_client().get("/i/abc.def")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        away.engine.dispose()
