from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from service.store import leaderboards, models
from service.usecases import invites
from service.usecases.sighted.results import compute, shares
from service.usecases.sighted.results.read import StudySealed, UnknownLeaderboard
from service.usecases.sighted.results.reports import NothingToReport
from service.usecases.sighted.results.shares import ShareGone, ShareInvalid
from tests import boards, factories
from tests.factories import later
from tests.usecases.sighted.results import rated

BOARD = boards.pair()


def ranked(session, name="support-replies", **fields):
    study = factories.make_study(session, name, **fields)
    boards.keep(session, study.id, BOARD)
    session.flush()
    return study


def make(session, study, days=30, **more):
    return shares.make(session, study.name, "Board  meeting", days, later(0), **more)


def handle_of(session, study):
    return session.scalars(select(models.Share.handle).filter_by(study_id=study.id)).one()


class TestMake:
    def test_keeps_no_token(self, session):
        study = ranked(session)
        token = make(session, study)
        row = session.scalars(select(models.Share)).one()
        kept = [str(getattr(row, each.key)) for each in inspect(models.Share).columns]
        assert not any(token in value for value in kept)
        assert shares.of_study(session, study.name)[0].label == "Board meeting"

    @pytest.mark.parametrize("days", [0, -1, 366])
    def test_ends_within_a_year(self, session, days):
        with pytest.raises(ShareInvalid, match="1 to 365 days"):
            make(session, ranked(session), days)

    def test_refuses_a_note_that_cannot_be_shown(self, session):
        study = ranked(session)
        for label in ("x" * 81, "a\x1bb"):
            with pytest.raises(ShareInvalid):
                shares.make(session, study.name, label, 3, later(0))

    def test_takes_no_leaderboard_of_another_study(self, session):
        study, other = ranked(session), ranked(session, "other")
        number = leaderboards.latest(session, other.id).id
        with pytest.raises(UnknownLeaderboard):
            make(session, study, leaderboard_id=number)

    def test_is_refused_while_sealed(self, session):
        study = ranked(session, is_sealed=True)
        for act in (lambda: make(session, study), lambda: shares.of_study(session, study.name)):
            with pytest.raises(StudySealed):
                act()

    def test_keeps_the_leaderboard_that_it_shows(self, session):
        study = factories.make_study(session, prompts=5)
        rated.vote(session, study)
        rated.board(session, study)
        first = leaderboards.latest(session, study.id).id
        token = make(session, study, leaderboard_id=first)
        basis = compute.load(session, study.id, later(3))
        board = compute.compute(basis)
        for count in range(leaderboards.KEPT + 2):
            compute.save(session, basis, board, later(4 + count))
        assert shares.open_share(session, token, later(9)).report.leaderboard_id == first


class TestOpenShare:
    def test_shows_the_newest_report_without_texts(self, session):
        study = ranked(session)
        token = make(session, study)
        boards.keep(session, study.id, boards.board())
        session.flush()
        opened = shares.open_share(session, token, later(1))
        assert opened.report.board == boards.board()
        assert opened.report.texts is None

    def test_shows_texts_where_they_were_allowed(self, session):
        token = make(session, ranked(session), shows_texts=True)
        assert shares.open_share(session, token, later(1)).report.texts

    def test_says_that_it_ended_was_withdrawn_or_never_was(self, session):
        study = ranked(session)
        token = make(session, study, days=2)
        ends = later(0) + timedelta(days=2)
        assert shares.open_share(session, token, ends - timedelta(seconds=1))
        with pytest.raises(ShareGone, match=f"ended on {ends:%Y-%m-%d}"):
            shares.open_share(session, token, ends)
        shares.revoke(session, study.name, shares.of_study(session, study.name)[0].number, later(1))
        with pytest.raises(ShareGone, match="was withdrawn"):
            shares.open_share(session, token, later(1))
        for other in ("", token[:-1], "\ud800", "x" * 5000):
            with pytest.raises(ShareGone, match="part of it is missing"):
                shares.open_share(session, other, later(1))

    def test_shows_nothing_of_a_study_that_is_sealed_or_has_no_leaderboard(self, session):
        study = factories.make_study(session)
        token = make(session, study)
        with pytest.raises(NothingToReport):
            shares.open_share(session, token, later(1))
        session.get_one(models.Study, study.id).is_sealed = True
        session.flush()
        with pytest.raises(StudySealed):
            shares.open_share(session, token, later(1))


class TestRevoke:
    def test_is_of_a_link_of_this_study(self, session):
        study, other = ranked(session), ranked(session, "other")
        token = make(session, study)
        number = shares.of_study(session, study.name)[0].number
        with pytest.raises(ShareGone):
            shares.revoke(session, other.name, number, later(1))
        assert shares.open_share(session, token, later(1))


class TestNoteSighted:
    def test_marks_who_saw_this_study_and_nobody_else(self, session):
        study, other = ranked(session), ranked(session, "other")
        make(session, study)
        handle = handle_of(session, study)
        ada, ben = factories.make_rater(session, study), factories.make_rater(session, other)
        for rater in (ada, ben):
            invites.note_sighted(session, rater, None, ["no-such-link", handle], later(2))
        assert session.get_one(models.Rater, ada).is_sighted
        assert not session.get_one(models.Rater, ben).is_sighted

    def test_marks_also_after_the_link_was_withdrawn(self, session):
        study = ranked(session)
        make(session, study)
        shares.revoke(session, study.name, shares.of_study(session, study.name)[0].number, later(1))
        ada = factories.make_rater(session, study)
        invites.note_sighted(session, ada, None, [handle_of(session, study)], later(400))
        assert session.get_one(models.Rater, ada).is_sighted
