import pytest
from sqlalchemy import update

from service.reporting.words import ENGLISH
from service.store import models
from service.usecases.sighted.studies import overviews
from service.web.researcher import presenter, steps
from tests import factories


class TestOfSummary:
    @pytest.mark.parametrize(
        ("fields", "text", "endpoint"),
        [
            ({"state": "draft"}, "see what it will take", "studio.estimate"),
            ({"state": "closed"}, "export the preferences", "studio.leaderboard"),
            ({"ready": False}, "being generated", "studio.show_study"),
            ({}, "invite a rater", "studio.show_study"),
        ],
    )
    def test_is_what_the_study_waits_for(self, session, fields, text, endpoint):
        factories.make_study(session, **fields)
        (summary,) = overviews.every(session)
        step = steps.of_summary(summary, ENGLISH)
        assert text in step.text
        assert step.endpoint == endpoint

    def test_is_to_look_at_what_failed_where_all_did(self, session):
        study = factories.make_study(session, ready=False)
        session.execute(update(models.Completion).values(state="failed"))
        session.expire_all()
        (summary,) = overviews.every(session)
        assert "see what failed" in steps.of_summary(summary, ENGLISH).text
        view = overviews.study(session, study.name)
        assert "Nothing can be rated" in steps.of_study(view, [], ENGLISH)
        assert presenter.generation(view, ENGLISH).ready == 0

    def test_waits_for_the_first_vote_once_raters_are_there(self, session):
        study = factories.make_study(session, prompts=1)
        factories.make_rater(session, study)
        (summary,) = overviews.every(session)
        assert "first vote" in steps.of_summary(summary, ENGLISH).text


class TestOfStudy:
    def test_asks_for_raters_while_there_is_no_link(self, session):
        study = factories.make_study(session)
        view = overviews.study(session, study.name)
        assert "invite a rater" in steps.of_study(view, [], ENGLISH)

    def test_says_nothing_of_what_runs_by_itself(self, session):
        study = factories.make_study(session, state="closed")
        assert steps.of_study(overviews.study(session, study.name), [], ENGLISH) is None

    def test_opens_a_draft_first(self, session):
        study = factories.make_study(session, state="draft")
        view = overviews.study(session, study.name)
        assert "see the plan" in steps.of_study(view, [], ENGLISH)

    def test_tells_who_brought_all_answers_that_nothing_is_generated(self, session):
        study = factories.make_study(session, state="draft")
        session.execute(update(models.Configuration).values(model=None))
        session.expire_all()
        view = overviews.study(session, study.name)
        assert "Its answers are there" in steps.of_study(view, [], ENGLISH)
