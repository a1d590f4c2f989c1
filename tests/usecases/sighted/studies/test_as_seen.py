import random

from service.store import models
from service.usecases.sighted.studies import as_seen
from tests import factories
from tests.usecases.sighted.studies import test_trying


def seen(session, study, number=1, seed=1):
    return as_seen.of_study(session, study.name, number, random.Random(seed))


class TestOfStudy:
    def test_shows_two_answers_in_an_order_of_chance_and_no_names(self, session):
        study = factories.make_study(session, state="draft", instructions="Choose the kinder one.")
        found = [seen(session, study, 2, seed) for seed in range(20)]
        assert {one.answers[0] for one in found} == {one.answers[1] for one in found}
        assert len({one.answers[0] for one in found}) == 2
        assert (found[0].number, found[0].there_are) == (2, 3)
        assert found[0].instructions == "Choose the kinder one."

    def test_takes_answers_of_a_try_where_the_study_has_too_few(self, session):
        study = test_trying.draft(session)
        test_trying.drop_pending(session, study)
        assert seen(session, study).answers == ()
        test_trying.begin(session, study, number=1)
        test_trying.answer_all(session, "Tried.")
        assert ["Tried." in one[0] for one in seen(session, study).answers] == [True, True]
        assert seen(session, study, 2).answers == ()

    def test_shows_nothing_that_is_kept_back(self, session):
        study = factories.make_study(session, state="draft", prompts=1)
        row = session.query(models.Completion).first()
        row.state = "quarantined"
        session.flush()
        assert len(seen(session, study).answers) == 1

    def test_is_none_where_there_is_no_such_prompt(self, session):
        study = factories.make_study(session, state="draft", prompts=0)
        assert seen(session, study) is None
