import pytest

from service.database import now
from service.usecases import accounts


@pytest.fixture
def link(app, sqlite_database) -> str:
    with sqlite_database.transaction() as session:
        operator = accounts.ensure_operator(session, now(session))
        return accounts.make_sign_in_link(session, operator, now(session))


class TestSignIn:
    def test_signs_in_once(self, app, link):
        first, second = app.test_client(), app.test_client()
        assert first.get(f"/sign-in/{link}").location == "/studio/"
        assert first.get("/studio/").status_code == 200
        answer = second.get(f"/sign-in/{link}")
        assert answer.status_code == 403
        assert "evenhand sign-in" in answer.text
        assert second.get("/studio/").status_code == 401

    def test_looking_ahead_spends_nothing(self, app, link):
        for _ in range(2):
            answer = app.test_client().head(f"/sign-in/{link}")
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
        assert app.test_client().get(f"/sign-in/{link}").status_code == 303

    def test_the_cookie_is_opaque_and_out_of_reach_of_scripts(self, app, link):
        cookie = app.test_client().get(f"/sign-in/{link}").headers["Set-Cookie"]
        assert cookie.startswith("evenhand_studio=")
        assert link not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/;" in cookie + ";"

    def test_a_reload_by_who_is_signed_in_goes_on(self, app, link):
        client = app.test_client()
        client.get(f"/sign-in/{link}?next=/studio/demo/leaderboard")
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
        answer = app.test_client().get(f"/sign-in/{link}", query_string={"next": target})
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
