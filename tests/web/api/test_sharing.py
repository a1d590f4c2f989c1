import io
import zipfile

from service.store import models
from tests.web.api.conftest import NAME


class TestShares:
    def test_are_made_shown_once_opened_and_withdrawn(self, researcher, app):
        researcher.rank(researcher.study())
        headers = {"Idempotency-Key": "s"}
        made = researcher.post("shares", {"days": 3, "label": "the board"}, headers=headers)
        assert made.status_code == 201, made.text
        again = researcher.post("shares", {"days": 3, "label": "the board"}, headers=headers)
        assert again.json == {**made.json, "address": ""}
        path = made.json["address"].partition("/shared/")[2]
        assert app.test_client().get(f"/shared/{path}").status_code == 200
        (item,) = researcher.of_study("shares")["items"]
        assert (item["label"], item["revoked_at"]) == ("the board", None)
        gone = researcher.ask("DELETE", f"studies/{NAME}/shares/{item['number']}")
        assert gone.status_code == 204
        assert app.test_client().get(f"/shared/{path}").status_code == 404
        assert researcher.ask("DELETE", f"studies/{NAME}/shares/999").status_code == 404
        assert researcher.post("shares", {"days": 0}).status_code == 422


class TestDownloadReport:
    def test_is_one_page_for_viewers(self, viewer):
        viewer.rank(viewer.study())
        answer = viewer.get(f"studies/{NAME}/report")
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "<h1" in answer.text
        known = {"If-None-Match": answer.headers["ETag"]}
        assert viewer.get(f"studies/{NAME}/report", headers=known).status_code == 304
        assert viewer.get(f"studies/{NAME}/report?leaderboard=999").status_code == 404

    def test_is_refused_before_a_leaderboard_and_while_sealed(self, viewer):
        made = viewer.study()
        assert viewer.get(f"studies/{NAME}/report").status_code == 409
        viewer.rank(made)
        with viewer.database.transaction() as session:
            session.get_one(models.Study, made.id).is_sealed = True
        assert viewer.get(f"studies/{NAME}/report").status_code == 409


class TestDownloadPack:
    def test_holds_the_whole_study_for_researchers_alone(self, researcher, viewer):
        researcher.study()
        answer = researcher.get(f"studies/{NAME}/pack")
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert "study.yaml" in " ".join(archive.namelist())
        assert viewer.get(f"studies/{NAME}/pack").status_code == 403
