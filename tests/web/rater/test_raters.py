from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from service.database import now
from service.store import models
from service.usecases import accounts
from service.web.rater import raters


class TestSeats:
    def test_without_the_cookie_nobody_sits(self, sitting):
        stranger = sitting.app.test_client()
        for path in ("", "next", "votes", "finish", "done", "pause"):
            answer = stranger.get(sitting.at + path)
            assert answer.status_code == 403
            assert "open the link you were sent" in answer.text

    def test_an_unknown_sitting_answers_alike(self, sitting):
        stranger = sitting.app.test_client()
        known, unknown = stranger.get(sitting.at), stranger.get("/rate/nobody-here1/")
        assert (known.status_code, known.data) == (unknown.status_code, unknown.data)


class TestSightedMark:
    def test_is_set_and_changes_no_answer(self, both, seat):
        with both.database.transaction() as session:
            moment = now(session)
            link = accounts.make_sign_in_link(
                session, accounts.ensure_operator(session, moment), moment
            )
            token = accounts.sign_in(session, link, moment).session_token
        before = both.client.get(both.at)
        both.client.set_cookie("evenhand_studio", token)
        after = both.client.get(both.at)
        assert [line for line in after.headers if line[0] != "Content-Length"] == [
            line for line in before.headers if line[0] != "Content-Length"
        ]
        assert len(after.data) == len(before.data)
        with both.database.reading() as session:
            marks = session.scalars(select(models.Rater.is_sighted)).all()
            assert marks == [True]


class Deadlock(Exception):
    sqlstate = "40P01"


def cross(database, times: int) -> list[str]:
    """Let storing a vote end in a deadlock so many times; returns where that is noted."""
    crossed: list[str] = []

    def refuse(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO vote ") and len(crossed) < times:
            crossed.append(statement)
            raise OperationalError(statement, {}, Deadlock())

    event.listen(database.engine, "before_cursor_execute", refuse)
    return crossed


class TestPersistent:
    def test_a_vote_that_crossed_another_transaction_is_cast_anew(self, sitting):
        token = sitting.upcoming()[0]["token"]
        crossed = cross(sitting.database, raters.TRIES - 1)
        answer = sitting.vote(token, "right")
        assert (answer.status_code, answer.get_json()["revision"]) == (200, 1)
        assert len(crossed) == raters.TRIES - 1

    def test_a_form_is_read_again_as_well(self, sitting):
        token = sitting.upcoming()[0]["token"]
        cross(sitting.database, 1)
        fields = {"choice": "both_bad", "key": "k"}
        answer = sitting.client.post(f"{sitting.at}vote/{token}", data=fields)
        assert answer.status_code == 303
        with sitting.database.reading() as session:
            assert session.scalars(select(models.Vote.choice)).all() == ["both_bad"]

    def test_gives_up_with_a_word_after_which_the_page_tries_again(self, sitting):
        token = sitting.upcoming()[0]["token"]
        cross(sitting.database, raters.TRIES)
        answer = sitting.vote(token)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert sitting.vote(token).get_json()["revision"] == 1
