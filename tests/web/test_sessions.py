import pytest
from flask import Response

from service.settings import Settings
from service.web import sessions


def cookie(give, *arguments, **settings) -> str:
    response = Response()
    give(response, Settings(**settings), *arguments)
    return response.headers["Set-Cookie"]


class TestRaterCookie:
    def test_stays_on_its_sitting(self):
        made = cookie(sessions.give_rater_cookie, "handle", "token")
        assert made.startswith("evenhand_rater=token;")
        for part in ("HttpOnly", "SameSite=Lax", "Path=/rate/handle"):
            assert part in made.split("; ")
        assert "Secure" not in made

    def test_is_secure_over_tls(self):
        made = cookie(
            sessions.give_rater_cookie, "handle", "token", public_url="https://rate.example"
        )
        assert "Secure" in made.split("; ")


class TestStudioCookie:
    @pytest.mark.parametrize(
        "give",
        [
            lambda response, settings: sessions.give_studio_cookie(response, settings, "token"),
            sessions.take_studio_cookie,
        ],
    )
    def test_is_for_every_path_and_no_script(self, give):
        made = cookie(give).split("; ")
        assert made[0].startswith("evenhand_studio=")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(made)
