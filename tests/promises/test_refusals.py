"""Promise: every refusal of a row is made by an example here, and names row, column and remedy."""

import ast
import io
import json
from pathlib import Path

import pytest

from service.formats import battles, columns, completions, mapping, prompts, rows, votes
from service.formats.rows import RowError
from service.formats.shapes import known

FORMATS = Path(rows.__file__).parent
# Of study files and of other things that are no rows: they have tables of their own.
ELSEWHERE = ("study_", "promptfoo_config", "packs", "documents", "proposals")
READERS = {
    "prompts": prompts.read,
    "completions": completions.read,
    "votes": votes.read,
    "battles": battles.read_completions,
    "verdicts": battles.read_votes,
}
VOTE = {"prompt": "Why?", "left": "a", "right": "b", "winner": "left"}
ANSWER = {"prompt": "Why?", "configuration": "a", "completion": "So."}
BATTLE = {"prompt": "Why?", "model_a": "a", "model_b": "b", "response_a": "x", "response_b": "y"}
SAID = [{"role": "assistant", "content": "So."}]
ASKED = [{"role": "user", "content": "Why?"}]

# Who reads, how it is read (a shape, or a mapping), the row, and what stands in the refusal.
ROWS = [
    ("prompts", "", {"text": 7.5}, ["text", "must be text", "7.5"]),
    ("prompts", "", {"text": " "}, ["the prompt is empty"]),
    ("prompts", "", {"tags": "x"}, ["the prompt is empty", "give it as text"]),
    ("prompts", "", {"turns": ["Why?", ""]}, ["a turn is empty"]),
    ("prompts", "", {"turns": "Why?"}, ["turns must be a list", "'Why?'"]),
    ("prompts", "", {"messages": [{"role": "user"}]}, ["messages", "a role and a content"]),
    ("prompts", "", {"messages": [{"role": "system", "content": "x"}]}, ["system", "context"]),
    ("prompts", "", {"messages": SAID}, ["'assistant'", "the user's messages only"]),
    ("prompts", "", {"text": "a", "variables": "b"}, ["variables", "names with values", "'b'"]),
    ("prompts", "", {"text": "a", "variables": {"b c": 1}}, ["'b c'", "like a word"]),
    ("prompts", "", {"text": "a", "variables": {"b": []}}, ["variable b", "text or a number"]),
    ("prompts", "", {"text": [{"type": "image_url"}]}, ["text", "image_url", "only text"]),
    ("prompts", "", {"text": [{"words": "a"}]}, ["text", "a part without text"]),
    ("prompts", "", {"text": "a", "variables": '{"b": NaN}'}, ["NaN"]),
    ("prompts", "", {"text": "a", "id": 7.5}, ["id", "a name or a number", "7.5"]),
    ("prompts", "", {"text": "a", "id": "x" * 999}, ["id", "longer than"]),
    ("completions", "", {**ANSWER, "configuration": " "}, ["configuration is empty"]),
    ("completions", "", {**ANSWER, "cost": "dear"}, ["cost", "a number", "'dear'"]),
    ("completions", "", {**ANSWER, "sample": "x"}, ["sample", "from 0", "'x'"]),
    ("completions", "", {**ANSWER, "sample": 1000}, ["sample", "0 to 999", "1000"]),
    ("completions", "", {**ANSWER, "prompt": None}, ["which prompt", "add `prompt`"]),
    ("completions", "", {**ANSWER, "configuration": None}, ["add `configuration`"]),
    ("completions", "", {**ANSWER, "completion": ASKED}, ["none of the assistant"]),
    ("completions", "", {"prompt": "Why?", "A": ""}, ["no completion", "a column after each"]),
    (
        "completions",
        "",
        {"prompt": "a", "chosen": "b", "rejected": "c"},
        ["which configuration wrote which"],
    ),
    ("completions", "", {"prompt": "a", "model_id": "b", "choices": "c"}, ["choices", "'c'"]),
    ("completions", {"q": "prompt", "a": "answer:A"}, {"q": "Why?"}, ["holds no answer"]),
    ("completions", {"q": "prompt", "a": "answer:A"}, {"a": "So."}, ["which prompt"]),
    ("votes", "", {**VOTE, "left": None}, ["left is missing", "name of a configuration"]),
    ("votes", "", {**VOTE, "prompt": None}, ["which prompt", "add `prompt`"]),
    ("votes", "", {**VOTE, "right": "a"}, ["both a", "never meets itself"]),
    ("votes", "", {**VOTE, "winner": None}, ["winner is missing", "left"]),
    ("votes", "", {**VOTE, "winner": True}, ["winner is True", "left"]),
    ("votes", "", {**VOTE, "winner": "C"}, ["winner is 'C'", "the winner's name"]),
    ("votes", "", {**VOTE, "winner": 7}, ["winner is 7", "1 for left"]),
    ("votes", "", {**VOTE, "left": "b", "right": "right", "winner": "b"}, ["side and a name"]),
    ("votes", "", {**VOTE, "time": "noon"}, ["time is 'noon'", "2026-03-01"]),
    ("verdicts", "", {**BATTLE, "winner_model_a": 0, "winner_tie": 0}, ["0 of", "exactly one"]),
    ("battles", "", {**BATTLE, "model_a": None}, ["model_a is missing"]),
    ("battles", "", {**BATTLE, "response_b": None}, ["a text is missing", "response_b"]),
    (
        "battles",
        "",
        {**BATTLE, "prompt": None, "response_a": SAID},
        ["what was asked", "add `prompt`"],
    ),
    ("battles", "", {**BATTLE, "response_a": ["x", "z"]}, ["1 turns", "2 and 1 answered"]),
    (
        "battles",
        "pairs",
        {"chosen": "b", "rejected": "c", "prompt": "a"},
        ["`chosen_model` and `rejected_model`"],
    ),
    (
        "battles",
        "pairs",
        {"chosen": ASKED, "rejected": "b", "prompt": "x", "model_a": "a", "model_b": "b"},
        ["chosen and rejected answer different messages"],
    ),
    ("prompts", "pair-prompts", {"prompt": "a"}, ["no pair", "chosen and rejected"]),
    ("prompts", "pair-prompts", {"chosen": "a", "rejected": "b"}, ["add `prompt`"]),
    ("completions", "ultrafeedback", {"instruction": "a", "completions": "b"}, ["list of objects"]),
    (
        "completions",
        "ultrafeedback",
        {"instruction": "a", "completions": [{"response": "b"}]},
        ["completion 1", "add `model`"],
    ),
    ("completions", "ultrafeedback", {"instruction": "a"}, ["completions is missing"]),
    ("completions", "ultrafeedback", {"instruction": "a", "completions": 7}, ["completions"]),
    ("battles", "label-studio", {"data": {"x": 1}}, ["(x)", "answer1 and answer2"]),
    (
        "battles",
        "label-studio",
        {"data": {"answer1": "a", "answer2": "b"}},
        ["add model1", "--configuration twice"],
    ),
    ("battles", "argilla", {"fields": {"response_1": "a"}}, ["1 answers", "response_2"]),
    (
        "battles",
        "argilla",
        {"fields": {"response_1": "a", "response_2": "b"}},
        ["response_1_model", "--configuration twice"],
    ),
    (
        "battles",
        "argilla",
        {
            "fields": {"prompt": "q", "response_1": "a", "response_2": "b"},
            "metadata": {"model_a": "x", "model_b": "y"},
            "responses": {"which": [{"value": "perhaps"}]},
        },
        ["which was answered 'perhaps'", "tie"],
    ),
    ("completions", "lm_eval", {"doc_id": 1, "arguments": ["a"], "resps": [[1.5]]}, ["no text"]),
    (
        "completions",
        "evenhand-canonical",
        {"first_configurations": "x", "second_configurations": ["y"], "first": "a"},
        ["first_configurations", "list of names"],
    ),
    (
        "completions",
        "langfuse-generations",
        {"type": "GENERATION", "input": "a", "output": "b"},
        ["which configuration", "--configuration"],
    ),
    (
        "completions",
        "langfuse-generations",
        {"type": "GENERATION", "input": SAID, "output": "b", "model": "m"},
        ["input", "no message of the user"],
    ),
    (
        "completions",
        "langfuse-generations",
        {"type": "GENERATION", "input": "a", "output": ASKED, "model": "m"},
        ["output", "none of the assistant"],
    ),
]
# What is wrong before anybody looks for meanings.
FILES = [
    ("x.jsonl", b"not json", ["not valid JSON"]),
    ("x.jsonl", b'{"text": NaN}', ["not valid JSON", "text is NaN"]),
    ("x.jsonl", b"[1]", ["no object", "{...}"]),
    ("x.jsonl", b'{"text": "a\\u0000b"}', ["the row"]),
    ("x.csv", b"a,b\n1,2,3", ["3 values", "header 2", "quotes"]),
    ("x.csv", b"a,b\n1,x\0y", ["the row"]),
]
# Too large a prompt for a line of JSONL, which says that by itself.
LARGE = ("x.json", json.dumps([{"text": "é" * 600_000}], ensure_ascii=False).encode())


def refused(reader, how, row):
    if isinstance(how, dict):
        prepare = lambda found: mapping.mapped(found, how, "completions")  # noqa: E731
    else:
        prepare = known.prepared(known.by_name(how)) if how else rows.unchanged
    lines = io.BytesIO(f"\n{json.dumps(row)}\n".encode())
    found = list(READERS[reader](lines, "x.jsonl", prepare))
    return [one for one in found if isinstance(one, RowError)]


def texts():
    """What refusals of rows say in the code, with their places."""
    found = set()
    for path in [*FORMATS.glob("*.py"), *FORMATS.glob("shapes/*.py")]:
        if path.name.startswith(ELSEWHERE):
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"BadValue", "RowError"}:
                found |= {
                    one.args[0].value
                    for one in ast.walk(call)
                    if isinstance(one, ast.Call) and ast.unparse(one.func) == "said"
                }
    return found


class TestRefusals:
    @pytest.mark.parametrize(("reader", "how", "row", "said"), ROWS)
    def test_name_the_row_and_what_would_be_right(self, reader, how, row, said):
        (error,) = refused(reader, how, row)
        assert error.line == 2
        assert [part for part in said if part not in error.message] == []

    @pytest.mark.parametrize(("name", "content", "said"), FILES)
    def test_of_what_is_no_row_do_as_well(self, name, content, said):
        (error,) = [one for one in rows.read(io.BytesIO(content), name) if type(one) is RowError]
        assert error.line == (2 if name == "x.csv" else 1)
        assert [part for part in said if part not in error.message] == []

    def test_are_all_made_here(self):
        found = [one for reader, how, row, _ in ROWS for one in refused(reader, how, row)]
        for name, content, _ in FILES:
            found += rows.read(io.BytesIO(content), name)
        (large,) = prompts.read(io.BytesIO(LARGE[1]), LARGE[0])
        assert "1,200,000 bytes; the most is 1,048,576 (1 MiB)" in large.message
        seen = {one.message.text for one in [*found, large] if hasattr(one.message, "text")}
        assert len(texts()) > 50
        assert texts() - seen == set()

    def test_columns_without_a_meaning_are_never_configurations_silently(self):
        beside = ("annotator", "created_at", "status")
        assert set(beside) <= columns.BESIDE_ANSWERS
        row = {"prompt": "Why?", "A": "So.", "B": "Thus.", **dict.fromkeys(beside, "x")}
        found = list(completions.read(io.BytesIO(json.dumps(row).encode()), "x.jsonl"))
        names = {one.configuration for one in found if hasattr(one, "configuration")}
        assert names == {"A", "B"}
