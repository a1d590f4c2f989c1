from dataclasses import replace

import pytest

from service.domain.judge_report import Disagreement
from service.domain.prompt_set import Chosen
from service.store import models, prompts
from service.usecases.sighted.judges import evidence, report, reports
from service.usecases.sighted.results import disputed
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.studies import taking
from service.usecases.sighted.studies.taking import NothingToTake
from tests.factories import later
from tests.usecases.sighted.judges import benches

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


def dispute(session, study, *votes):
    """Store a report in which the judge opposes such votes, one prompt after the other."""
    keys = sorted(prompts.keys(session, study.id).items())
    found = tuple(
        Disagreement(f"k{at}", keys[at][1], "Plain", "Tuned", each, "second")
        for at, each in enumerate(votes)
    )
    for one in reports.due(session, study.id, later(5)):
        made = report.compute(evidence.of(session, study.name, one.name))
        reports.save(session, one, replace(made, disagreements=found), later(5))
    return [identity for identity, _ in keys]


@pytest.fixture
def made(session):
    return benches.study(session)


@pytest.fixture
def judge(session, made):
    benches.create(session, made)


class TestDisputed:
    def test_are_where_several_votes_say_otherwise_than_the_judge(self, session, made, judge):
        ids = dispute(session, made, (3, 0, 0), (1, 0, 0), (4, 1, 1))
        assert disputed.prompt_ids(session, made.name) == [ids[0], ids[2]]
        assert {one.judge for one in disputed.of_study(session, made.name)} == {"helpful"}

    def test_are_taken_into_a_set(self, session, made, judge):
        with pytest.raises(NothingToTake, match="divided people and a judge"):
            taking.from_study(session, made.name, Chosen.DISPUTED)
        dispute(session, made, (3, 0, 0))
        (found,), origin = taking.from_study(session, made.name, Chosen.DISPUTED)
        assert origin.chosen == "disputed"
        assert found.turns == ("Question 0?",)

    def test_are_a_result_which_a_seal_keeps(self, session, made, judge):
        dispute(session, made, (3, 0, 0))
        session.get_one(models.Study, made.id).is_sealed = True
        session.flush()
        with pytest.raises(StudySealed):
            disputed.prompt_ids(session, made.name)
