"""Sighted pages speak the language of the browser, or the one that was chosen."""

import re

import pytest

from service.web import languages
from service.web.app import create_app
from tests import boards, pseudo
from tests.promises.test_translated import strange
from tests.web.researcher.conftest import sign_in

PATHS = ("", "support-replies/", "support-replies/leaderboard", "support-replies/estimate")
PATHS += ("support-replies/decisions",)


@pytest.fixture
def ranked(studio):
    studio.rank(studio.study(configurations=list(boards.SHARES)))
    return studio


class TestLanguage:
    def test_is_the_browsers(self, ranked):
        answer = ranked.get("support-replies/leaderboard", headers={"Accept-Language": "de-AT"})
        assert '<html lang="de"' in answer.text
        assert "retrieval wird plain-prompt vorgezogen." in answer.text
        assert "120 Urteile von 6 Personen · 24 Prompts" in answer.text
        assert "2,60\xa0$" in answer.text
        assert "Accept-Language" in answer.headers["Vary"]

    def test_is_english_for_all_others(self, ranked):
        answer = ranked.get("support-replies/leaderboard", headers={"Accept-Language": "fr"})
        assert '<html lang="en"' in answer.text
        assert "retrieval is preferred to plain-prompt." in answer.text

    def test_can_be_chosen_on_any_page(self, ranked):
        page = ranked.page("support-replies/")
        assert re.search(r'name="code" value="de" lang="de">\s*Deutsch', page)
        back = "/studio/support-replies/"
        answer = ranked.post("language", code="de", back=back)
        assert (answer.status_code, answer.location) == (303, back)
        assert "Rangliste" in ranked.page("support-replies/")
        assert "English" in ranked.page("support-replies/")

    @pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere", "/rate/x", ""])
    def test_leads_to_our_own_pages_alone(self, ranked, back):
        assert ranked.post("language", code="xx", back=back).location == "/studio/"
        assert '<html lang="en"' in ranked.page("")

    def test_is_that_of_what_an_action_says(self, ranked):
        ranked.post("language", code="de", back="")
        ranked.post("support-replies/invites", kind="shared", label="")
        assert "Die Einladung ist fertig" in ranked.page("support-replies/")

    def test_is_that_of_errors(self, ranked, app):
        headers = {"Accept-Language": "de"}
        answer = app.test_client().get("/studio/", headers=headers)
        assert answer.status_code == 401
        assert "Bitte melde dich an" in answer.text
        assert "Für diese Seiten musst du angemeldet sein." in answer.text


class TestPages:
    """What is still Latin in the language that nobody speaks was never translated."""

    # What people wrote, and words of programs.
    THEIRS = frozenset(
        {"support", "replies", "Support", "retrieval", "fine", "tune", "plain", "prompt", "small"}
        | {"model", "provider", "offline", "lead", "nowhere", "admin", "Ben", "Kind", "s"}
        | {"sources", "sure"}
        | {"evenhand", "export", "format", "trl", "dpo", "out", "TRL", "JSON", "ms", "SVG", "PNG"}
    )

    def test_say_nothing_untranslated(self, settings, sqlite_database):
        speaks = {**languages.shipped(), pseudo.CODE: pseudo.LANGUAGE}
        app = create_app(settings, sqlite_database, speaks=speaks)
        studio = sign_in(app, sqlite_database)
        study = studio.study(configurations=list(boards.SHARES))
        studio.rank(study)
        headers = {"Accept-Language": pseudo.CODE}
        for path in (*PATHS, "nowhere/", "support-replies/completions/"):
            page = studio.get(path, headers=headers).text
            assert f'<html lang="{pseudo.CODE}" dir="rtl">' in page
            assert [word for word in strange(page) if word not in self.THEIRS] == [], path
