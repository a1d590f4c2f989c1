import io

import pytest

from service import drafting

LOG = b"prompt,topic\nWhy is the sky blue?,sky\nMail ada@example.org,post\nDo bees dance?,bees\n"


@pytest.fixture
def drafted(researcher):
    """Have a draft out of a log, which waits for its review."""
    data = {"file": (io.BytesIO(LOG), "log.csv"), "into": "Bees"}
    asked = researcher.ask("POST", "prompt-drafts/logs", data=data)
    assert (asked.status_code, asked.json["state"]) == (202, "waiting"), asked.text
    drafting.make_due(researcher.database)
    return asked.json["token"]


class TestDraftFromLog:
    def test_is_reviewed_prompt_by_prompt_and_becomes_a_set(self, researcher, drafted):
        path = f"prompt-drafts/{drafted}"
        found = researcher.get(path).json
        assert (found["state"], len(found["items"])) == ("review", 3)
        assert any(each["doubts"] for each in found["items"])
        (line,) = researcher.get("prompt-drafts").json["items"]
        assert line["token"] == drafted
        hard = {"decided": "kept", "difficulty": "hard"}
        kept = researcher.ask("PUT", f"{path}/1", json=hard).json
        assert (kept["decided"], kept["difficulty"]) == ("kept", "hard")
        changed = researcher.ask("PUT", f"{path}/2", json={"turns": ["Why is rain wet?"]}).json
        assert (changed["turns"], changed["is_edited"]) == (["Why is rain wet?"], True)
        assert researcher.ask("PUT", f"{path}/3", json={"decided": "lost"}).status_code == 422
        assert researcher.ask("PUT", f"{path}/9", json=hard).status_code == 404
        made = researcher.ask("POST", f"{path}/keep", json={})
        assert (made.status_code, made.json["name"], made.json["version"]) == (201, "bees", 1)
        assert researcher.ask("POST", f"{path}/keep", json={}).status_code == 409

    def test_is_not_for_a_token_of_one_study(self, program, researcher):
        made = researcher.study()
        bound = program("researcher", "write", study=made.name)
        assert bound.get("prompt-drafts").status_code == 403


class TestDraftFromText:
    def test_is_prepared_before_a_model_is_asked(self, researcher):
        told = {"into": "Bees", "model": "offline/lead", "document": "Bees dance."}
        asked = researcher.ask("POST", "prompt-drafts/text", json=told)
        assert asked.status_code == 202, asked.text
        path = f"prompt-drafts/{asked.json['token']}/begin"
        assert researcher.ask("POST", path, json={"usd": 1}).status_code == 409
        drafting.make_due(researcher.database)
        assert researcher.ask("POST", path, json={"usd": 1}).json["number"] > 0
        assert researcher.ask("POST", path, json={"usd": 1}).status_code == 409
