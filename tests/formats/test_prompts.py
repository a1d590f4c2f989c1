import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import prompts
from service.formats.prompts import PromptRow
from service.formats.rows import RowError


def read(*values):
    lines = "\n".join(json.dumps(value) for value in values)
    return list(prompts.read(io.BytesIO(lines.encode()), "prompts.jsonl"))


def prompt_of(**values):
    (row,) = read(values)
    assert isinstance(row, PromptRow), row
    return row.prompt


def message_of(**values):
    (row,) = read(values)
    assert isinstance(row, RowError), row
    return row.message


class TestRead:
    def test_reads_the_real_files_whole(self, real_files):
        with real_files("llmfao", "prompts.jsonl").open("rb") as file:
            found = list(prompts.read(file, "prompts.jsonl"))
        assert len(found) == {"excerpt": 2, "whole": 19}[real_files.size]
        assert all(isinstance(row, PromptRow) for row in found)
        assert found[0].prompt.key == "8"
        assert found[0].prompt.turns[0].startswith("Argue for and against")

    def test_reads_mt_bench_as_prompts_of_two_turns(self, real_files):
        with real_files("mt_bench", "question.jsonl").open("rb") as file:
            found = [row.prompt for row in prompts.read(file, "question.jsonl")]
        assert len(found) == {"excerpt": 3, "whole": 80}[real_files.size]
        assert {len(prompt.turns) for prompt in found} == {2}
        assert found[0].key == "81"
        assert found[0].tags == ("writing",)
        assert any(prompt.reference for prompt in found)

    @pytest.mark.parametrize("column", ["text", "prompt", "Question", " instruction "])
    def test_takes_the_text_from_columns_of_several_names(self, column):
        assert prompt_of(**{column: "hello"}).turns == ("hello",)

    def test_takes_messages_of_the_user_and_bare_turns(self):
        message = {"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b"}]}
        assert prompt_of(messages=[message, "second"]).turns == ("ab", "second")
        assert prompt_of(turns=["x", "y"]).turns == ("x", "y")
        assert prompt_of(prompt=[message]).turns == ("ab",)

    def test_reads_what_belongs_to_a_prompt(self):
        prompt = prompt_of(
            id=7, text="t", context="c", reference=["r", "", "s"], tags="a, b,a", variables={"x": 1}
        )
        assert (prompt.key, prompt.context, prompt.reference) == ("7", "c", "r\n\ns")
        assert prompt.tags == ("a", "b")
        assert prompt.variables == {"x": 1}

    def test_reads_json_in_csv_cells(self):
        content = 'messages,variables,tags\n"[""a"", ""b""]","{""x"": ""y""}","[""t""]"\n'
        (row,) = prompts.read(io.BytesIO(content.encode()), "x.csv")
        assert row.prompt.turns == ("a", "b")
        assert row.prompt.variables == {"x": "y"}
        assert row.prompt.tags == ("t",)

    def test_refuses_a_nul_smuggled_in_a_cell(self):
        content = 'messages\n"[""a\\u0000""]"\n'
        (row,) = prompts.read(io.BytesIO(content.encode()), "x.csv")
        assert "NUL" in row.message

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"id": 1}, "empty"),
            ({"text": "  \n"}, "empty"),
            ({"turns": ["a", " "]}, "a turn is empty"),
            ({"turns": []}, "empty"),
            ({"text": 5}, "text must be text"),
            ({"messages": "hello"}, "must be a list"),
            ({"messages": [{"role": "system", "content": "x"}]}, "system message"),
            ({"messages": [{"role": "assistant", "content": "x"}]}, "user's messages only"),
            ({"messages": [{"role": "user"}]}, "a role and a content"),
            ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "image"),
            ({"text": "a", "variables": [1]}, "names with values"),
            ({"text": "a", "variables": {"a b": 1}}, "'a b'"),
            ({"text": "a", "variables": {"a": [1]}}, "text or a number"),
            ({"text": "a", "id": "x" * 201}, "longer than 200"),
            ({"text": "a", "tags": [None]}, "tags"),
            ({"text": "é" * 600_000}, "1 MiB"),
        ],
    )
    def test_says_what_is_wrong_with_a_row(self, values, said):
        content = json.dumps(values, ensure_ascii=False).encode()
        (row,) = prompts.read(io.BytesIO(content), "x.jsonl")
        assert said in row.message

    @given(
        st.dictionaries(
            st.sampled_from(["text", "messages", "turns", "id", "tags", "variables", "reference"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                lambda inner: (
                    st.lists(inner, max_size=2)
                    | st.dictionaries(st.sampled_from(["role", "content", "text"]), inner)
                ),
                max_leaves=5,
            ),
        )
    )
    def test_any_object_gives_a_prompt_or_a_message(self, values):
        (row,) = read(values)
        assert isinstance(row, RowError) or row.prompt.fingerprint
