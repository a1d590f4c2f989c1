import io
import json
import zipfile

import pytest

from tests import factories
from tests.web.api.conftest import NAME


def send(program, text: str, filename: str = "answers.csv", **fields: str):
    data = {"file": (io.BytesIO(text.encode()), filename), **fields}
    return program.ask("POST", f"studies/{NAME}/imports", data=data)


class TestImport:
    def test_brings_answers_and_adds_nothing_twice(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        text = "prompt,A,B\nWhy?,Because.,So.\nHow?,Thus.,Well.\n"
        first = send(researcher, text)
        assert first.status_code == 200, first.text
        assert (first.json["kind"], first.json["added"]) == ("completions", 4)
        assert first.json["new_configurations"] == ["A", "B"]
        assert send(researcher, text).json["unchanged"] == 4

    def test_takes_a_mapping(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        mapping = json.dumps({"Frage": "prompt", "Modell": "answer:M"})
        done = send(researcher, "Frage,Modell,Rest\nWarum?,Darum.,x\n", mapping=mapping)
        assert done.json["new_configurations"] == ["M"]
        wrong = send(researcher, "Frage\nWarum?\n", mapping='{"Frage": "what"}')
        assert wrong.status_code == 422

    def test_replaces_texts_only_when_asked(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        send(researcher, "prompt,A,B\nWhy?,Because.,So.\n")
        other = "prompt,A,B\nWhy?,Other.,Others.\n"
        refused = send(researcher, other)
        assert refused.status_code == 409
        assert "with `replace`" in refused.json["detail"]
        assert send(researcher, other, replace="true").json["replaced"] == 2

    @pytest.mark.parametrize("text", ["", "a,b\n1,2\n", '{"text": 1'])
    def test_says_why_a_file_is_of_no_use(self, researcher, text):
        researcher.study(state="draft")
        answer = send(researcher, text, "file.jsonl")
        assert answer.status_code == 422
        assert answer.json["detail"]

    def test_wants_a_form_with_a_file(self, researcher):
        researcher.study(state="draft")
        path = f"studies/{NAME}/imports"
        assert researcher.ask("POST", path, json={}).status_code == 415
        assert researcher.ask("POST", path, data={"file": "text"}).status_code in {415, 422}


class TestExport:
    def test_sends_files_with_their_manifest_and_the_same_bytes_again(self, researcher):
        study = researcher.study(prompts=4)
        factories.cast_all(researcher.database, study)
        path = f"studies/{NAME}/exports/trl-dpo?least_votes=1&test_share=0"
        first = researcher.get(path)
        assert first.mimetype == "application/zip", first.text
        with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
            names = archive.namelist()
            manifest = next(name for name in names if name.endswith("manifest.json"))
            assert json.loads(archive.read(manifest))["policy"]["least_votes"] == 1
        again = researcher.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304

    def test_is_for_researchers(self, viewer):
        viewer.study()
        assert viewer.get(f"studies/{NAME}/exports/trl-dpo").status_code == 403

    def test_says_what_it_cannot_follow(self, researcher):
        researcher.study()
        at = f"studies/{NAME}/exports"
        assert researcher.get(f"{at}/none-such").status_code == 422
        assert researcher.get(f"{at}/csv?not_trained_on=Plain").status_code == 422
        assert researcher.get(f'{at}/csv?not_trained_on=["X"]').status_code == 404
        names = [one["name"] for one in researcher.get("export-formats").json["items"]]
        assert "trl-dpo" in names
