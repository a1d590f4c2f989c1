import csv
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
        # A test's service listens to its own machine alone.
        assert "These addresses work on this machine only." in studio.page("support-replies/")

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


class TestMakeManyInvites:
    def test_makes_a_link_for_each_name_and_lists_them_as_csv(self, app, studio, settings):
        studio.study()
        answer = studio.post("support-replies/invites/many", names="Ada\n=1+2\nAda", days="7")
        assert answer.location == "/studio/support-replies/#invites"
        assert "2 links are made." in studio.page("support-replies/")
        studio.post("support-replies/invites/many", names="Ada\nBea", days="")
        assert "1 link is made. 1 name had one already." in studio.page("support-replies/")
        table = studio.get("support-replies/invites.csv")
        assert table.content_type == "text/csv; charset=utf-8"
        assert "support-replies-invites.csv" in table.headers["Content-Disposition"]
        head, *rows = csv.reader(table.text.splitlines())
        assert head == ["name", "kind", "address", "until"]
        assert [(row[0], row[1], bool(row[3])) for row in rows] == [
            ("Ada", "personal", True),
            ("'=1+2", "personal", True),
            ("Bea", "personal", False),
        ]
        landing = app.test_client().get(rows[0][2].removeprefix(settings.web_address))
        assert landing.status_code == 200

    @pytest.mark.parametrize("names", ["", "x" * 100_001, "a\0b"])
    def test_refuses_what_is_no_column(self, studio, names):
        studio.study()
        assert studio.post("support-replies/invites/many", names=names).status_code == 422

    def test_is_not_for_viewers(self, studio, viewer):
        studio.study()
        studio.post("support-replies/invites", kind="shared", label="")
        handle = re.search(r"/invites/([^/]+)/revoke", studio.page("support-replies/"))[1]
        assert viewer.post("support-replies/invites/many", names="Ada").status_code == 403
        for path in ("invites.csv", f"invites/{handle}"):
            assert viewer.get(f"support-replies/{path}").status_code == 403


class TestShowInvite:
    def test_draws_a_code_without_style_or_script(self, studio):
        studio.study()
        studio.post("support-replies/invites", kind="shared", label="Hall <3")
        handle = re.search(r"/invites/([^/]+)/revoke", studio.page("support-replies/"))[1]
        page = studio.page(f"support-replies/invites/{handle}")
        assert "Hall &lt;3" in page
        assert len(addresses(page)) == 1
        drawn = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
        assert "style" not in drawn
        studio.post(f"support-replies/invites/{handle}/revoke")
        assert studio.get(f"support-replies/invites/{handle}").status_code == 404
        assert studio.get("support-replies/invites/nothing").status_code == 404
