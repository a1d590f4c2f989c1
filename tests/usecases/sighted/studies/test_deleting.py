import logging

import pytest

from service.domain.study import UnknownStudy
from service.store import models
from service.usecases import invites
from service.usecases.sighted.studies import (
    applying,
    deleting,
    intakes,
    opening,
    overviews,
    trying,
    uploads,
)
from tests import factories
from tests.usecases.sighted.results import rated
from tests.usecases.sighted.studies.test_applying import FILE


def delete(session, name, now, typed=None):
    return deleting.delete_study(session, name, typed or name, "ada", now)


class TestDeleteStudy:
    def test_takes_a_draft_with_its_files_and_links_and_leaves_the_others(self, session, now):
        noise = factories.make_study(session, "noise")
        applying.apply(session, FILE, now)
        uploads.keep(session, FILE.name, "a.csv", b"prompt\nWhy?\n", now)
        invites.make(session, FILE.name, "personal", "Ben", now, factories.KEY)

        done = delete(session, FILE.name, now)

        assert (done.prompts, done.configurations, done.deleted_by) == (2, 2, "ada")
        with pytest.raises(UnknownStudy):
            overviews.study(session, FILE.name)
        assert session.query(models.Upload).count() == session.query(models.Invite).count() == 0
        assert overviews.study(session, noise.name).prompts == 3
        assert applying.apply(session, FILE, now).created

    def test_wants_the_name_once_more(self, session, now):
        applying.apply(session, FILE, now)
        with pytest.raises(deleting.NameDiffers, match="summaries"):
            delete(session, FILE.name, now, "Summaries, all of them")
        assert overviews.study(session, FILE.name).prompts == 2

    def test_waits_for_a_file_that_is_being_imported(self, session, now):
        applying.apply(session, FILE, now)
        token = uploads.keep(session, FILE.name, "a.csv", b"prompt\nWhy?\n", now)
        intakes.ask(session, FILE.name, token, replaces=False)
        with pytest.raises(deleting.StudyKept, match="being imported"):
            delete(session, FILE.name, now)

    @pytest.mark.parametrize("closes", [False, True])
    def test_keeps_what_was_open(self, session, now, closes):
        applying.apply(session, FILE, now)
        opening.open_study(session, FILE.name, now)
        if closes:
            opening.close_study(session, FILE.name, now)
        with pytest.raises(deleting.StudyKept, match="Only a draft"):
            delete(session, FILE.name, now)

    def test_keeps_votes_that_came_from_a_file(self, session, now):
        study = factories.make_study(session, state="open", opened_at=None)
        rated.vote(session, study)
        session.get_one(models.Study, study.id).state = "draft"
        with pytest.raises(deleting.StudyKept, match="never deleted"):
            delete(session, study.name, now)
        assert session.query(models.Vote).count() > 0

    def test_waits_for_calls_of_a_try_and_says_what_they_took(self, session, now):
        applying.apply(session, FILE, now)
        trying.begin(session, FILE.name, (), 1, 0.5, now)
        call = session.query(models.Completion).first()
        call.state = "running"
        with pytest.raises(deleting.StudyKept, match="under way"):
            delete(session, FILE.name, now)
        call.state = "ready"
        session.get_one(models.Study, call.study_id).spent_calls = 7

        assert delete(session, FILE.name, now).spent_calls == 7
        assert session.query(models.Completion).count() == session.query(models.Study).count() == 0


class TestTell:
    def test_writes_a_line_that_says_who_deleted_what(self, session, now, caplog):
        applying.apply(session, FILE, now)
        with caplog.at_level(logging.WARNING):
            deleting.tell(delete(session, FILE.name, now))
        assert "study deleted: name='summaries'" in caplog.text
        assert "by='ada'" in caplog.text
