import random

from service.store import models
from tests.web.api.conftest import NAME


class TestBeginTry:
    def test_tries_what_is_asked_for_and_stops(self, researcher):
        researcher.study(state="draft")
        assert researcher.of_study("try") == {"trial": None}
        begun = researcher.post("try", {"configurations": ["Plain"], "prompts": 2, "drawn": True})
        assert begun.status_code == 202, begun.text
        assert begun.json["trial"]["waiting"] == 2
        assert researcher.of_study("try") == begun.json
        assert researcher.post("try/stop").json == {"number": 2}
        (first, _) = researcher.of_study("try")["trial"]["rows"]
        assert [cell["state"] for cell in first["cells"]] == ["stopped"]

    def test_says_what_cannot_be_tried(self, researcher):
        researcher.study(state="draft")
        assert researcher.post("try", {"configurations": ["Nobody"]}).status_code == 422
        refused = researcher.post("try", {"prompts": 99})
        assert refused.json["errors"][0]["pointer"] == "/prompts"


class TestReviewLeak:
    def test_lets_somebody_decide_once(self, researcher):
        made = researcher.study(prompts=1)
        with researcher.database.transaction() as session:
            row = session.query(models.Completion).filter_by(study_id=made.id).first()
            row.state, row.leaks = "quarantined", {"found": [{"excerpt": "as Plain I say"}]}
            number = row.id
        (leak,) = researcher.of_study("leaks")["items"]
        assert (leak["completion_id"], leak["excerpts"]) == (number, ["as Plain I say"])
        path = f"completions/{number}/review"
        assert researcher.post(path, {"verdict": "burn"}).status_code == 422
        assert researcher.post(path, {"verdict": "accept"}).status_code == 204
        assert researcher.of_study("leaks")["items"] == []
        assert researcher.post(path, {"verdict": "mask"}).status_code == 409

    def test_knows_no_answer_of_another_study(self, researcher):
        researcher.study()
        number = random.randrange(10**6, 10**9)
        refused = researcher.post(f"completions/{number}/review", {"verdict": "mask"})
        assert refused.status_code == 404
        assert researcher.get(f"studies/{NAME}x/leaks").status_code == 404
