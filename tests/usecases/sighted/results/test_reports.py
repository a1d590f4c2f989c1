import pytest

from service.store import leaderboards, models
from service.usecases.sighted.results import decisions, preregistrations, reports
from service.usecases.sighted.results.read import StudySealed, UnknownLeaderboard
from service.usecases.sighted.results.reports import NothingToReport
from service.usecases.sighted.studies import opening
from tests import boards, factories
from tests.factories import later

BOARD = boards.pair()


def ranked(session, **fields):
    study = factories.make_study(session, **fields)
    boards.keep(session, study.id, BOARD)
    session.flush()
    return study


class TestOfStudy:
    def test_holds_the_study_its_leaderboard_and_what_was_decided(self, session):
        study = ranked(session)
        assert reports.of_study(session, study.name).decided is None
        made = decisions.decide(
            session, study.name, None, "retrieval", "Ada", "", "operator", later(1)
        )
        told = reports.of_study(session, study.name)
        assert told.board == BOARD
        assert (told.decided.chosen, told.decided.leaderboard_id) == (
            "retrieval",
            told.leaderboard_id,
        )
        assert told.digest == made.digest
        assert told.texts is None
        assert {one.name for one in told.competitors} == set(study.configurations)

    def test_is_of_the_leaderboard_that_was_named_with_its_own_decision(self, session):
        study = ranked(session)
        first = leaderboards.latest(session, study.id).id
        decisions.decide(session, study.name, first, "retrieval", "Ada", "", "x", later(1))
        boards.keep(session, study.id, boards.board())
        session.flush()
        decisions.decide(session, study.name, None, None, "Ben", "Too dear.", "x", later(2))
        assert reports.of_study(session, study.name, first).decided.decided_by == "Ada"
        assert reports.of_study(session, study.name).decided.decided_by == "Ben"
        with pytest.raises(UnknownLeaderboard):
            reports.of_study(session, study.name, 9999)

    def test_holds_texts_where_they_are_asked_for_and_no_more_than_people_read(self, session):
        study = ranked(session, prompts=reports.MOST_PROMPTS + 1)
        told = reports.of_study(session, study.name, with_texts=True)
        assert len(told.texts) == reports.MOST_PROMPTS
        assert len(told.texts[0].answers) == len(study.configurations)

    def test_says_so_where_there_is_none(self, session):
        study = factories.make_study(session)
        with pytest.raises(NothingToReport, match="no leaderboard yet"):
            reports.of_study(session, study.name)
        boards.keep(session, study.id, BOARD)
        session.flush()
        row = leaderboards.latest(session, study.id)
        row.content = {**row.content, "version": 1}
        session.flush()
        with pytest.raises(NothingToReport, match="earlier Evenhand"):
            reports.of_study(session, study.name)

    def test_tells_nothing_while_sealed_and_all_once_closed(self, session):
        study = ranked(session, is_sealed=True)
        with pytest.raises(StudySealed):
            reports.of_study(session, study.name, with_texts=True)
        opening.close_study(session, study.name, later(3))
        assert reports.of_study(session, study.name).board == BOARD

    def test_says_what_was_declared_and_that_nothing_was(self, session, now):
        study = ranked(session)
        assert reports.of_study(session, study.name).declared is None
        preregistrations.freeze(session, session.get_one(models.Study, study.id), now)
        told = reports.of_study(session, study.name).declared
        assert (told.document.study, told.deviations, len(told.digest)) == (study.name, (), 64)
