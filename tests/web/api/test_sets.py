from tests.web.api.conftest import NAME


class TestPromptSets:
    def test_are_made_changed_and_used_by_version(self, researcher):
        researcher.study(state="draft", prompts=0)
        sent = {"title": "Support", "prompts": ["Why?", {"text": "How?", "tags": ["x"]}]}
        made = researcher.ask("POST", "prompt-sets", json=sent)
        assert made.status_code == 201, made.text
        assert (made.json["name"], made.json["version"]) == ("support", 1)
        more = {"prompts": ["When?"], "after": 1}
        second = researcher.ask("POST", "prompt-sets/support/versions", json=more)
        assert second.json["version"] == 2
        assert (
            researcher.ask(
                "POST", "prompt-sets/support/versions", json={"prompts": ["Who?"], "after": 1}
            ).status_code
            == 409
        )
        first = researcher.get("prompt-sets/support/prompts?limit=2").json
        rest = researcher.get(f"prompt-sets/support/prompts?cursor={first['next']}").json
        turns = [one["turns"] for one in (*first["items"], *rest["items"])]
        assert turns == [["Why?"], ["How?"], ["When?"]]
        old = researcher.get("prompt-sets/support/prompts?version=1").json
        assert len(old["items"]) == 2
        used = researcher.post("prompts/use-set", {"prompt_set": "support", "version": 1})
        assert used.json["added_prompts"] == 2
        (line,) = researcher.get("prompt-sets").json["items"]
        assert (line["newest"]["number"], line["studies"]) == (2, 1)
        assert len(researcher.get("prompt-sets/support").json["versions"]) == 2
        assert researcher.get("prompt-sets/none").status_code == 404

    def test_are_kept_of_a_study(self, researcher):
        researcher.study(prompts=3)
        kept = researcher.post("prompts/keep", {"title": "Kept"})
        assert kept.status_code == 201, kept.text
        assert researcher.post("prompts/keep", {"title": "B", "chosen": "hard"}).status_code == 409
        assert researcher.post("prompts/keep", {"title": "B", "chosen": "x"}).status_code == 422
        assert len(researcher.get("prompt-sets/kept/prompts").json["items"]) == 3

    def test_are_not_for_tokens_of_one_study(self, program, researcher):
        researcher.study()
        bound = program(study=NAME)
        assert bound.get("prompt-sets").status_code == 403
        sent = {"prompt_set": "support"}
        assert bound.post("prompts/use-set", sent).status_code == 403
        assert bound.post("prompts/keep", {"title": "Kept"}).status_code == 403
