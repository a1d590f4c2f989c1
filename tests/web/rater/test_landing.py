import re

from sqlalchemy import func, select

from service.database import now
from service.store import models
from service.usecases import invites
from service.web.app import create_app
from tests import factories


def shared_link(sitting) -> str:
    with sitting.database.transaction() as session:
        made = invites.make(
            session, sitting.study.name, "shared", "all", now(session), factories.KEY
        )
    return made.link_token


def raters(sitting) -> int:
    with sitting.database.reading() as session:
        return session.scalar(select(func.count()).select_from(models.Rater))


class TestLanding:
    def test_says_what_is_asked_and_stores_nothing(self, sitting):
        link, before = shared_link(sitting), raters(sitting)
        page = sitting.app.test_client().get(f"/i/{link}")
        assert "Choose the one you would rather get." in page.text
        assert "Your name, if you like" in page.text
        assert raters(sitting) == before
        assert "Set-Cookie" not in page.headers

    def test_says_how_many_and_how_long_before_the_start(self, seat, sqlite_database):
        made = seat(sqlite_database, options={"quota": 12}, text=lambda *_: "word " * 100)
        page = made.app.test_client().get(f"/i/{shared_link(made)}").text
        assert "We ask you for 12 comparisons. That takes about 13 minutes." in page

    def test_a_personal_link_asks_for_no_name(self, sitting):
        assert "Your name" not in sitting.client.get(f"/i/{sitting.link}").text

    def test_forgives_what_a_sentence_left_at_the_link(self, sitting):
        for sign in (".", ",", ")", "’."):
            assert sitting.client.get(f"/i/{sitting.link}{sign}").status_code == 200

    def test_a_wrong_link_says_what_to_do(self, client):
        for token in ("x", "a.b", "ä.ö", "a" * 5000):
            answer = client.get(f"/i/{token}")
            assert answer.status_code == 404
            assert "Ask for a new one." in answer.text

    def test_a_closed_study_offers_no_start(self, sitting):
        with sitting.database.transaction() as session:
            session.get_one(models.Study, sitting.study.id).state = "closed"
        page = sitting.client.get(f"/i/{sitting.link}").text
        assert "closed" in page
        assert "Start" not in page


class TestComingBack:
    def test_who_has_finished_is_told_so_and_sees_the_summary(self, sitting):
        sitting.client.post(sitting.at + "finish")
        page = sitting.app.test_client().get(f"/i/{sitting.link}").text
        assert "You have finished, and your votes are kept." in page
        assert ">See your summary<" in page
        assert "Stop whenever you like" not in page

    def test_a_personal_link_knows_how_far_its_rater_is(self, sitting):
        sitting.vote(sitting.upcoming()[0]["token"])
        page = sitting.app.test_client().get(f"/i/{sitting.link}").text
        assert "Good to see you again. You have done 1 of 3, and all of it is kept." in page
        assert ">Go on<" in page
        assert ">Start<" not in page

    def test_one_never_used_greets_a_newcomer(self, sitting):
        with sitting.database.transaction() as session:
            made = invites.make(
                session, sitting.study.name, "personal", "Ada", now(session), factories.KEY
            )
        page = sitting.app.test_client().get(f"/i/{made.link_token}").text
        assert ">Start<" in page
        assert "again" not in page

    def test_after_finishing_it_says_so(self, sitting):
        sitting.client.post(sitting.at + "finish")
        page = sitting.client.get(f"/i/{sitting.link}").text
        assert "You have finished, and your votes are kept." in page

    def test_a_closed_study_still_shows_ones_own_summary(self, sitting):
        sitting.vote(sitting.upcoming()[0]["token"])
        with sitting.database.transaction() as session:
            session.get_one(models.Study, sitting.study.id).state = "closed"
        client = sitting.app.test_client()
        assert "See your summary" in client.get(f"/i/{sitting.link}").text
        page = client.post(f"/i/{sitting.link}", follow_redirects=True).text
        assert "This study is closed. All that you sent is kept." in page


class TestStart:
    def test_a_personal_link_seats_the_same_rater_on_any_device(self, sitting):
        other = sitting.app.test_client()
        answer = other.post(f"/i/{sitting.link}")
        assert answer.status_code == 303
        assert answer.location == sitting.at
        assert other.get(sitting.at).status_code == 200

    def test_a_shared_link_makes_a_rater_and_hands_over_a_link(self, sitting):
        client = sitting.app.test_client()
        started = client.post(f"/i/{shared_link(sitting)}", data={"name": "Ada"})
        assert started.status_code == 303
        answer = client.get(started.location)
        personal = re.search(r'value="http://127.0.0.1:8000/i/([^"]+)"', answer.text)[1]
        begin = re.search(r'href="(/rate/[^"]+)"', answer.text)[1]
        assert client.get(begin).status_code == 200
        again = sitting.app.test_client().post(f"/i/{personal}")
        assert again.location == begin

    def test_two_who_start_are_two(self, sitting):
        link, before = shared_link(sitting), raters(sitting)
        for _ in range(2):
            sitting.app.test_client().post(f"/i/{link}")
        assert raters(sitting) == before + 2

    def test_cookies_are_bound_to_their_sitting(self, sitting):
        cookie = sitting.app.test_client().post(f"/i/{sitting.link}").headers["Set-Cookie"]
        assert f"Path={sitting.at.rstrip('/')}" in cookie.split("; ")
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))

    def test_a_name_that_cannot_be_stored_is_refused(self, both):
        answer = both.app.test_client().post(f"/i/{shared_link(both)}", data={"name": "a\0b"})
        assert answer.status_code == 422

    def test_a_long_name_is_cut(self, both):
        answer = both.app.test_client().post(f"/i/{shared_link(both)}", data={"name": "x" * 9999})
        assert answer.status_code == 303


class TestSharedLink:
    def test_knows_a_browser_again(self, sitting):
        link, client = shared_link(sitting), sitting.app.test_client()
        handed = client.post(f"/i/{link}", follow_redirects=True).text
        begin = re.search(r'href="(/rate/[^"]+)"', handed)[1]
        before = raters(sitting)
        page = client.get(f"/i/{link}").text
        assert "Good to see you again" in page
        assert "Your name" not in page.split("Are you somebody else?")[0]
        assert client.post(f"/i/{link}").location == begin
        assert raters(sitting) == before

    def test_somebody_else_at_the_same_browser_begins_for_themselves(self, sitting):
        link, client = shared_link(sitting), sitting.app.test_client()
        first = client.post(f"/i/{link}").location
        before = raters(sitting)
        page = client.get(f"/i/{link}").text
        form = page[page.index('class="another"') :]
        fields = {"name": "Bea", **dict(re.findall(r'name="(\w+)" value="([^"]+)"', form))}
        answers = [client.post(f"/i/{link}", data=fields) for _ in range(2)]
        assert answers[0].location == answers[1].location != first
        assert raters(sitting) == before + 1
        assert client.get(answers[0].location).status_code == 200
        goes_on = client.post(f"/i/{link}").location
        assert goes_on.split("/")[2] == answers[0].location.split("/")[2]

    def test_another_browser_is_somebody_else(self, sitting):
        link = shared_link(sitting)
        sitting.app.test_client().post(f"/i/{link}")
        assert "Good to see you again" not in sitting.app.test_client().get(f"/i/{link}").text

    def test_start_pressed_twice_makes_one_rater(self, both):
        link, before = shared_link(both), raters(both)
        page = both.app.test_client().get(f"/i/{link}").text
        fields = {"name": "Ada", "key": re.search(r'name="key" value="([^"]+)"', page)[1]}
        answers = [both.app.test_client().post(f"/i/{link}", data=fields) for _ in range(2)]
        assert answers[0].location == answers[1].location
        assert raters(both) == before + 1

    def test_a_link_kept_from_another_study_is_nobody_here(self, sitting, seat):
        other = seat(sitting.database, name="other")
        link, client = shared_link(sitting), sitting.app.test_client()
        client.set_cookie("evenhand_door", other.link, path=f"/i/{link}")
        assert "Good to see you again" not in client.get(f"/i/{link}").text


class TestCrowd:
    def test_beyond_any_real_group_is_asked_to_wait(self, sitting):
        link, client = shared_link(sitting), sitting.app.test_client(use_cookies=False)
        with sitting.database.transaction() as session:
            moment = now(session)
            for number in range(invites.MOST_UNTRIED):
                invites.start_rating(session, link, "", moment, factories.KEY, f"p{number}")
        before = raters(sitting)
        answer = client.post(f"/i/{link}", data={"key": "fresh"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
        assert "Please try again in an hour." in answer.text
        assert raters(sitting) == before
        # Who has begun goes on, and so does who presses once more.
        assert client.post(f"/i/{sitting.link}").status_code == 303
        assert client.post(f"/i/{link}", data={"key": "p7"}).status_code == 303

    def test_from_one_address_is_known_through_proxies_of_ours_alone(self, sitting, settings):
        link = shared_link(sitting)
        said = {"X-Forwarded-For": "6.6.6.6, 93.184.215.14, 10.0.0.1"}
        marks = []
        for number, proxies in enumerate((0, 1, 2, 9)):
            told = settings.model_copy(update={"proxies": proxies})
            client = create_app(told, sitting.database).test_client()
            answer = client.post(f"/i/{link}", data={"key": f"k{number}"}, headers=said)
            assert answer.status_code == 303
            with sitting.database.reading() as session:
                newest = select(models.Rater).order_by(models.Rater.id.desc()).limit(1)
                marks.append(session.scalars(newest).one().address_mark)
        assert [mark is None for mark in marks] == [True, True, False, True]
