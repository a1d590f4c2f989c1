import json
from pathlib import Path

import jsonschema
import pytest

from service.formats.exports import clouds
from tests.formats.exports.rows import BAD, GOOD, TALK, USER, from_either_side, rows

HERE = Path(__file__).parent


class TestChatPair:
    def test_has_three_columns_and_no_more(self):
        assert from_either_side(clouds.chat_pair) == {
            "input": {"messages": [USER]},
            "preferred_output": [GOOD],
            "non_preferred_output": [BAD],
        }


class TestGemini:
    def test_calls_its_assistant_model(self):
        assert from_either_side(clouds.gemini) == {
            "contents": [{"role": "user", "parts": [{"text": "Question 1?"}]}],
            "completions": [
                {"score": 1, "completion": {"role": "model", "parts": [{"text": "good 1"}]}},
                {"score": 0, "completion": {"role": "model", "parts": [{"text": "bad 1"}]}},
            ],
        }

    def test_takes_the_system_message_out_of_the_conversation(self):
        (row,) = rows(clouds.gemini, prompt=TALK)
        assert row["system_instruction"] == {"parts": [{"text": "Be kind."}]}
        assert [each["role"] for each in row["contents"]] == ["user", "model", "user"]


class TestNova:
    def test_holds_both_answers_in_its_last_turn(self):
        assert from_either_side(clouds.nova) == {
            "messages": [
                {"role": "user", "content": [{"text": "Question 1?"}]},
                {
                    "role": "assistant",
                    "candidates": [
                        {"content": [{"text": "good 1"}], "preferenceLabel": "preferred"},
                        {"content": [{"text": "bad 1"}], "preferenceLabel": "non-preferred"},
                    ],
                },
            ]
        }

    def test_takes_the_system_message_out_of_the_conversation(self):
        (row,) = rows(clouds.nova, prompt=TALK)
        assert row["system"] == [{"text": "Be kind."}]
        assert [each["role"] for each in row["messages"]] == ["user", "assistant"] * 2


class TestDocuments:
    @pytest.mark.parametrize("render", [clouds.gemini, clouds.nova])
    @pytest.mark.parametrize("prompt", [TALK, TALK[1:], TALK[-1:]])
    def test_are_kept_to(self, render, prompt):
        schema = json.loads((HERE / f"{render.__name__}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        (row,) = rows(render, prompt=prompt)
        jsonschema.validate(row, schema)
        for broken in (
            {**row, "pair_id": "1"},
            {k: v for k, v in row.items() if k != list(row)[-1]},
        ):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(broken, schema)
