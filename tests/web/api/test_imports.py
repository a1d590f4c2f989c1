import io
import json

import pytest

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

    def test_knows_files_of_other_tools_and_who_answered(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        row = {"provider": {"id": "echo"}, "vars": {"word": "dew"}, "prompt": {"raw": "Dew?"}}
        text = json.dumps({**row, "response": {"output": "Water."}})
        done = send(researcher, text, "results.jsonl")
        assert done.json["new_configurations"] == ["echo"]
        assert done.json["notes"][0] == "Read as results of promptfoo."
        assert done.json["thin"] == 1
        rows = json.dumps([{"instruction": "Dew?", "output": "Wet."}])
        assert send(researcher, rows, "model_outputs.json").status_code == 422
        done = send(researcher, rows, "model_outputs.json", configurations='["Ours"]')
        assert (done.json["new_configurations"], done.json["thin"]) == (["Ours"], 0)
        assert send(researcher, rows, "x.json", shape="fortune").status_code == 422

    def test_replaces_texts_only_when_asked(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        send(researcher, "prompt,A,B\nWhy?,Because.,So.\n")
        other = "prompt,A,B\nWhy?,Other.,Others.\n"
        refused = send(researcher, other)
        assert refused.status_code == 409
        assert "with `replace`" in refused.json["detail"]
        assert send(researcher, other, replace="true").json["replaced"] == 2

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "file.jsonl is empty."),
            ("a,b\n1,2\n", "line 1: the line is not valid JSON"),
            ('{"text": 1', "line 1: the line is not valid JSON: Expecting ',' delimiter"),
        ],
    )
    def test_says_why_a_file_is_of_no_use(self, researcher, text, why):
        researcher.study(state="draft")
        answer = send(researcher, text, "file.jsonl")
        assert answer.status_code == 422
        assert why in answer.json["detail"]

    def test_wants_a_form_with_a_file(self, researcher):
        researcher.study(state="draft")
        path = f"studies/{NAME}/imports"
        assert researcher.ask("POST", path, json={}).status_code == 415
        assert researcher.ask("POST", path, data={"file": "text"}).status_code in {415, 422}
