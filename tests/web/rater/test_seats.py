from sqlalchemy import select

from service.database import now
from service.store import models
from service.usecases import accounts


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
