import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import completions
from service.formats.completions import CompletionRow
from service.formats.rows import Note, RowError


def read(*values):
    lines = "\n".join(json.dumps(value) for value in values)
    return list(completions.read(io.BytesIO(lines.encode()), "completions.jsonl"))


def read_csv(content):
    return list(completions.read(io.BytesIO(content.encode()), "completions.csv"))


LONG = {"prompt": "p", "configuration": "c", "completion": "x"}


class TestReadLong:
    def test_reads_the_real_file_whole(self, real_files):
        with real_files("llmfao", "results.jsonl").open("rb") as file:
            found = list(completions.read(file, "results.jsonl"))
        rows, names, empty = {"excerpt": (20, 10, 2), "whole": (1133, 70, 69)}[real_files.size]
        assert not [row for row in found if isinstance(row, RowError)]
        (note,) = [row for row in found if isinstance(row, Note)]
        assert "duration was read as milliseconds" in note.message
        found = [row for row in found if isinstance(row, CompletionRow)]
        assert len(found) == rows
        assert len({row.configuration for row in found}) == names
        assert sum(not row.turns[0].strip() for row in found) == empty
        assert {row.sample for row in found} == {0}
        assert all(row.prompt_id and row.prompt is None and row.latency_ms for row in found)

    @pytest.mark.parametrize("prompt", ["prompt", "question", "Instruction"])
    @pytest.mark.parametrize("name", ["configuration", "generator", "model"])
    @pytest.mark.parametrize("text", ["completion", "output", "response", "result"])
    def test_knows_columns_by_several_names(self, prompt, name, text):
        (row,) = read_csv(f"{prompt},{name},{text}\nhello,m,world\n")
        assert (row.configuration, row.turns) == ("m", ("world",))
        assert row.prompt.turns == ("hello",)

    def test_reads_what_belongs_to_a_completion(self):
        (row,) = read(
            {**LONG, "id": 9, "duration_ms": 12.5, "cost": "0.1", "context": "c", "sample": 2}
        )
        assert (row.row_id, row.latency_ms, row.cost_usd) == ("9", 12.5, 0.1)
        assert row.is_numbered
        assert row.prompt.context == "c"
        assert row.prompt.key == ""

    def test_takes_a_bare_number_for_the_id_of_a_prompt(self):
        one, other = read({**LONG, "prompt": 8}, {**LONG, "prompt": "9"})
        assert (one.prompt_id, one.prompt) == ("8", None)
        assert other.prompt_id == "9"

    def test_keeps_both_id_and_text_of_a_prompt(self):
        (row,) = read({**LONG, "prompt_id": "k"})
        assert row.prompt_id == "k"
        assert (row.prompt.key, row.prompt.turns) == ("k", ("p",))

    def test_takes_the_name_beside_a_numbered_model(self):
        numbered = {"prompt": "p", "model": 97, "name": "Large", "result": "x"}
        assert read(numbered)[0].configuration == "Large"
        assert read({**numbered, "model": "m-97"})[0].configuration == "m-97"

    def test_reads_content_parts_turns_and_conversations(self):
        parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
        talk = [{"role": "user", "content": "q"}, {"role": "assistant", "content": parts}]
        found = read(
            {**LONG, "completion": parts},
            {**LONG, "completion": ["one", "two"]},
            {**LONG, "completion": talk},
        )
        assert found[0].turns == ("ab",)
        assert found[1].turns == ("one", "two")
        assert found[2].turns == found[0].turns
        assert [row.sample for row in found] == [0, 1, 0]

    def test_tells_samples_apart(self):
        found = read(LONG, {**LONG, "completion": "y"}, {**LONG, "configuration": "d"})
        assert [row.sample for row in found] == [0, 1, 0]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"prompt": None}, "which prompt"),
            ({"configuration": None}, "which configuration"),
            ({"configuration": ["x"]}, "configuration must be a name"),
            ({"completion": 5}, "completion must be text"),
            ({"latency_ms": -1}, "latency_ms must be a number"),
            ({"cost": "cheap"}, "cost must be a number"),
            ({"cost": True}, "cost must be a number"),
            ({"sample": "x"}, "sample must be"),
            ({"sample": 10_000}, "sample must be"),
            ({"completion": [{"role": "user", "content": "x"}]}, "none of the assistant"),
            ({"completion": [{"type": "image_url"}]}, "image_url"),
        ],
    )
    def test_reports_a_bad_row_and_keeps_the_good_ones(self, change, said):
        found = read(LONG, {**LONG, **change}, {**LONG, "configuration": "other"})
        assert [type(row) for row in found] == [CompletionRow, RowError, CompletionRow]
        assert found[1].line == 2
        assert said in found[1].message


class TestReadWide:
    def test_reads_one_column_per_configuration_and_skips_empty_cells(self):
        found = read_csv('id,prompt,My RAG,Plain,tags\n1,hello,"x, y",z,t\n2,bye,,w,\n')
        assert [(row.line, row.configuration, row.turns) for row in found] == [
            (2, "My RAG", ("x, y",)),
            (2, "Plain", ("z",)),
            (3, "Plain", ("w",)),
        ]
        assert found[0].prompt_id == "1"
        assert found[0].prompt.tags == ("t",)

    def test_reports_a_row_without_any_completion(self):
        (row,) = read_csv("prompt,A,B\nhello,,\n")
        assert "no completion" in row.message

    def test_reads_lists_in_jsonl(self):
        (row,) = read({"prompt": "p", "A": [{"text": "x"}]})
        assert row.turns == ("x",)


class TestReadMtBench:
    def test_reads_the_real_answers(self, real_files):
        with real_files("mt_bench", "reference_answer_gpt-4.jsonl").open("rb") as file:
            found = list(completions.read(file, "answers.jsonl"))
        assert len(found) == {"excerpt": 2, "whole": 30}[real_files.size]
        assert {row.configuration for row in found} == {"gpt-4"}
        assert {len(row.turns) for row in found} == {2}

    def test_takes_every_choice_for_a_sample(self):
        choices = [{"index": 0, "turns": ["a", "b"]}, {"index": 1, "turns": ["c", "d"]}]
        found = read({"question_id": 1, "model_id": "m", "choices": choices})
        assert [(row.sample, row.turns) for row in found] == [(0, ("a", "b")), (1, ("c", "d"))]
        (bad,) = read({"question_id": 1, "model_id": "m", "choices": "x"})
        assert "choices" in bad.message


class TestReadAnything:
    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from(
                    ["prompt", "model", "name", "output", "choices", "model_id", "A", "id"]
                ),
                st.recursive(
                    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: (
                        st.lists(inner, max_size=2)
                        | st.dictionaries(st.sampled_from(["role", "content", "turns"]), inner)
                    ),
                    max_leaves=5,
                ),
            ),
            max_size=3,
            min_size=1,
        )
    )
    def test_any_objects_give_completions_or_messages(self, values):
        for row in read(*values):
            assert isinstance(row, CompletionRow | RowError | Note)
