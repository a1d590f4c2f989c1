import json

import pytest

from service.usecases.sighted.judges import files
from service.usecases.sighted.judges.files import JudgeFile
from service.usecases.sighted.results import fold
from service.usecases.sighted.results.read import StudySealed
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME
from tests.usecases.sighted.results import rated

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


@pytest.fixture
def judged(session, made, judge):
    rated.vote(session, made, "Ben", "Retrieval")
    fold.fold(session, made.id)
    benches.choose(session, made, 2)
    benches.draw_audit(session, made, 3)
    benches.grade_all(session, made)
    benches.ask(session, made, 5)
    benches.answer_all(session)
    return made


def rows(session, made, wanted):
    found = list(files.rows(session, made.name, NAME, wanted))
    assert json.loads(json.dumps(found)) == found
    return found


class TestRows:
    def test_hold_the_two_pools_apart(self, session, judged):
        taught = rows(session, judged, JudgeFile.CALIBRATION)
        measured = rows(session, judged, JudgeFile.AUDIT)
        assert [len(taught), len(measured)] == [2, 3]
        assert {row["pool"] for row in measured} == {"audit"}
        for row in taught:
            longer = "A" if len(row["outputs"]["a"][0]) > len(row["outputs"]["b"][0]) else "B"
            assert row["judge_said"] == row["grades"][0]["verdict"] == longer
        assert all(row["votes"][0]["rater"] and not row["grades"] for row in measured)

    def test_align_judges_of_mlflow_under_the_judge_s_own_name(self, session, judged):
        found = rows(session, judged, JudgeFile.MLFLOW)
        assert len(found) == 2
        for row in found:
            people, model = row["assessments"]
            assert people["name"] == model["name"] == NAME
            assert (people["source"]["source_type"], people["rationale"]) == (
                "HUMAN",
                "It says more.",
            )
            assert model["source"] == {"source_type": "LLM_JUDGE", "source_id": "openai/judge-1"}
            assert people["value"] == model["value"] in {"A", "B"}

    def test_name_no_configuration(self, session, judged):
        for wanted in JudgeFile:
            assert "Retrieval" not in json.dumps(rows(session, judged, wanted))

    def test_are_none_while_the_study_is_sealed(self, session):
        made = benches.study(session, is_sealed=True)
        benches.create(session, made)
        with pytest.raises(StudySealed):
            list(files.rows(session, made.name, NAME, JudgeFile.AUDIT))
