import logging

import pytest

from service.database import DatabaseAway
from service.web.api.application import create_api
from service.web.services import of


@pytest.fixture
def broken(app):
    """The API with a route that fails as it is told."""
    api = create_api(of(app))

    @api.get("/api/v1/broken/<how>")
    def fail(how):
        raise {"away": DatabaseAway("It is away."), "bug": ValueError(how * 2)}[how]

    return api.test_client()


class TestInstall:
    def test_answers_a_bug_without_its_words(self, broken, caplog):
        with caplog.at_level(logging.ERROR):
            answer = broken.get("/api/v1/broken/bug")
        assert answer.status_code == 500
        assert answer.content_type == "application/problem+json"
        assert "bugbug" not in answer.text + caplog.text

    def test_says_when_to_come_back(self, broken):
        answer = broken.get("/api/v1/broken/away")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert answer.json["type"] == "urn:evenhand:database-away"

    def test_says_what_there_is(self, broken):
        assert broken.get("/api/v1/nothing").json["status"] == 404
        answer = broken.post("/api/v1/studies/x/votes")
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        assert broken.options("/api/v1/studies").status_code == 405
