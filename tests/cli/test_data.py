import json

import pytest

from service.cli import data
from tests import factories


@pytest.fixture
def study(home):
    with home.database.transaction() as session:
        return factories.make_study(session, prompts=1)


def written(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


class TestImport:
    def test_says_as_what_a_file_was_read_and_takes_names_for_who_answered(
        self, say, study, tmp_path
    ):
        trace = {"trace_id": "t1", "request": "Why?", "response": "So.", "state": "OK"}
        path = written(tmp_path / "traces.jsonl", trace)
        said = say(data.import_, study.name, path)
        assert "say --configuration" in said
        said = say(data.import_, study.name, path, "--configuration", "Mine")
        assert "1 completions added" in said
        assert "1 new configurations: Mine" in said
        assert "Read as traces of MLflow." in said
        assert "1 of these prompts have fewer than two different answers" in said
        said = say(data.import_, study.name, path, "--shape", "langsmith")
        assert "There is no shape 'langsmith'." in said

    def test_finds_out_what_a_file_holds_and_makes_it_fit_to_show(self, home, say, study, tmp_path):
        rows = [
            {"prompt": "Why?", "configuration": name, "completion": f"{name} says so."}
            for name in ("One", "Two")
        ]
        said = say(data.import_, study.name, written(tmp_path / "answers.jsonl", *rows))
        assert "2 completions added, 0 were there already." in said
        assert "1 new prompts." in said
        assert "2 new configurations: One, Two" in said
        again = say(data.import_, study.name, tmp_path / "answers.jsonl")
        assert "0 completions added, 2 were there already." in again

    def test_names_the_lines_that_cannot_be_used(self, say, study, tmp_path):
        rows = [
            {"prompt_id": "p0", "left": "Plain", "right": "Retrieval", "winner": "left"},
            {"prompt_id": "p0", "left": "Plain", "right": "Nobody", "winner": "left"},
        ]
        said = say(data.import_, study.name, written(tmp_path / "votes.jsonl", *rows))
        assert "1 votes added" in said
        assert "line 2: The study has no configuration called 'Nobody'." in said

    def test_takes_a_file_of_any_columns_whose_meaning_is_told(self, say, study, tmp_path):
        file = tmp_path / "tabelle.csv"
        file.write_text("Frage;Art;Alt;Neu\nWo?;x;Hier.;Dort.\n")
        words = ["--map", "Frage=prompt", "--map", "Alt=answer:Old", "--map", "Neu=answer:New"]
        said = say(data.import_, study.name, file, *words)
        assert "2 completions added" in said
        assert "2 new configurations: Old, New" in said
        said = say(data.import_, study.name, file, "--map", "Fragen=prompt")
        assert "no column 'Fragen'. It has: Frage, Art, Alt, Neu" in said

    def test_refuses_a_file_without_a_row_to_use(self, say, study, tmp_path):
        row = {"prompt_id": "nowhere", "left": "Plain", "right": "Retrieval", "winner": "left"}
        said = say(data.import_, study.name, written(tmp_path / "votes.jsonl", row))
        assert "No row could be used." in said
