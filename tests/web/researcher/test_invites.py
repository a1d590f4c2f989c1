import html
import re

import pytest


def addresses(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'value="(http[^"]+/i/[^"]+)"', page)]


class TestMakeInvite:
    @pytest.mark.parametrize("kind", ["personal", "shared"])
    def test_shows_an_address_that_leads_a_rater_in(self, app, studio, settings, kind):
        studio.study()
        answer = studio.post("support-replies/invites", kind=kind, label="Ada")
        assert answer.status_code == 303
        assert answer.location == "/studio/support-replies/#invites"
        (address,) = addresses(studio.page("support-replies/"))
        assert address.startswith(f"{settings.web_address}/i/")
        landing = app.test_client().get(address.removeprefix(settings.web_address))
        assert landing.status_code == 200

    def test_a_researcher_may(self, researcher_pages):
        researcher_pages.study()
        researcher_pages.post("support-replies/invites", kind="shared", label="")
        assert len(addresses(researcher_pages.page("support-replies/"))) == 1

    def test_may_end_after_some_days(self, studio):
        studio.study()
        studio.post("support-replies/invites", kind="shared", label="", days="7")
        assert re.search(r"until \d{4}-\d\d-\d\d", studio.page("support-replies/"))
        answer = studio.post("support-replies/invites", kind="shared", label="", days="soon")
        assert answer.status_code == 422
        assert "days as a whole number" in answer.text

    def test_refuses_another_kind(self, studio):
        studio.study()
        answer = studio.post("support-replies/invites", kind="golden", label="")
        assert answer.status_code == 422
        assert "either personal or shared" in answer.text

    def test_refuses_a_label_that_no_database_stores(self, studio):
        studio.study()
        answer = studio.post("support-replies/invites", kind="shared", label="a\0b")
        assert answer.status_code == 422

    def test_shows_a_label_as_text(self, studio):
        studio.study()
        studio.post("support-replies/invites", kind="shared", label="<script>alert(1)</script>")
        page = studio.page("support-replies/")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


class TestRevokeInvite:
    def test_withdraws_the_link(self, app, studio, settings):
        studio.study()
        studio.post("support-replies/invites", kind="shared", label="")
        page = studio.page("support-replies/")
        (address,) = addresses(page)
        handle = re.search(r"/invites/([^/]+)/revoke", page)[1]
        assert studio.post(f"support-replies/invites/{handle}/revoke").status_code == 303
        assert addresses(studio.page("support-replies/")) == []
        landing = app.test_client().get(address.removeprefix(settings.web_address))
        assert landing.status_code == 404

    def test_knows_no_invite_of_another_study(self, studio):
        studio.study()
        studio.study(name="another")
        studio.post("support-replies/invites", kind="shared", label="")
        handle = re.search(r"/invites/([^/]+)/revoke", studio.page("support-replies/"))[1]
        assert studio.post(f"another/invites/{handle}/revoke").status_code == 404
