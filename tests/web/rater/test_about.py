import re

import pytest

from service.database import now
from service.usecases import invites
from tests import factories


class TestAbout:
    def test_says_what_is_asked_and_where_things_are(self, sitting):
        sitting.vote(sitting.upcoming()[0]["token"])
        page = sitting.client.get(sitting.at + "help").text
        assert "Choose the one you would rather get." in page
        for path in ("votes", "link", "finish"):
            assert f'href="{sitting.at}{path}"' in page

    def test_is_one_press_away_while_rating_with_or_without_a_script(self, seat, sqlite_database):
        made = seat(sqlite_database, options={})
        for path in ("", "practice"):
            page = made.client.get(made.at + path).text
            assert f'id="help" href="{made.at}help"' in page
            card = re.search(r'<dialog id="keys".*?</dialog>', page, re.DOTALL)[0]
            assert "Choose the one you would rather get." in card
            assert f'href="{made.at}link"' in card
            assert ">Deutsch<" in card

    def test_the_card_lists_every_key(self, sitting):
        page = sitting.client.get(sitting.at).text
        card = re.search(r'<dialog id="keys".*?</dialog>', page, re.DOTALL)[0]
        listed = re.findall(r"<dt>\s*<kbd>(.)</kbd>", card)
        used = re.findall(r'aria-keyshortcuts="(.)"', page)
        assert sorted(listed) == sorted(used)


class TestLink:
    def test_leads_to_the_same_sitting_on_another_device(self, sitting):
        with sitting.database.transaction() as session:
            shared = invites.make(
                session, sitting.study.name, "shared", "all", now(session), factories.KEY
            )
        client = sitting.app.test_client()
        at = client.post(f"/i/{shared.link_token}").location.removesuffix("link")
        for _ in range(2):  # it can be looked up again and again
            page = client.get(at + "link").text
        personal = re.search(r'value="http://127.0.0.1:8000/i/([^"]+)"', page)[1]
        assert sitting.app.test_client().post(f"/i/{personal}").location == at

    @pytest.mark.parametrize("path", ["link", "help"])
    def test_goes_on_to_the_practice_for_newcomers_alone(self, seat, sqlite_database, path):
        made = seat(sqlite_database, options={})
        page = made.client.get(made.at + path).text
        assert f'class="primary" href="{made.at}practice"' in page
        made.upcoming()
        page = made.client.get(made.at + path).text
        assert f'class="primary" href="{made.at}"' in page

    def test_is_shown_to_its_rater_alone(self, sitting):
        assert sitting.app.test_client().get(sitting.at + "link").status_code == 403

    def test_that_was_withdrawn_is_not_shown(self, sitting):
        with sitting.database.transaction() as session:
            handle = sitting.link.rpartition(".")[0]
            invites.revoke(session, sitting.study.name, handle, now(session))
        assert sitting.client.get(sitting.at + "link").location == sitting.at


PAGES = ("votes", "pause", "finish", "help", "link", "practice", "")


class TestTitles:
    @pytest.mark.parametrize("path", PAGES)
    def test_of_pages_tell_them_apart(self, seat, sqlite_database, path):
        made = seat(sqlite_database, options={})
        titles = {
            other: re.search("<title>(.*)</title>", made.client.get(made.at + other).text)[1]
            for other in PAGES
        }
        assert titles[path].endswith("Support replies · Evenhand")
        alike = {"practice", ""}
        others = {titles[other] for other in PAGES if other != path}
        assert path in alike or titles[path] not in others
