import io
import json
import zipfile

import pytest

from service import exporting
from tests import factories
from tests.web.api.conftest import NAME


@pytest.fixture
def made(researcher):
    """An export that a worker has made."""
    study = researcher.study(prompts=4)
    factories.cast_all(researcher.database, study)
    asked = researcher.post("exports", {"format": "trl-dpo", "least_votes": 1, "test_share": 0})
    assert asked.status_code == 202, asked.text
    assert asked.json["state"] == "waiting"
    exporting.make_due(researcher.database, factories.KEY)
    return researcher.of_study(f"exports/{asked.json['token']}")


class TestExport:
    def test_is_made_and_fetched_whole_or_in_parts(self, researcher, made):
        assert made["state"] == "ready"
        assert researcher.of_study("exports")["items"] == [made]
        path = f"studies/{NAME}/exports/{made['token']}/file"
        whole = researcher.get(path)
        assert whole.mimetype == "application/zip"
        assert len(whole.data) == made["size"]
        with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
            manifest = next(one for one in archive.namelist() if one.endswith("manifest.json"))
            assert json.loads(archive.read(manifest))["policy"]["least_votes"] == 1
        known = {"If-None-Match": whole.headers["ETag"]}
        assert researcher.get(path, headers=known).status_code == 304
        part = researcher.get(path, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.data) == (206, whole.data[10:20])
        assert researcher.get(path, headers={"Range": "bytes=9999999-"}).status_code == 416

    def test_is_forgotten(self, researcher, made):
        path = f"studies/{NAME}/exports/{made['token']}"
        assert researcher.ask("DELETE", path).status_code == 204
        assert researcher.get(path).status_code == 404
        assert researcher.get(f"{path}/file").status_code == 404

    def test_is_for_researchers(self, viewer):
        viewer.study()
        assert viewer.get(f"studies/{NAME}/exports").status_code == 403

    def test_says_what_it_cannot_follow(self, researcher):
        researcher.study()
        assert researcher.post("exports", {"format": "none-such"}).status_code == 422
        assert researcher.post("exports", {"not_trained_on": ["X"]}).status_code == 404
        assert researcher.post("exports", {"least_agreement": 2}).status_code == 422
        names = [one["name"] for one in researcher.get("export-formats").json["items"]]
        assert "trl-dpo" in names
