import pytest

from service.database import now
from service.store import models
from service.usecases.sighted.judges import evidence, pools, report, reports
from tests import boards
from tests.web.api.conftest import NAME

TONE = {"judge": "tone", "criterion": "Kindness", "model": "offline/lead", "usd": 1}


@pytest.fixture
def judged(researcher):
    """Make a study with a judge that two graded matchups teach."""
    study = researcher.study()
    assert researcher.post("judges", TONE).status_code == 201
    assert researcher.post("judges/tone/choose", {"number": 2}).json == {"number": 2}
    with researcher.database.transaction() as session:
        while sheet := pools.next_to_grade(session, NAME, "tone", "ada"):
            at = now(session)
            pools.grade(session, NAME, "tone", sheet.number, "ada", (5, 1), "kind", at)
    return study


class TestCreateJudge:
    def test_makes_one_and_shows_it(self, researcher):
        researcher.study()
        made = researcher.post("judges", TONE, headers={"Idempotency-Key": "j"})
        assert made.status_code == 201, made.text
        assert (made.json["name"], made.json["versions"][0]["number"]) == ("tone", 1)
        again = researcher.post("judges", TONE, headers={"Idempotency-Key": "j"})
        assert again.json == made.json
        assert researcher.post("judges", TONE).status_code == 409
        (line,) = researcher.of_study("judges")["items"]
        assert (line["name"], line["model"], line["cap"]) == ("tone", "offline/lead", 1)
        assert researcher.of_study("judges/tone") == made.json

    def test_says_what_is_missing(self, researcher):
        researcher.study()
        paid = {**TONE, "usd": None, "model": "openai/gpt-4o-mini"}
        refused = researcher.post("judges", paid)
        assert refused.status_code == 422
        assert "cap" in refused.json["detail"]
        refused = researcher.post("judges", {**TONE, "usd": -1})
        assert refused.json["errors"][0]["pointer"] == "/usd"


class TestEditJudge:
    def test_makes_a_version_and_keeps_what_is_not_said(self, researcher, judged):
        numbers = [each["number"] for each in researcher.of_study("judges/tone/grades")["items"]]
        made = researcher.post("judges/tone/versions", {"rubric": "Praise.", "examples": numbers})
        assert made.status_code == 201, made.text
        newest = made.json["versions"][0]
        assert (newest["number"], newest["rubric"], newest["examples"]) == (2, "Praise.", numbers)
        assert newest["model"] == "offline/lead"
        assert researcher.post("judges/tone/versions", {"rubric": "Praise."}).status_code == 409
        assert researcher.ask(
            "PUT", f"studies/{NAME}/judges/tone/cap", json={"usd": 2}
        ).json == {"number": 0}  # fmt: skip
        assert researcher.of_study("judges/tone")["cap"] == 2


class TestRunJudge:
    def test_asks_rests_and_goes_on(self, researcher, judged):
        assert researcher.post("judges/tone/audit", {"number": 1}).json["items"] == 1
        asked = researcher.post("judges/tone/run", {"matchups": 3})
        assert (asked.status_code, asked.json["matchups"]) == (200, 3)
        assert researcher.of_study("judges/tone")["is_moving"]
        assert researcher.post("judges/tone/pause").status_code == 204
        assert researcher.of_study("judges/tone")["is_paused"]
        assert researcher.post("judges/tone/resume").status_code == 204
        assert not researcher.of_study("judges/tone")["is_paused"]


class TestJudgeGrades:
    def test_are_read_as_people_gave_them(self, researcher, judged):
        grades = researcher.of_study("judges/tone/grades")["items"]
        assert [sorted(each["grades"]) for each in grades] == [[1, 5], [1, 5]]
        assert {each["reason"] for each in grades} == {"kind"}


class TestJudgeReport:
    def test_tells_whether_it_may_be_trusted_in_words_and_figures(self, researcher, judged):
        assert researcher.of_study("judges/tone/report")["report"] is None
        with researcher.database.transaction() as session:
            found = report.compute(evidence.of(session, NAME, "tone"))
            (due,) = reports.due(session, judged.id, now(session))
            reports.save(session, due, found, now(session))
        told = researcher.of_study("judges/tone/report")
        assert told["says"][0].startswith("Not enough evidence")
        assert not told["is_old"]
        assert next(each["kind"] for each in told["report"]["boards"]) == "people"

    def test_says_nothing_of_a_sealed_study(self, researcher, judged):
        with researcher.database.transaction() as session:
            session.get_one(models.Study, judged.id).is_sealed = True
        for path in ("judges/tone/report", "doctor"):
            assert researcher.get(f"studies/{NAME}/{path}").status_code == 409

    def test_is_none_of_a_viewer_s(self, viewer, judged):
        assert viewer.get(f"studies/{NAME}/judges/tone").status_code == 403


class TestDiagnoseStudy:
    def test_tells_viewers_what_can_be_claimed(self, viewer):
        made = viewer.study(configurations=list(boards.SHARES))
        viewer.rank(made)
        told = viewer.of_study("doctor")
        found = {(each["name"], each["state"]): each for each in told["items"]}
        assert ("winner", "blocked") in found
        assert any("is preferred to" in each["claim"] for each in told["items"])
        states = [each["state"] for each in told["items"]]
        assert states == sorted(states, reverse=True)
