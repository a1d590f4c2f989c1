import io
import json

from service import importing
from tests.web.api.conftest import NAME

FILE = "Frage,Modell,Rest\nWarum?,Darum.,x\nWie?,So.,y\n"


def send(program, text: str = FILE, key: str = "", **fields: str):
    data = {"file": (io.BytesIO(text.encode()), "a.csv"), **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return program.ask("POST", f"studies/{NAME}/intakes", data=data, headers=headers)


class TestCreateIntake:
    def test_leaves_a_file_to_a_worker_and_tells_what_it_did(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        mapping = json.dumps({"Frage": "prompt", "Modell": "answer:M"})
        asked = send(researcher, mapping=mapping, key="one")
        assert asked.status_code == 202, asked.text
        assert (asked.json["state"], asked.json["report"]) == ("waiting", None)
        again = send(researcher, mapping=mapping, key="one")
        assert again.json["token"] == asked.json["token"]
        assert send(researcher, key="one").status_code == 422

        importing.import_due(researcher.database)

        done = researcher.get(asked.json["address"].removeprefix("/api/v1/")).json
        assert (done["state"], done["report"]["added"], done["report"]["thin"]) == ("done", 2, 2)
        assert done["report"]["new_configurations"] == ["M"]
        assert len(researcher.of_study("prompts")["items"]) == 2

    def test_takes_so_many_prompts_and_more_rows_than_an_import_that_is_waited_for(
        self, researcher
    ):
        researcher.study(state="draft", prompts=0, configurations=())
        text = "prompt\n" + "".join(f"Why {each}?\n" for each in range(20_001))
        data = {"file": (io.BytesIO(text.encode()), "a.csv")}
        refused = researcher.ask("POST", f"studies/{NAME}/imports", data=data)
        assert "/intakes" in refused.json["detail"]
        asked = send(researcher, text, most="3")
        importing.import_due(researcher.database)
        done = researcher.of_study(f"intakes/{asked.json['token']}")
        assert done["report"]["added"] == 3

    def test_says_at_once_what_cannot_be_imported(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        assert send(researcher, mapping='{"Frage": "what"}').status_code == 422
        assert send(researcher, "").status_code == 422
        assert send(researcher, shape="fortune").status_code == 422
        assert researcher.of_study("intakes")["items"] == []

    def test_tells_why_a_worker_could_not_end_it(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        token = send(researcher, "prompt\nWhy?\n").json["token"]
        with researcher.database.transaction() as session:
            session.connection().exec_driver_sql("UPDATE study SET state = 'closed'")
        importing.import_due(researcher.database)
        told = researcher.of_study(f"intakes/{token}")
        assert (told["state"], told["report"]) == ("failed", None)
        assert "closed" in told["note"]


class TestDiscardIntake:
    def test_forgets_the_file(self, researcher):
        researcher.study(state="draft", prompts=0, configurations=())
        token = send(researcher, "prompt\nWhy?\n").json["token"]
        (item,) = researcher.of_study("intakes")["items"]
        assert (item["token"], item["filename"]) == (token, "a.csv")
        path = f"studies/{NAME}/intakes/{token}"
        assert researcher.ask("DELETE", path).status_code == 204
        assert researcher.get(path).status_code == 404
