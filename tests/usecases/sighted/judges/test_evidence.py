from dataclasses import replace

import pytest

from service.domain.judge import Pool, Settled
from service.domain.vote import Outcome
from service.store import models
from service.usecases.sighted.judges import evidence, making
from service.usecases.sighted.results import fold
from service.usecases.sighted.results.read import StudySealed
from tests.factories import later
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME, TOLD
from tests.usecases.sighted.results import rated

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


def of(session, made, number=None):
    session.expire_all()
    return evidence.of(session, made.name, NAME, number)


class TestOf:
    def test_puts_votes_and_verdicts_of_a_matchup_together(self, session, made, judge):
        rated.vote(session, made, "Ben", "Retrieval")
        fold.fold(session, made.id)
        benches.choose(session, made, 2)
        benches.draw_audit(session, made, 4)
        benches.grade_all(session, made)
        benches.ask(session, made, 10)
        benches.answer_all(session)
        found = of(session, made)
        assert (found.judge, found.version, found.criterion) == (NAME, "1", "Helpfulness")
        assert len(found.matchups) == 18
        assert sum(one.pool is Pool.AUDIT for one in found.matchups) == 4
        for one in found.matchups:
            if one.settled is not Settled.WAITING:
                longer = Settled.FIRST if one.first_length > one.second_length else Settled.SECOND
                assert one.settled is longer
            (vote,) = one.votes
            if "Retrieval" in (one.first, one.second):
                assert (vote.outcome is Outcome.FIRST) == (one.first == "Retrieval")

    def test_sets_grades_beside_the_judge_s_own(self, session, made, judge):
        benches.choose(session, made, 3)
        benches.grade_all(session, made)
        benches.ask(session, made, 3)
        benches.answer_all(session)
        grades = of(session, made).grades
        assert len(grades) == 6
        assert all((one.grade > 3) == (one.judge_grade > 3) for one in grades)
        assert not any(one.was_shown for one in grades)

    def test_names_what_the_version_was_shown_and_whose_family_it_is(self, session, made, judge):
        session.get_one(models.Configuration, made.configurations["Tuned"]).model = "openai/gpt-4o"
        benches.choose(session, made, 1)
        benches.grade_all(session, made)
        benches.ask(session, made, 1)
        item = session.query(models.PooledMatchup).one()
        told = replace(TOLD, model="openai/gpt-5", examples=(item.id,))
        making.edit(session, made.name, NAME, told, "Ada", later(3))
        old, new = of(session, made, 1), of(session, made)
        pair = f"{item.first_completion_id}-{item.second_completion_id}"
        assert (old.shown, new.shown) == ((), (pair,))
        assert [one.was_shown for one in new.grades] == [True, True]
        assert new.family == new.families["Tuned"] == "gpt"

    def test_tells_nothing_of_a_sealed_study(self, session):
        made = benches.study(session, is_sealed=True)
        benches.create(session, made)
        with pytest.raises(StudySealed):
            of(session, made)
