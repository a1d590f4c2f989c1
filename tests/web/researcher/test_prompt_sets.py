import io

from service.usecases.sighted.studies import filing, prompt_sets
from tests import factories


def make(studio, title="Basics", prompts="Why?\n\nHow?"):
    return studio.post("_sets/", title=title, prompts=prompts, tags="t")


def upload(studio, content, name="p.csv", **fields):
    sent = {"csrf_token": studio.token(), "file": (io.BytesIO(content), name), **fields}
    return studio.client.post("/studio/_sets/upload", data=sent)


class TestList:
    def test_offers_to_make_one_and_keeps_what_was_typed(self, studio):
        assert "There is none yet." in studio.page("_sets/")
        refused = studio.post("_sets/", title=" ", prompts="Why <b>?")
        assert refused.status_code == 422
        assert "Why &lt;b&gt;?" in refused.text
        assert make(studio).status_code == 303
        page = studio.page("_sets/")
        assert "/studio/_sets/basics" in page
        assert make(studio).status_code == 409

    def test_is_for_viewers_to_read(self, viewer):
        assert "Make one" not in viewer.page("_sets/")
        assert make(viewer).status_code == 403


class TestSet:
    def test_shows_prompts_with_their_origin_and_a_file_of_them(self, studio):
        make(studio)
        page = studio.page("_sets/basics")
        for said in ("Why?", "typed by hand", "Version 1", "SHA-256"):
            assert said in page
        sent = studio.get("_sets/basics/file")
        assert sent.text.splitlines()[0] == '{"text": "Why?", "tags": ["t"]}'
        assert "basics-1.jsonl" in sent.headers["Content-Disposition"]
        assert studio.get("_sets/nothing").status_code == 404
        assert studio.get("_sets/basics?version=7").status_code == 404

    def test_gets_versions_by_pasting_editing_and_uploading(self, studio):
        make(studio)
        added = studio.post("_sets/basics", prompts="When?", note="one <more>", after="1")
        assert added.status_code == 303
        page = studio.page("_sets/basics")
        assert "1 added, 0 taken out, 0 changed." in page
        assert "one &lt;more&gt;" in page
        edited = studio.post("_sets/basics", edited='{"text": "When?", "id": "w"}', after="2")
        assert edited.status_code == 303
        page = studio.page("_sets/basics?version=3&against=1")
        assert "1 added, 2 taken out, 0 changed." in page
        answer = upload(studio, b"prompt\nWhere?\n\nx\n", prompt_set="basics", add="on")
        taken = studio.client.post(
            answer.headers["Location"] + "/take",
            data={"csrf_token": studio.token(), "c0": "prompt"},
        )
        assert taken.status_code == 303
        with studio.database.reading() as session:
            found = prompt_sets.prompts_of(session, "basics")
        assert [each.turns[0] for each in found] == ["When?", "Where?", "x"]

    def test_has_one_prompt_changed_or_taken_out_by_a_form(self, studio):
        make(studio)
        form = {"version": "1", "place": "1", "turn-0": "How long?", "context": "", "tags": "a, b"}
        assert studio.post("_sets/basics/prompt", **form).status_code == 303
        with studio.database.reading() as session:
            found = prompt_sets.prompts_of(session, "basics")
        assert [(one.turns, one.tags) for one in found] == [
            (("Why?",), ("t",)),
            (("How long?",), ("a", "b")),
        ]
        assert studio.post("_sets/basics/prompt", **form).status_code == 409
        assert studio.post("_sets/basics/prompt", version="2", place="9").status_code == 422
        out = studio.post("_sets/basics/prompt", version="2", place="0", out="yes")
        assert out.status_code == 303
        page = studio.page("_sets/basics")
        assert "0 added, 1 taken out, 0 changed." in page
        assert 'id="turn-1-0"' in page

    def test_loses_nothing_that_is_refused(self, studio):
        make(studio)
        studio.post("_sets/basics", prompts="When?", after="1")
        late = studio.post("_sets/basics", edited='{"text": "Mine <i>"}', after="1")
        assert late.status_code == 409
        assert "version 2 meanwhile" in late.text
        assert "Mine &lt;i&gt;" in late.text
        broken = studio.post("_sets/basics", edited="{", after="2")
        assert broken.status_code == 422
        assert studio.post("_sets/basics", after="2").status_code == 422
        assert upload(studio, b"", prompt_set="basics").status_code == 422
        assert upload(studio, b"prompt\nx\n", title="").status_code == 422

    def test_points_out_what_somebody_should_look_at(self, studio):
        make(studio, prompts="Who are you?\n\nMail ada@example.org")
        page = studio.page("_sets/basics")
        assert "ask who answers" in page
        assert "personal data" in page

    def test_shows_a_bounded_number(self, studio):
        make(studio, prompts="\n\n".join(f"Question {n}?" for n in range(250)))
        page = studio.page("_sets/basics")
        assert page.count('class="first-line"') == 100
        assert "after=100" in page
        assert 'start="201"' in studio.page("_sets/basics?after=200")


class TestStudies:
    def test_use_a_version_and_say_so(self, studio):
        make(studio)
        study = studio.study(name="draft", state="draft", prompts=0)
        assert "Basics, version 1" in studio.page(f"{study.name}/prompts")
        assert studio.post(f"{study.name}/prompts/use-set", version="basics:1").status_code == 303
        page = studio.page(f"{study.name}/prompts")
        assert "From the prompt set basics, version 1." in page
        with studio.database.reading() as session:
            assert len(filing.file_of(session, study.name).prompts) == 2
        assert "draft/" in studio.page("_sets/basics")
        assert studio.post(f"{study.name}/prompts/use-set", version="no:1").status_code == 404

    def test_give_their_prompts_to_a_set(self, studio):
        study = studio.study(prompts=3)
        kept = studio.post(f"{study.name}/prompts/keep", title="Kept", taken="all")
        assert kept.status_code == 303
        assert "from the study support-replies" in studio.page("_sets/kept")
        factories.cast_all(studio.database, study)
        for taken in ("telling", "unsaturated"):
            told = studio.post(f"{study.name}/prompts/keep", title=taken, taken=taken)
            assert told.status_code in {303, 409}
        hard = studio.post(f"{study.name}/prompts/keep", prompt_set="kept", taken="hard")
        assert hard.status_code == 409
        assert "called hard" in hard.text
