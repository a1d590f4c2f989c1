from urllib.parse import quote

from tests.web.api.conftest import NAME


class TestConfigurations:
    def test_adds_changes_and_takes_out(self, researcher):
        researcher.study(state="draft", ready=False)
        odd = "A/B ? ünd"
        path = f"studies/{NAME}/configurations/{quote(odd, safe='')}"
        made = researcher.ask("PUT", path, json={"model": "offline/lead"})
        assert made.status_code == 200, made.text
        assert researcher.get(path).json["name"] == odd
        mark = researcher.get(path).headers["ETag"]
        changed = {"model": "offline/echo", "name": odd}
        assert researcher.ask("PUT", path, json=changed).status_code == 200
        assert researcher.ask("DELETE", path, headers={"If-Match": mark}).status_code == 412
        assert researcher.ask("DELETE", path).status_code == 204
        assert researcher.get(path).status_code == 404

    def test_keeps_the_name_of_the_address(self, researcher):
        researcher.study(state="draft")
        path = f"studies/{NAME}/configurations/Plain"
        answer = researcher.ask("PUT", path, json={"name": "Other", "model": "offline/lead"})
        assert answer.status_code == 422

    def test_lists_what_each_took(self, viewer):
        viewer.study()
        found = viewer.of_study("configurations")["items"]
        assert [one["name"] for one in found] == ["Plain", "Retrieval"]
        assert found[0]["states"] == {"ready": 3}


class TestPrompts:
    def test_adds_lists_and_takes_out(self, researcher):
        researcher.study(state="draft", prompts=0)
        added = researcher.post("prompts", {"prompts": ["Why?", {"text": "How?", "tags": ["x"]}]})
        assert added.status_code == 201
        assert added.json["added_prompts"] == 2
        found = researcher.of_study("prompts")["items"]
        assert [one["turns"] for one in found] == [["Why?"], ["How?"]]
        assert found[1]["tags"] == ["x"]
        gone = researcher.ask("DELETE", f"studies/{NAME}/prompts/{found[0]['key']}")
        assert gone.status_code == 204
        assert len(researcher.of_study("prompts")["items"]) == 1


class TestCompletions:
    def test_lists_them_with_their_texts(self, viewer):
        viewer.study()
        found = viewer.of_study("completions?configuration=Plain&limit=2")
        assert [one["turns"] for one in found["items"]] == [["Plain says 0."], ["Plain says 1."]]
        rest = viewer.of_study(f"completions?configuration=Plain&cursor={found['next']}")
        assert [one["turns"] for one in rest["items"]] == [["Plain says 2."]]
        assert rest["next"] is None

    def test_shows_one(self, viewer):
        viewer.study()
        (first, *_) = viewer.of_study("completions")["items"]
        assert viewer.of_study(f"completions/{first['id']}")["turns"] == first["turns"]
        assert viewer.get(f"studies/{NAME}/completions/999999").status_code == 404
