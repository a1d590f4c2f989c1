import re

import pytest

from service.domain.study import DEFAULT_INSTRUCTIONS
from service.formats import study_file
from service.web import languages


def german(sitting, path: str, **options):
    return sitting.client.get(path, headers={"Accept-Language": "de-AT,de;q=0.9"}, **options)


def choose(sitting, code: str, back: str):
    return sitting.client.post("/language", data={"code": code, "back": back})


class TestLanguage:
    @pytest.mark.parametrize(
        ("asked", "answered"),
        [
            ("", "en"),
            ("de", "de"),
            ("de-CH, en;q=0.8", "de"),
            ("fr, de;q=0.4, en;q=0.2", "de"),
            ("fr, ja", "en"),
            ("en-GB, de;q=0.9", "en"),
            ("*", "en"),
            ("\x7f;;q=x,,de;q=9", "en"),
        ],
    )
    def test_is_the_browsers(self, client, asked, answered):
        page = client.get("/", headers={"Accept-Language": asked} if asked else {})
        assert f'<html lang="{answered}" dir="ltr">' in page.text
        assert "Accept-Language" in page.headers["Vary"]

    def test_of_the_page_is_that_of_its_next_matchups_and_problems(self, sitting):
        assert "A viel besser" in german(sitting, sitting.at).text
        problem = german(sitting, f"{sitting.at}again/nothing")
        assert "Diese Seite gibt es nicht." in problem.text
        problem = german(sitting, f"{sitting.at}again/nothing", query_string="", json={})
        assert problem.get_json()["title"] == "Hier ist nichts"

    def test_texts_under_comparison_stay_as_they_are(self, sitting):
        english = sitting.client.get(sitting.at + "next").get_json()["assignments"]
        assert german(sitting, sitting.at + "next").get_json()["assignments"] == english

    def test_built_in_instructions_and_practice_are_translated(self, seat, sqlite_database):
        made = seat(sqlite_database, options={}, instructions=DEFAULT_INSTRUCTIONS)
        assert "Du siehst eine Aufgabe" in german(made, f"/i/{made.link}").text
        assert "Bund Basilikum" in german(made, made.at + "practice").text

    def test_texts_of_the_study_are_not(self, seat, sqlite_database):
        # The first is one that a catalogue has.
        made = seat(sqlite_database, options={"practice": ["Prompt", "That", "This"]})
        page = german(made, made.at + "practice").text
        assert "<p>Prompt</p>" in page.replace(' dir="auto"', "")
        assert "Choose the one you would rather get." in german(made, f"/i/{made.link}").text

    def test_may_be_fixed_by_the_study(self, seat, sqlite_database):
        made = seat(sqlite_database, language="de")
        english = {"Accept-Language": "en"}
        for path in (f"/i/{made.link}", made.at, made.at + "votes", made.at + "again/nothing"):
            assert '<html lang="de"' in made.client.get(path, headers=english).text
        made.client.delete_cookie("evenhand_rater", path=made.at[:-1])
        stranger = made.client.get(made.at, headers=english)
        assert '<html lang="en"' in stranger.text

    def test_that_no_catalogue_has_is_left_to_the_browser(self, seat, sqlite_database):
        made = seat(sqlite_database, language="tlh")
        assert '<html lang="de"' in german(made, made.at).text

    def test_may_be_chosen_and_is_remembered_as_a_code(self, sitting):
        page = sitting.client.get(f"/i/{sitting.link}").text
        assert 'name="code" value="de" lang="de" dir="ltr">Deutsch<' in page
        answer = choose(sitting, "de", f"/i/{sitting.link}")
        assert (answer.status_code, answer.location) == (303, f"/i/{sitting.link}")
        assert answer.headers["Set-Cookie"].startswith("evenhand_language=de; Expires=")
        assert '<html lang="de"' in sitting.client.get(sitting.at).text
        page = sitting.client.get(f"/i/{sitting.link}").text
        assert ">English<" in page
        assert ">Deutsch<" not in page

    def test_chosen_in_the_practice_stays_there(self, seat, sqlite_database):
        made = seat(sqlite_database, options={})
        page = made.client.get(made.at + "practice").text
        back = re.search(r'name="back" value="([^"]+)"', page)[1]
        assert choose(made, "de", back).location == made.at + "practice"
        assert "Basilikum" in made.client.get(made.at + "practice").text

    def test_may_be_chosen_on_every_page(self, sitting):
        token = sitting.upcoming()[0]["token"]
        sitting.vote(token)
        paths = ("", "votes", "pause", "finish", "help", "link", f"again/{token}")
        for path in (*paths, f"reason/{token}", f"flag/{token}", "again/nothing"):
            page = sitting.client.get(sitting.at + path).text
            back = re.search(r'name="back" value="([^"]+)"', page)[1]
            assert 'name="code" value="de"' in page, path
            expected = sitting.at if path.startswith("again") else sitting.at + path
            assert choose(sitting, "en", back).location == expected

    @pytest.mark.parametrize(
        "back",
        [
            "",
            "//evil.example/",
            "https://evil.example/",
            "/\\evil.example",
            "/studio/",
            "/assets/0/a",
        ],
    )
    def test_leads_nowhere_else(self, sitting, back):
        answer = choose(sitting, "de", back)
        assert (answer.status_code, answer.location) == (303, "/")

    @pytest.mark.parametrize(
        ("back", "expected"),
        [("/i/a\nSet-Cookie: b", "/i/a%0ASet-Cookie:%20b"), ("/rate/a\r/next", "/rate/a%0D/")],
    )
    def test_leads_to_pages_alone_by_an_address_made_anew(self, sitting, back, expected):
        assert choose(sitting, "de", back).location == expected

    def test_that_nobody_speaks_cannot_be_chosen(self, sitting):
        assert "Set-Cookie" not in choose(sitting, "xx", sitting.at).headers
        sitting.client.set_cookie("evenhand_language", "xx")
        assert '<html lang="en"' in sitting.client.get(sitting.at).text

    def test_that_the_study_fixes_cannot_be_chosen(self, seat, sqlite_database):
        made = seat(sqlite_database, language="de")
        made.client.set_cookie("evenhand_language", "en")
        for path in (f"/i/{made.link}", made.at, made.at + "votes", made.at + "flag/nothing"):
            page = made.client.get(path).text
            assert '<html lang="de"' in page
            assert 'name="code"' not in page

    def test_of_sighted_pages_is_the_browsers_as_well(self, app, sitting):
        page = german(sitting, "/studio/", follow_redirects=True)
        assert '<html lang="de"' in page.text
        assert "Accept-Language" in page.headers.get("Vary", "")

    def test_is_one_that_study_files_know(self):
        assert set(languages.shipped()) == {"en", "de"}
        assert study_file.schema()["properties"]["language"]["enum"] == ["en", "de"]

    def test_outside_of_a_request_is_english(self):
        assert languages.gettext("Start") == "Start"
        assert languages.ngettext("one", "many", 2) == "many"
