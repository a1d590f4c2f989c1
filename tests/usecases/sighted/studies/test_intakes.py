import pytest

from service import importing
from service.domain import intake
from service.domain.intake import IntakeLost, IntakeUnderWay
from service.store import models
from service.usecases.sighted.studies import intakes, uploads
from tests import factories
from tests.factories import later

NAME = "support-replies"


@pytest.fixture
def study(session):
    return factories.make_study(session)


def keep(session, content=b"Frage\nWo?\n", at=0):
    return uploads.keep(session, NAME, "x.csv", content, later(at))


def asked(session):
    token = keep(session)
    intakes.ask(session, NAME, token, replaces=False)
    return token


class TestAsk:
    def test_waits_until_a_worker_takes_it_once(self, session, study):
        token = asked(session)
        assert intakes.due(session, later(0)) == 1
        with pytest.raises(IntakeUnderWay):
            intakes.ask(session, NAME, token, replaces=False)
        one = intakes.claim(session, later(1))
        assert (one.study, one.token, one.replaces) == (NAME, token, False)
        assert intakes.claim(session, later(1)) is None
        intakes.note(session, one, 500, later(2))
        assert uploads.find(session, NAME, token).done == 500
        intakes.finish(session, one)
        assert (intakes.due(session, later(9)), intakes.claim(session, later(9))) == (0, None)

    def test_is_not_there_for_a_file_that_is_gone(self, session, study):
        with pytest.raises(uploads.UnknownUpload):
            intakes.ask(session, NAME, "gone", replaces=False)


class TestKeep:
    def test_lets_no_file_go_that_is_being_imported(self, session, study):
        first = asked(session)
        for number in range(uploads.MOST_HELD + 2):
            keep(session, at=number + 1)
        assert uploads.find(session, NAME, first).state == intake.IntakeState.WAITING
        assert len(uploads.held(session, NAME)) == uploads.MOST_HELD
        for each in uploads.held(session, NAME):
            if each.token != first:
                intakes.ask(session, NAME, each.token, replaces=False)
        with pytest.raises(uploads.TooManyUnderWay, match="10 files"):
            keep(session, at=99)


class TestClaim:
    def test_takes_over_from_a_worker_that_says_nothing_and_shuts_it_out(self, session, study):
        asked(session)
        first = intakes.claim(session, later(0))
        moment = later(0) + intake.LEASE * 2
        assert intakes.due(session, moment) == 1
        second = intakes.claim(session, moment)
        assert second.fence == first.fence + 1
        for lost in (
            lambda: intakes.note(session, first, 1, moment),
            lambda: intakes.finish(session, first),
            lambda: intakes.fail(session, first, "why"),
        ):
            with pytest.raises(IntakeLost):
                lost()

    def test_gives_up_what_has_ended_several_workers(self, session, study):
        token = asked(session)
        for number in range(intake.MOST_ATTEMPTS):
            assert intakes.claim(session, later(0) + intake.LEASE * 2 * number).token == token
        assert intakes.claim(session, later(0) + intake.LEASE * 99) is None
        assert (
            "failed several times" in uploads.find(session, NAME, token).report["failed"]["message"]
        )

    def test_loses_a_file_that_is_removed(self, session, study):
        token = asked(session)
        one = intakes.claim(session, later(0))
        uploads.discard(session, NAME, token)
        with pytest.raises(IntakeLost):
            intakes.note(session, one, 1, later(0))


class TestImportDue:
    """What a worker does with them (`service.importing`)."""

    @pytest.fixture
    def token(self, database):
        with database.transaction() as session:
            factories.make_study(session)
            token = keep(session, b"Frage\nWo?\nWann?\n")
            uploads.choose(session, NAME, token, {"Frage": "prompt"}, None)
            intakes.ask(session, NAME, token, replaces=False)
        return token

    def test_brings_the_file_in_and_leaves_a_report(self, database, token):
        importing.import_due(database)
        with database.reading() as session:
            upload = uploads.find(session, NAME, token)
        assert (upload.state, upload.report["added"]) == ("", 2)
        importing.import_due(database)

    def test_goes_on_where_another_worker_stopped(self, database, token):
        with database.transaction() as session:
            one = intakes.claim(session, later(0))
        importing.import_upload(database, NAME, token, replaces=False, one=one)
        with database.transaction() as session:
            # Its lease is long over; it died before it could say that all is in.
            session.get(models.Upload, one.id).lease_until = later(0) - intake.LEASE
        importing.import_due(database)
        with database.reading() as session:
            upload = uploads.find(session, NAME, token)
        assert (upload.state, upload.report["added"], upload.report["unchanged"]) == ("", 0, 2)

    def test_says_why_a_file_cannot_be_imported_to_its_end(self, database, token):
        with database.transaction() as session:
            study = session.query(models.Study).filter_by(name=NAME).one()
            study.state = "closed"
        importing.import_due(database)
        with database.reading() as session:
            upload = uploads.find(session, NAME, token)
        assert "is closed" in upload.report["failed"]["message"]
