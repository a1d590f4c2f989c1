import random
from datetime import timedelta

from service.usecases.blind import flags as blind
from tests import factories
from tests.factories import later
from tests.web.api.conftest import NAME


class TestInvites:
    def test_makes_lists_and_withdraws_links_that_work(self, researcher):
        researcher.study()
        made = researcher.post("invites", {"kind": "shared", "days": 3}).json
        path = made["address"].partition("/i/")[2]
        assert researcher.client.get(f"/i/{path}").status_code == 200
        assert researcher.of_study("invites")["items"] == [made]
        gone = researcher.post(f"invites/{made['handle']}/revoke")
        assert gone.status_code == 204
        (left,) = researcher.of_study("invites")["items"]
        assert {key for key in made if left[key] != made[key]} == {"address", "revoked_at"}
        assert left["address"] == ""
        assert researcher.client.get(f"/i/{path}").status_code == 404

    def test_makes_many_and_none_twice(self, researcher):
        researcher.study()
        made = researcher.post("invites/many", {"names": ["Ada", "Ben", "Ada"]})
        assert made.status_code == 201
        assert [one["label"] for one in made.json["items"]] == ["Ada", "Ben"]
        again = researcher.post("invites/many", {"names": ["Ada", "Cal"]}).json
        assert [one["label"] for one in again["items"]] == ["Cal"]
        assert again["known"] == 1
        assert researcher.post("invites/many", {"names": [" "]}).status_code == 422


class TestRaters:
    def test_leaves_out_and_counts_again(self, researcher):
        study = researcher.study()
        factories.cast_all(researcher.database, study)
        (rater,) = researcher.of_study("raters")["items"]
        assert rater["judged"] == 3
        at = f"raters/{rater['pseudonym']}"
        assert researcher.post(f"{at}/exclude", {"because": ""}).status_code == 422
        done = researcher.post(f"{at}/exclude", {"because": "a trial run"})
        assert done.json["judgements"] == 3
        assert researcher.of_study("raters")["items"][0]["reasons"] == ["a trial run"]
        assert {one["is_excluded"] for one in researcher.of_study("votes")["items"]} == {True}
        assert researcher.post(f"{at}/lift").json["judgements"] == 3
        assert researcher.post("raters/nobody/lift").status_code == 404
        assert researcher.get(f"studies/{NAME}/raters?cursor=YQ==").status_code == 422


class TestFlags:
    def test_are_listed_and_lifted_with_a_reason(self, researcher):
        study = researcher.study(prompts=1)
        with researcher.database.transaction() as session:
            rater = factories.make_rater(session, study)
            (one,) = factories.deal(
                session, rater, later(0), random.Random(1), timedelta(minutes=30), 1
            )
            blind.flag(session, rater, one.token, "broken", "<b>it is</b>", later(1), "k")
        (found,) = researcher.of_study("flags")["items"]
        assert (found["kind"], found["note"]) == ("broken", "<b>it is</b>")
        at = f"flags/{found['number']}/lift"
        assert researcher.post(at, {}).status_code == 422
        assert researcher.post(at, {"because": "it is not"}).json == {"number": 1}
        assert "it is not" in researcher.of_study("flags")["items"][0]["lifted"]
        assert researcher.post("flags/999/lift", {"because": "x"}).status_code == 404
