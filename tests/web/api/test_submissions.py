from service.store import models, raters
from service.usecases.blind import submitting
from service.usecases.sighted.studies import submissions
from tests import factories
from tests.factories import later

OPTIONS = {"repeats": 0, "practice": [], "submissions": 20}


def suggest(program, number):
    study = program.study(options=OPTIONS)
    with program.database.transaction() as session:
        for text in (f"Flower {n}?" for n in range(number)):
            if session.query(models.Submission).count() % 20 == 0:
                rater = factories.make_rater(session, study, f"Before {text}")
            submitting.submit(session, raters.locked(session, rater), text, text, later(0))


class TestSubmissions:
    def test_are_listed_taken_and_declined(self, researcher):
        suggest(researcher, 3)
        one, two, three = researcher.of_study("submissions")["items"]
        assert (one["text"], one["state"], one["doubts"]) == ("Flower 0?", "waiting", [])
        body = {"numbers": [one["number"]], "tags": ["garden"], "text": "Which flower?"}
        done = researcher.post("submissions/accept", body)
        assert done.json == {"prompts": 1, "settled": 1}
        declining = {"numbers": [two["number"]], "because": "Asked before"}
        done = researcher.post("submissions/decline", declining)
        assert done.json == {"number": 1}
        (taken,) = researcher.of_study("submissions?state=accepted")["items"]
        assert (taken["text"], taken["became"]) == ("Flower 0?", "Which flower?")
        assert taken["decided_by"]
        (gone,) = researcher.of_study("submissions?state=declined")["items"]
        assert (gone["because"], taken["because"]) == ("Asked before", "")
        (left,) = researcher.of_study("submissions?state=waiting")["items"]
        assert left["number"] == three["number"]

    def test_refuses_what_is_none(self, researcher):
        suggest(researcher, 1)
        for body, status in (
            ({"numbers": [999]}, 404),
            ({"numbers": []}, 422),
            ({"numbers": [1], "tags": ["t" * 61]}, 422),
        ):
            assert researcher.post("submissions/accept", body).status_code == status

    def test_come_in_pages(self, researcher):
        suggest(researcher, submissions.PAGE + 1)
        first = researcher.of_study("submissions")
        assert len(first["items"]) == submissions.PAGE
        rest = researcher.of_study(f"submissions?cursor={first['next']}")
        assert (len(rest["items"]), rest["next"]) == (1, None)
