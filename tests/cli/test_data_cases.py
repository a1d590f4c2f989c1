"""Files as people have them: how each one ends when it is imported, and imported again."""

from pathlib import Path

import pytest

from service.cli import data
from tests import factories

CASES = Path(__file__).parent / "cases"

# The files in their order, and what the answer to the last one says.
ENDS = {
    "delimiters are tried, not counted": (["01-semicolon-wide.csv"], ["4 completions added"]),
    "a table in long form": (["01-semicolon-long.csv"], ["2 completions added"]),
    "a byte order mark": (["03-bom-crlf.csv"], ["2 completions added"]),
    "line ends of an old Mac": (["03-carriage-returns.csv"], ["2 completions added"]),
    "another encoding": (["03-utf-16.csv"], ["UTF-16", "Save it as UTF-8"]),
    "letters of Windows": (["03-windows-1252.csv"], ["1 completions added", "line 2", "UTF-8"]),
    "an array": (["04-array.json"], ["2 completions added"]),
    "an array on one line": (["04-array-one-line.json"], ["2 completions added"]),
    "nothing but bad rows": (
        ["06-nan.jsonl"],
        ["line 1", "latency_ms is NaN", "line 2", "completion is NaN", "line 3", "Infinity"],
    ),
    "numbers for winners": (
        ["base-dew.jsonl", "09-numeric-winner.jsonl"],
        ["3 votes added", "line 4: winner is missing"],
    ),
    "words of others": (
        ["base-dew.jsonl", "09-words-of-others.csv"],
        ["5 votes added", "line 6: winner is 'C'"],
    ),
    "names that nearly match": (
        ["base-dew.jsonl", "10-votes-mismatch.jsonl"],
        [
            "3 votes added",
            "2 votes name a prompt with other white space",
            "1 rows have white space around a configuration's name",
            "line 3: The study has no configuration called 'Short'. Is it 'short'?",
        ],
    ),
    "a corrected text": (
        ["base-dew.jsonl", "11-corrected.jsonl"],
        ["1 were there already", "line 1: 'short' has another text", "--replace"],
    ),
    "an empty answer, filled": (
        ["11-first-empty.jsonl", "11-then-filled.jsonl"],
        ["1 were there already", "1 took the place of answers that were empty"],
    ),
    "samples": (["12-samples.jsonl"], ["5 completions added"]),
    "samples with numbers": (["12-samples-numbered.jsonl"], ["4 completions added"]),
    "choices": (["12-mt-bench-choices.jsonl"], ["3 completions added"]),
    "battles": (["13-battles.csv"], ["6 rows added", "2 new prompts"]),
    "battles of conversations": (["13-battles-conversations.jsonl"], ["3 rows added"]),
    "pairs without names": (["13-chosen-rejected.jsonl"], ["which configuration wrote which"]),
    "an unbeaten one": (["38-completions.jsonl", "38-votes.csv"], ["37 votes added"]),
}


@pytest.fixture
def study(home):
    with home.database.transaction() as session:
        return factories.make_study(session, prompts=0, configurations=())


class TestCases:
    @pytest.mark.parametrize("what", ENDS)
    def test_end_as_they_should(self, say, study, what):
        files, expected = ENDS[what]
        said = ""
        for name in files:
            said = say(data.import_, study.name, CASES / name)
        plain = " ".join(said.split())
        assert [words for words in expected if words not in plain] == []
        assert "Traceback" not in said

    @pytest.mark.parametrize("what", ENDS)
    def test_add_nothing_when_they_come_again(self, say, study, what):
        files, _ = ENDS[what]
        for name in files:
            say(data.import_, study.name, CASES / name)
        again = say(data.import_, study.name, CASES / files[-1])
        added = [line for line in again.splitlines() if " added, " in line]
        assert all(line.startswith("0 ") for line in added)

    def test_every_file_has_its_end(self):
        named = {name for files, _ in ENDS.values() for name in files}
        assert named == {path.name for path in CASES.iterdir()} - {"README.md"}


class TestReplace:
    def test_is_said_with_what_it_did(self, say, study):
        say(data.import_, study.name, CASES / "base-dew.jsonl")
        say(data.import_, study.name, CASES / "09-words-of-others.csv")
        said = say(data.import_, study.name, CASES / "11-corrected.jsonl", "--replace")
        assert "0 completions added, 1 were there already." in said
        assert "1 replaced: raters get the new texts from now on." in said
        assert "5 votes were given on the replaced texts" in said
        again = say(data.import_, study.name, CASES / "11-corrected.jsonl")
        assert "0 completions added, 2 were there already." in again


class TestNotes:
    def test_columns_that_are_no_configurations_are_named(self, say, study, tmp_path):
        path = tmp_path / "wide.csv"
        path.write_text(
            "prompt,A,B,annotator,created_at,status\n"
            "Why?,Because.,So that.,ann,2026-03-01,done\n"
            "How?,Thus.,So.,ben,2026-03-02,done\n"
        )
        said = say(data.import_, study.name, path)
        assert "2 new configurations: A, B" in said
        assert "Not taken for configurations: annotator, created_at, status." in said

    def test_of_a_repeated_cell_never_blame_later_ones(self, say, study, tmp_path):
        path = tmp_path / "wide.csv"
        path.write_text("prompt,A,B\nWhy?,Because.,So.\nWhy?,Because.,Thus.\nWhy?,Yes.,So.\n")
        said = say(data.import_, study.name, path)
        assert "4 completions added, 2 were there already." in said
        assert "could not be used" not in said

    def test_the_unit_of_latencies_is_said(self, say, study, tmp_path):
        path = tmp_path / "long.csv"
        path.write_text("prompt,model,output,latency\nWhy?,A,Because.,1.25\nWhy?,B,So.,0.8\n")
        said = say(data.import_, study.name, path)
        assert "latency was read as seconds" in said

    def test_pieces_of_a_file_of_votes_lose_none(self, say, study, tmp_path):
        say(data.import_, study.name, CASES / "base-dew.jsonl")
        votes = [f"What is dew?,short,long,{word}" for word in ("left", "left", "tie", "right")]
        for number, some in enumerate((votes[:2], votes[1:3], votes[3:] * 2)):
            path = tmp_path / f"piece-{number}.csv"
            path.write_text("\n".join(["prompt,left,right,winner", *some]))
            said = say(data.import_, study.name, path)
            assert "2 votes added" in said
            assert "0 votes added" in say(data.import_, study.name, path)
