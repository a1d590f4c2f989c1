import pytest

from service.database import now
from service.usecases import accounts
from tests.web.researcher.conftest import press_sign_in


@pytest.fixture
def link(app, sqlite_database) -> str:
    with sqlite_database.transaction() as session:
        operator = accounts.ensure_operator(session, now(session))
        return accounts.make_sign_in_link(session, operator, now(session))


class TestSignIn:
    def test_signs_in_once(self, app, link):
        first, second = app.test_client(), app.test_client()
        assert press_sign_in(first, link).location == "/studio/"
        assert first.get("/studio/").status_code == 200
        answer = press_sign_in(second, link)
        assert answer.status_code == 403
        assert answer.text.count("evenhand sign-in") == 1  # said once, and set as a command
        assert "`" not in answer.text
        assert second.get("/studio/").status_code == 401

    @pytest.mark.parametrize("method", ["HEAD", "GET"])
    def test_looking_ahead_spends_nothing(self, app, link, method):
        for _ in range(2):
            answer = app.test_client().open(f"/sign-in/{link}", method=method)
            assert answer.status_code == 200
            assert "evenhand_studio" not in answer.headers.get("Set-Cookie", "")
        assert press_sign_in(app.test_client(), link).status_code == 303

    def test_the_button_needs_a_form_of_this_browser(self, app, link):
        client = app.test_client()
        answer = client.post("/studio/sign-in", data={"token": link})
        assert answer.status_code == 403
        assert "Your browser sent no cookie back" in answer.text
        assert "http://127.0.0.1:8000" in answer.text
        client.get(f"/sign-in/{link}")
        answer = client.post("/studio/sign-in", data={"token": link, "csrf_token": "x"})
        assert (answer.status_code, "too old" in answer.text) == (403, True)

    @pytest.mark.parametrize("sign", [".", ",", ")", "’.", "**", ">"])
    def test_forgives_what_a_sentence_left_at_the_link(self, app, link, sign):
        assert press_sign_in(app.test_client(), link + sign).location == "/studio/"

    def test_the_cookie_is_opaque_and_out_of_reach_of_scripts(self, app, link):
        cookie = press_sign_in(app.test_client(), link).headers["Set-Cookie"]
        assert cookie.startswith("evenhand_studio=")
        assert link not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/;" in cookie + ";"

    def test_a_reload_by_who_is_signed_in_goes_on(self, app, link):
        client = app.test_client()
        assert press_sign_in(client, link, "/studio/demo/leaderboard").status_code == 303
        again = client.get(f"/sign-in/{link}?next=/studio/demo/leaderboard")
        assert again.status_code == 303
        assert again.location == "/studio/demo/leaderboard"

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "/studio//evil.example",
            "/studio/../rate",
            "/studio/\n",
            "javascript:alert(1)",
            "/rate/x",
            "/studio/x?y=//z",
        ],
    )
    def test_goes_to_no_foreign_page(self, app, link, target):
        answer = press_sign_in(app.test_client(), link, target)
        assert answer.location == "/studio/"

    def test_a_link_that_never_was_is_refused(self, app):
        assert app.test_client().get("/sign-in/nonsense").status_code == 403


class TestSignOut:
    def test_ends_the_session_itself(self, app, studio):
        stolen = studio.client.get_cookie("evenhand_studio").value
        assert studio.post("sign-out").status_code == 303
        assert studio.get("").status_code == 401
        thief = app.test_client()
        thief.set_cookie("evenhand_studio", stolen)
        assert thief.get("/studio/").status_code == 401
