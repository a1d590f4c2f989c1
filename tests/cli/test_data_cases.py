"""Files as people have them: how each one ends when it is imported, and imported again."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from service.cli import data, studies
from service.store.models import Completion, Configuration, Prompt
from tests import factories
from tests.usecases.sighted.results import rated

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
    "texts that render in many ways": (["18-28-renderings.jsonl"], ["26 completions added"]),
    "reasoning within answers": (["28-inline-reasoning.jsonl"], ["4 completions added"]),
    "answers that say who wrote them": (["32-who-are-you.jsonl"], ["completions added"]),
    "votes of one rater": (
        ["40-plain-completions.jsonl", "40-plain-votes.csv"],
        ["votes added"],
    ),
    "the same under other names": (
        ["40-reversed-completions.jsonl", "40-reversed-votes.csv"],
        ["votes added"],
    ),
    "nothing but ties": (
        ["40-plain-completions.jsonl", "40-all-ties-votes.csv"],
        ["votes added"],
    ),
    "one that wins all": (
        ["40-plain-completions.jsonl", "40-one-sided-votes.csv"],
        ["votes added"],
    ),
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
        tables = {path.name for path in CASES.iterdir() if path.suffix not in {".yaml", ".md"}}
        assert named == tables


def rows(home, model):
    with home.database.reading() as session:
        found = session.scalars(select(model).order_by(model.id)).all()
        session.expunge_all()
        return found


class TestShown:
    def test_reasoning_is_no_part_of_an_answer(self, home, say, study):
        say(data.import_, study.name, CASES / "28-inline-reasoning.jsonl")
        shown = [re.sub("<[^>]+>", "", row.html[0]).strip() for row in rows(home, Completion)]
        assert shown == ["Hello!", "Good day.", "Bye!", "Farewell."]

    def test_who_says_who_they_are_is_found_in_every_language(self, home, say, study):
        say(data.import_, study.name, CASES / "32-who-are-you.jsonl")
        names = {row.id: row.name for row in rows(home, Configuration)}
        keys = {row.id: row.key for row in rows(home, Prompt)}
        for row in rows(home, Completion):
            # A painter, twins, an animal, a wind and a tree are nobody's makers.
            says_who = names[row.configuration_id] == "first"
            says_who = says_who and not keys[row.prompt_id].startswith("false-")
            assert bool(row.leaks["found"]) == says_who, keys[row.prompt_id]

    def test_every_rendering_can_be_shown(self, home, say, study):
        say(data.import_, study.name, CASES / "18-28-renderings.jsonl")
        assert {row.state for row in rows(home, Completion)} == {"ready"}


class TestBoards:
    def points(self, home, say, *files):
        with home.database.transaction() as session:
            study = factories.make_study(session, files[-1], prompts=0, configurations=())
        for name in files:
            say(data.import_, study.name, CASES / name)
        with home.database.transaction() as session:
            found = rated.board(session, study, at=60 * 24 * 365)
        return [(row.configuration, one) for row, one in found.competing]

    def test_of_votes_at_their_limits_stay_finite_and_uncertain(self, home, say):
        for votes in ("40-all-ties-votes.csv", "40-one-sided-votes.csv", "40-plain-votes.csv"):
            for _, one in self.points(home, say, "40-plain-completions.jsonl", votes):
                assert -5000 < one.low < one.points < one.high < 5000

    def test_do_not_depend_on_names(self, home, say):
        plain, other = (
            self.points(home, say, f"40-{word}-completions.jsonl", f"40-{word}-votes.csv")
            for word in ("plain", "reversed")
        )
        renamed = {"m0": "z2", "m1": "y1", "m2": "x0"}
        assert {renamed[name]: round(one.points, 6) for name, one in plain} == {
            name: round(one.points, 6) for name, one in other
        }


class TestStudyFiles:
    @pytest.mark.parametrize("name", ["45-braces", "45-template-with-json"])
    def test_braces_stay_what_they_are(self, home, say, name):
        assert ": created." in say(studies.apply_file, CASES / f"{name}.yaml")
        if name == "45-braces":
            told = [row.turns[0] for row in rows(home, Prompt)]
            assert told[0] == "Fill in {{ user.name }} here"

    def test_words_that_yaml_takes_for_something_else_are_named(self, say):
        said = say(studies.apply_file, CASES / "53-yaml-words.yaml")
        assert "line 5: configurations #1, name: must be text, not 4.1; put it in quotes" in said
        assert "line 12: prompts #3: must be text" in said


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
