import hashlib

import pytest

from tests import factories
from tests.web.api.conftest import NAME

RESULTS = (
    *("votes", "leaderboards", "leaderboards/latest", "leaderboards/1", "decisions"),
    *("leaderboards/compare", "elsewhere"),
)


class TestVotes:
    def test_lists_them_as_stored(self, viewer):
        study = viewer.study()
        factories.cast_all(viewer.database, study)
        found = viewer.of_study("votes")["items"]
        assert [one["choice"] for one in found] == ["left"] * 3
        assert {one["outcome"] for one in found} <= {"first", "second"}
        assert all(one["stands"] and not one["is_late"] for one in found)
        assert {one["origin"] for one in found} == {"blind"}
        assert viewer.of_study("votes?limit=2")["next"]


class TestLeaderboards:
    def test_are_typed_and_kept(self, viewer):
        study = viewer.study()
        assert viewer.of_study("leaderboards/latest") == {"leaderboard": None}
        viewer.rank(study)
        latest = viewer.of_study("leaderboards/latest")["leaderboard"]
        (line,) = viewer.of_study("leaderboards")["items"]
        assert line["id"] == latest["id"]
        assert line["is_readable"]
        assert viewer.of_study(f"leaderboards/{line['id']}") == latest
        names = {row["configuration"] for row in latest["board"]["ratings"]}
        assert names == {"fine-tune", "plain-prompt", "retrieval", "small-model"}


class TestOverTimeAndElsewhere:
    def test_two_moments_are_compared(self, viewer):
        study = viewer.study()
        assert viewer.of_study("leaderboards/compare") == {"change": None}
        viewer.rank(study)
        found = viewer.of_study("leaderboards/compare")["change"]
        assert found["before"] == found["after"]
        assert found["said"][0].startswith("Votes: ")
        assert {len(row) for row in found["rows"]} == {len(found["columns"])}

    def test_other_studies_of_the_same_configurations_are_listed(self, viewer):
        own = {"Plain": {"fingerprint": "f1", "model": "fake/one"}}
        viewer.study(configuration_fields=own)
        with viewer.database.transaction() as session:
            factories.make_study(session, "other", configuration_fields=own)
        (found,) = viewer.of_study("elsewhere")["items"]
        assert (found["study"], found["configuration"], found["votes"]) == ("other", "Plain", 0)


class TestDecisions:
    def test_are_recorded_with_who_asked(self, researcher):
        study = researcher.study()
        sent = {"chosen": None, "decided_by": "The board", "reason": "Too dear."}
        assert researcher.post("decisions", sent).status_code == 409
        researcher.rank(study)
        made = researcher.post("decisions", sent)
        assert made.status_code == 201, made.text
        assert made.json["recorded_by"].startswith("researcher")
        assert researcher.of_study("decisions")["items"] == [made.json]
        assert researcher.post("decisions", {**sent, "chosen": "None such"}).status_code == 422


class TestSealed:
    @pytest.mark.parametrize("path", RESULTS)
    def test_shows_no_result_before_its_end(self, researcher, path):
        study = researcher.study(is_sealed=True)
        factories.cast_all(researcher.database, study)
        researcher.rank(study)
        answer = researcher.get(f"studies/{NAME}/{path}")
        assert answer.status_code == 409
        assert "sealed" in answer.json["detail"]
        assert researcher.post("exports").status_code == 409
        researcher.post("close")
        assert researcher.get(f"studies/{NAME}/{path}").status_code in {200, 404}

    def test_is_unsealed_early_by_an_admin_with_a_reason(self, program, researcher):
        researcher.study(is_sealed=True)
        assert researcher.post("unseal", {"because": "A fire."}).status_code == 403
        admin = program("admin")
        assert admin.post("unseal", {}).status_code == 422
        assert admin.post("unseal", {"because": "A fire."}).status_code == 204
        assert researcher.get(f"studies/{NAME}/votes").status_code == 200


class TestPreregistration:
    def test_is_the_very_document_that_was_frozen(self, researcher):
        researcher.study(state="draft")
        assert researcher.get(f"studies/{NAME}/preregistration").status_code == 404
        researcher.post("open")
        found = researcher.of_study("preregistration")
        assert hashlib.sha256(found["text"].encode()).hexdigest() == found["digest"]
        assert found["is_intact"]
