import json

from service.cli.prompt_sets import export_set, import_set, list_sets, show_set
from service.cli.studies import apply_file
from service.usecases.sighted.studies import filing
from tests import factories


class TestPrompts:
    def test_go_from_a_file_into_versions_and_out_again(self, say, tmp_path):
        assert "No prompt set yet" in say(list_sets)
        first = tmp_path / "first.csv"
        first.write_text("prompt\nWhy?\nWho are you?\n")
        assert "basics is at version 1." in say(import_set, "basics", first)
        more = tmp_path / "more.jsonl"
        more.write_text('{"text": "How?"}\n')
        assert "version 2" in say(import_set, "basics", more, "--add", "--note", "more")
        assert "basics" in say(list_sets)
        said = say(show_set, "basics", "--against", "1")
        assert "from the file more.jsonl" in said
        assert ": more" in said
        assert "1 added, 0 taken out, 0 changed." in said
        assert "ask who answers" in said
        lines = say(export_set, "basics", "--version", "1").splitlines()
        assert [json.loads(line)["text"] for line in lines] == ["Why?", "Who are you?"]
        out = tmp_path / "out.jsonl"
        assert "is written" in say(export_set, "basics", "--out", out)
        assert "is a" in say(export_set, "basics", "--out", out)
        assert len(out.read_text().splitlines()) == 3

    def test_come_from_a_study(self, home, say):
        with home.database.transaction() as session:
            study = factories.make_study(session, prompts=2)
        assert "version 1" in say(import_set, "taken", "--from-study", study.name)
        assert "from the study support-replies" in say(show_set, "taken")
        said = say(import_set, "hard", "--from-study", study.name, "--only", "hard")
        assert "called hard" in said

    def test_are_used_by_a_study_file(self, home, say, tmp_path):
        file = tmp_path / "p.csv"
        file.write_text("prompt\nWhy?\n")
        say(import_set, "basics", file)
        study = tmp_path / "study.yaml"
        study.write_text(
            "title: T\nconfigurations: [{name: A}, {name: B}]\nprompts: {set: basics, version: 1}\n"
        )
        assert "1 prompts added" in say(apply_file, study)
        with home.database.reading() as session:
            used = filing.file_of(session, "t").prompt_set
        assert (used.name, used.version) == ("basics", 1)
        study.write_text(study.read_text().replace("basics", "nothing"))
        assert "no prompt set" in say(apply_file, study)

    def test_need_one_source(self, say):
        assert "either FILE or --from-study" in say(import_set, "x")
