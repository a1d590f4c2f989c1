import threading
from datetime import timedelta

import pytest

from service.domain import submission
from service.domain.prompt import Prompt
from service.domain.submission import (
    AsksWho,
    NoSubmissions,
    SubmissionsOver,
    TooManySubmissions,
)
from service.domain.vote import KeyReused
from service.errors import Invalid
from service.store import models, raters
from service.usecases.blind import progress, submitting
from tests import factories
from tests.factories import later

OPTIONS = {"repeats": 0, "practice": [], "submissions": 2}


@pytest.fixture
def study(session):
    factories.make_study(session, "noise", options=OPTIONS)
    return factories.make_study(session, options=OPTIONS)


@pytest.fixture
def ada(session, study):
    return factories.make_rater(session, study, "Ada")


def send(session, rater_id, text, key=None, at=0.0):
    sitter = raters.locked(session, rater_id)
    return submitting.submit(session, sitter, text, key or f"key of {text}"[:60], later(at))


def own(session, rater_id):
    return submitting.own(session, raters.sitter(session, rater_id))


def rows(session):
    return session.query(models.Submission).order_by(models.Submission.id).all()


class TestSubmit:
    def test_keeps_a_text_as_everybody_sees_it(self, session, ada):
        assert send(session, ada, "  How\r\ndo \u202eI prune\x07 roses?\u200b \n", "k")
        (row,) = rows(session)
        assert (row.text, row.state, row.prompt_id) == ("How\ndo I prune roses?", "waiting", None)

    def test_keeps_a_double_press_once(self, session, ada):
        assert [send(session, ada, "Roses?", "k") for _ in range(2)] == [True, False]
        assert len(rows(session)) == 1
        with pytest.raises(KeyReused):
            send(session, ada, "Tulips?", "k")

    def test_keeps_what_reads_the_same_once(self, session, ada):
        assert send(session, ada, "Roses?")
        assert not send(session, ada, "  ROSES")
        assert len(rows(session)) == 1

    def test_says_the_same_of_what_the_study_has(self, session, study, ada):
        has = session.get_one(models.Prompt, study.prompts[0])
        has.fingerprint = Prompt(turns=("Roses?",)).fingerprint
        session.flush()
        assert send(session, ada, "Roses?")
        assert send(session, ada, "Tulips?")
        assert [row.fingerprint is None for row in rows(session)] == [True, False]
        assert {one.state for one in own(session, ada).items} == {"waiting"}

    def test_bounds_what_waits(self, session, study, ada):
        for text in ("One?", "Two?"):
            send(session, ada, text)
        with pytest.raises(TooManySubmissions, match="waiting to be looked at"):
            send(session, ada, "Three?")
        assert not send(session, ada, "One?")  # sent again, so nothing is lost
        ben = factories.make_rater(session, study, "Ben")
        assert send(session, ben, "Three?")

    def test_bounds_a_day(self, session, ada):
        for number in range(submission.MOST_A_DAY):
            send(session, ada, f"Number {number}?")
            for row in rows(session):
                row.state = "declined"
            session.flush()
        with pytest.raises(TooManySubmissions, match="one person"):
            send(session, ada, "One more?")
        assert send(session, ada, "One more?", at=timedelta(days=2) / timedelta(minutes=1))

    def test_refuses_who_are_you_and_strange_keys(self, session, ada):
        with pytest.raises(AsksWho):
            send(session, ada, "Wh\u200bo are you?", "k")
        with pytest.raises(Invalid, match="unreadable"):
            send(session, ada, "Roses?", "é")
        assert rows(session) == []

    def test_is_not_there_where_the_study_takes_none(self, session):
        plain = factories.make_study(session, "plain")
        ben = factories.make_rater(session, plain, "Ben")
        for act in (lambda: send(session, ben, "Roses?"), lambda: own(session, ben)):
            with pytest.raises(NoSubmissions):
                act()

    def test_ends_with_the_rater_or_the_study(self, session, study, ada):
        ben = factories.make_rater(session, study, "Ben")
        send(session, ada, "Roses?", "k")
        progress.finish(session, ada, later(1))
        with pytest.raises(SubmissionsOver):
            send(session, ada, "Tulips?")
        assert not send(session, ada, "Roses?", "k")  # it was kept, and is answered as it was
        session.get_one(models.Study, study.id).state = "closed"
        session.flush()
        with pytest.raises(SubmissionsOver):
            send(session, ben, "Tulips?")
        assert not own(session, ben).is_open


class TestOwn:
    def test_tells_where_each_stands_and_of_nobody_else(self, session, study, ada):
        send(session, factories.make_rater(session, study, "Ben"), "Of another?")
        for text in ("One?", "Two?"):
            send(session, ada, text)
        rows(session)[1].state = "accepted"
        session.flush()
        assert [(one.excerpt, one.state) for one in own(session, ada).items] == [
            ("Two?", "waiting"),
            ("One?", "accepted"),
        ]


class TestAtOnce:
    def test_a_double_press_is_kept_once_and_bounds_hold(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, options=OPTIONS)
            ada = factories.make_rater(session, study)
        told = []

        def press(number):
            try:
                with database.transaction() as session:
                    told.append(send(session, ada, f"Number {number}?", f"k{number}"))
            except TooManySubmissions:
                told.append(None)

        threads = [threading.Thread(target=press, args=(at // 2,)) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as session:
            assert len(rows(session)) == told.count(True) == 2
        assert len(told) == 8
