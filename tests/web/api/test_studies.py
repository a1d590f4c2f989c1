import yaml

from tests.web.api.conftest import NAME

TWO = [{"name": "A", "model": "offline/lead"}, {"name": "B", "model": "offline/echo"}]
DEFINITION = {"title": "New replies", "configurations": TWO, "prompts": ["Why?", "How?"]}


class TestListStudies:
    def test_goes_on_page_by_page(self, viewer):
        for number in range(5):
            viewer.study(name=f"study-{number}", prompts=1)
        found, cursor = [], ""
        while cursor is not None:
            page = viewer.get(f"studies?limit=2{cursor and f'&cursor={cursor}'}").json
            found += [one["name"] for one in page["items"]]
            cursor = page["next"]
        assert found == [f"study-{number}" for number in range(5)]


class TestCreateStudy:
    def test_makes_a_draft_once(self, researcher):
        made = researcher.ask("POST", "studies", json=DEFINITION)
        assert made.status_code == 201, made.text
        assert made.json["name"] == "new-replies"
        assert made.json["added_prompts"] == 2
        assert researcher.ask("POST", "studies", json=DEFINITION).status_code == 409

    def test_takes_the_text_of_a_study_file(self, researcher):
        text = yaml.safe_dump(DEFINITION)
        made = researcher.ask("POST", "studies", data=text, content_type="application/yaml")
        assert made.status_code == 201, made.text

    def test_says_what_is_wrong_and_where(self, researcher):
        wrong = {**DEFINITION, "render": "bold", "prompts": {"file": "/etc/passwd"}}
        for told in (wrong, {**DEFINITION, "prompts": {"file": "/etc/passwd"}}):
            answer = researcher.ask("POST", "studies", json=told)
            assert answer.status_code == 422
        answer = researcher.ask("POST", "studies", json={**DEFINITION, "render": "bold"})
        assert answer.json["errors"][0]["pointer"] == "/render"
        text = "title: T\nprompts: {file: /etc/passwd}\n"
        answer = researcher.ask("POST", "studies", data=text, content_type="application/yaml")
        assert answer.status_code == 422
        assert "root" not in answer.text


class TestApplyDefinition:
    def test_gives_back_what_it_got_and_changes_nothing_twice(self, researcher):
        researcher.ask("POST", "studies", json=DEFINITION)
        path = "studies/new-replies/definition"
        told = researcher.get(path).json
        again = researcher.ask("PUT", path, json=told).json
        assert [again[name] for name in ("created", "changed", "added_prompts")] == [False, [], 0]
        told["prompts"].append("When?")
        assert researcher.ask("PUT", path, json=told).json["added_prompts"] == 1

    def test_keeps_the_name(self, researcher):
        researcher.study(state="draft")
        told = {**DEFINITION, "name": "another"}
        answer = researcher.ask("PUT", f"studies/{NAME}/definition", json=told)
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == "/name"


class TestLife:
    def test_opens_pauses_resumes_and_closes(self, researcher):
        researcher.ask("POST", "studies", json={**DEFINITION, "name": NAME})
        assert researcher.post("open").json == {"name": NAME, "pending": 4}
        assert researcher.of_study()["state"] == "open"
        researcher.post("pause")
        assert researcher.of_study()["is_paused"]
        researcher.post("resume")
        assert not researcher.of_study()["is_paused"]
        assert researcher.post("retry").json == {"number": 0}
        assert researcher.post("give-up").json == {"number": 0}
        researcher.post("close")
        assert researcher.of_study()["state"] == "closed"

    def test_copies(self, researcher):
        researcher.study()
        assert researcher.post("duplicate", {"title": "Second"}).json == {"name": "second"}
        assert researcher.get("studies/second").json["state"] == "draft"

    def test_plans(self, viewer):
        viewer.study()
        assert viewer.of_study("estimate")["calls"] == 0
        assert viewer.of_study("plan?raters=5")["outlook"]["plan"]["raters"] == 5
        viewer.study(name="empty", prompts=0)
        assert viewer.get("studies/empty/plan").json == {"outlook": None}


class TestDeleteStudy:
    def test_deletes_a_draft_that_nobody_changed_since(self, researcher):
        researcher.study(state="draft", opened_at=None)
        path = f"studies/{NAME}"
        mark = researcher.get(f"{path}/definition").headers["ETag"]
        assert researcher.ask("DELETE", path).status_code == 422
        assert researcher.ask("DELETE", f"{path}?confirm=other").status_code == 422
        old = {"If-Match": '"old"'}
        assert researcher.ask("DELETE", f"{path}?confirm={NAME}", headers=old).status_code == 412
        done = researcher.ask("DELETE", f"{path}?confirm={NAME}", headers={"If-Match": mark})
        assert (done.status_code, done.data) == (204, b"")
        assert researcher.get(path).status_code == 404

    def test_keeps_an_open_one(self, researcher):
        researcher.study()
        answer = researcher.ask("DELETE", f"studies/{NAME}?confirm={NAME}")
        assert answer.status_code == 409
        assert answer.content_type == "application/problem+json"

    def test_takes_its_tokens_with_it(self, program):
        owner = program()
        owner.study(state="draft", opened_at=None)
        bound = program("researcher", "write", study=NAME)
        assert bound.ask("DELETE", f"studies/{NAME}?confirm={NAME}").status_code == 204
        assert bound.get("token").status_code == 401
        assert owner.get("token").status_code == 200
