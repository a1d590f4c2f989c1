from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store import models
from service.usecases.sighted.judges import diagnosing, evidence, report, reports
from service.usecases.sighted.results import disputed
from service.usecases.sighted.results.read import StudySealed
from tests.factories import later
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


def compute(session, made, at=5):
    for one in reports.due(session, made.id, later(at)):
        found = report.compute(evidence.of(session, made.name, one.name))
        reports.save(session, one, found, later(at))


class TestReports:
    def test_are_kept_until_something_comes(self, session, made, judge):
        assert reports.last(session, made.name, NAME) is None
        compute(session, made)
        assert reports.due(session, made.id, later(9)) == []
        first = reports.last(session, made.name, NAME)
        assert (first.report.judge, first.is_old) == (NAME, False)
        benches.choose(session, made, 2)
        benches.grade_all(session, made)
        benches.ask(session, made, 2)
        benches.answer_all(session)
        assert reports.last(session, made.name, NAME).is_old
        soon = later(5) + timedelta(seconds=5)
        assert reports.due(session, made.id, soon) == []
        compute(session, made, 9)
        kept = reports.last(session, made.name, NAME)
        assert (kept.created_at, kept.is_old) == (later(9), False)

    def test_are_neither_made_nor_shown_while_the_study_is_sealed(self, session, made, judge):
        compute(session, made)
        session.get_one(models.Study, made.id).is_sealed = True
        session.flush()
        benches.choose(session, made, 2)
        assert reports.due(session, made.id, later(99)) == []
        with pytest.raises(StudySealed):
            reports.last(session, made.name, NAME)

    def test_of_another_form_are_not_read_but_made_anew(self, session, made, judge):
        compute(session, made)
        assert [one.judge for one in disputed.newest_reports(session, made.id)] == [NAME]
        row = session.scalars(select(models.JudgeReport)).one()
        row.content, row.seen = {"version": 0}, "0/old"
        session.flush()
        assert reports.last(session, made.name, NAME) is None
        assert disputed.newest_reports(session, made.id) == []
        assert [one.name for one in reports.due(session, made.id, later(99))] == [NAME]

    def test_stand_in_what_can_be_claimed(self, session, made, judge):
        compute(session, made)
        found = diagnosing.of_study(session, made.name)
        assert {one.judge for one in found.statements} == {"", NAME}
