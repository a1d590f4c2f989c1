import random

from sqlalchemy import select

from service.domain.assignment import AssignmentState
from service.store import models
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import exports
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import rated


class TestOfStudy:
    def test_names_the_preferred_text(self, session):
        study = factories.make_study(session, prompts=3)
        rated.vote(session, study)
        fold.fold(session, study.id)
        found = list(exports.of_study(session, study.name))

        assert len(found) == 3
        for preference in found:
            winner = (
                preference.first
                if preference.w_first > preference.w_second
                else (preference.second)
            )
            assert winner[0].startswith("Retrieval")

    def test_leaves_open_assignments_out(self, session):
        study = factories.make_study(session, prompts=3)
        ben = factories.make_rater(session, study)
        factories.deal(session, ben, later(0), random.Random(1), rated.LEASE, 2)

        assert list(exports.of_study(session, study.name)) == []
        states = session.scalars(select(models.Assignment.state)).all()
        assert states == [AssignmentState.DEALT] * 2


class TestMarks:
    def test_holds_grades_and_leads_of_what_each_text_got(self, session):
        study = rated.made(session)
        rated.mark(session, factories.make_rater(session, study))
        fold.fold(session, study.id)
        found = exports.of_study(session, study.name)
        assert len(found) == 6
        for one in found:
            is_first = one.first_name == "Retrieval"
            assert one.grades == ((5.0, 2.0) if is_first else (2.0, 5.0))
            assert one.leads == {"Kind": 1.0 if is_first else -1.0, "<b>Right</b>": 0.0}
