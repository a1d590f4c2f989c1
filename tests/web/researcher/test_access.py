import pytest

from service.database import Database
from service.web import static
from service.web.app import create_app
from service.web.researcher import access
from tests import factories, sighted_routes

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def studio_rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("studio.")]


def filled(rule) -> str:
    """Return an address of a route, whatever it takes: nobody gets as far as to look it up."""
    values = dict.fromkeys(sighted_routes.VARIABLE.findall(rule.rule), ("1",))
    values |= {"name": ("support-replies",), "kind": ("svg",)}
    return sighted_routes.addresses(rule, values)[0]


class TestRole:
    def test_every_view_declares_a_role(self, app):
        views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in studio_rules(app)}
        assert len(views) > 15
        assert [name for name, view in views.items() if access.role_of(view) is None] == []

    def test_every_change_of_a_study_needs_a_researcher(self, app):
        changing = [
            rule
            for rule in studio_rules(app)
            if rule.methods & set(UNSAFE)
            and rule.endpoint
            not in {"studio.sign_in", "studio.sign_out", "studio.speak"}
            | {"studio.make_token", "studio.revoke_token"}  # each their own
        ]
        assert len(changing) >= 7
        roles = {
            rule.endpoint: access.role_of(app.view_functions[rule.endpoint]) for rule in changing
        }
        assert roles.pop("studio.unseal") == "admin"
        assert set(roles.values()) == {"researcher"}

    def test_refuses_a_role_that_is_not_one(self):
        with pytest.raises(ValueError, match="no role"):
            access.role("boss")

    def test_a_viewer_reads_but_does_not_act(self, viewer):
        viewer.study(state="draft")
        assert "Open the study" not in viewer.page("support-replies/")
        answer = viewer.post("support-replies/open")
        assert answer.status_code == 403
        assert "Only a researcher can do that" in answer.text

    def test_a_viewer_is_not_shown_invite_links(self, viewer):
        made = viewer.study()
        with viewer.database.transaction() as session:
            factories.make_rater(session, made)
        assert "/i/" not in viewer.page("support-replies/")
        assert "/i/" not in viewer.page("support-replies/progress")


class TestCheck:
    def test_who_is_not_signed_in_is_told_how_to(self, app):
        for rule in studio_rules(app):
            if "GET" not in rule.methods or rule.endpoint in {
                "studio.send_file",
                "studio.offer_sign_in",
            }:
                continue
            answer = app.test_client().get(filled(rule))
            assert answer.status_code == 401, rule.rule
            assert "evenhand sign-in" in answer.text

    def test_programs_get_a_problem(self, app):
        answer = app.test_client().get("/studio/", headers={"Accept": "application/json"})
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["type"] == "urn:evenhand:not-signed-in"

    def test_every_unsafe_route_needs_a_token(self, app, studio):
        unsafe = [rule for rule in studio_rules(app) if rule.methods & set(UNSAFE)]
        for rule in unsafe:
            for fields in ({}, {"csrf_token": "wrong"}):
                answer = studio.client.post(filled(rule), data=fields)
                assert answer.status_code == 403, rule.rule
                assert "Reload the page" in answer.text

    def test_a_token_of_another_browser_is_refused(self, studio, viewer):
        studio.token()
        answer = studio.client.post("/studio/sign-out", data={"csrf_token": viewer.token()})
        assert answer.status_code == 403

    def test_a_form_sent_from_another_site_is_refused(self, studio):
        answer = studio.client.post(
            "/studio/sign-out",
            data={"csrf_token": studio.token()},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403

    def test_an_unknown_study_is_not_found(self, studio):
        for path in ("no-such/", "no-such/leaderboard", "no-such/estimate", "no-such/progress"):
            answer = studio.get(path)
            assert answer.status_code == 404, path
            assert "no study called" in answer.text

    def test_forms_keep_their_cookie_away_from_rater_pages(self, studio):
        studio.client.delete_cookie("evenhand_forms", path="/studio")
        cookies = studio.get("").headers.getlist("Set-Cookie")
        (form,) = [cookie for cookie in cookies if cookie.startswith("evenhand_forms=")]
        assert "Path=/studio" in form
        assert "HttpOnly" in form
        assert "SameSite=Lax" in form

    def test_pages_and_files_carry_the_strict_policy(self, studio):
        for path in ("", f"_files/{static.STUDIO.version}/studio.css"):
            policy = studio.get(path).headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "style-src 'self';" in policy
            assert "unsafe" not in policy

    def test_says_so_when_the_database_is_away(self, settings):
        app = create_app(settings, Database("postgresql+psycopg://nobody@127.0.0.1:1/none"))
        client = app.test_client()
        client.set_cookie("evenhand_studio", "some-session")
        answer = client.get("/studio/")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "database cannot be reached" in answer.text
