import io
import json
from pathlib import Path

import pytest
import yaml

from service.formats import completions, promptfoo_config, readings, study_file, study_writer
from service.formats.promptfoo_config import ConfigUnusable

# As promptfoo's own documentation has them.
CONFIG = """
description: Weather words
prompts:
  - "Explain in one sentence: {{word}}"
  - label: short
    raw: "What is {{word}}? {{style}}"
providers:
  - openai:gpt-4.1-mini
  - id: anthropic:messages:claude-haiku-4-5
    label: Claude
    config: {temperature: 0.2, max_tokens: 50, apiKey: secret}
  - id: python:mine.py
defaultTest:
  vars: {style: Be brief.}
tests:
  - vars: {word: [dew, rime]}
    assert: [{type: contains, value: dew}]
  - vars: {word: dew}
"""


def adopt(text, load=lambda name: f"From {name}: {{{{word}}}}"):
    return promptfoo_config.adopt(text, "promptfooconfig.yaml", load)


class TestAdopt:
    def test_makes_a_study_file_that_can_be_applied(self):
        made = adopt(CONFIG)
        file = study_file.read(study_writer.text(made.text), "x.yaml", lambda _: "")
        assert [(each.name, each.model) for each in file.configurations] == [
            ("openai:gpt-4.1-mini · prompt 1", "openai/gpt-4.1-mini"),
            ("openai:gpt-4.1-mini · short", "openai/gpt-4.1-mini"),
            ("Claude · prompt 1", "anthropic/claude-haiku-4-5"),
            ("Claude · short", "anthropic/claude-haiku-4-5"),
            ("python:mine.py · prompt 1", None),
            ("python:mine.py · short", None),
        ]
        assert file.configurations[3].template == "What is {{word}}? {{style}}"
        assert file.configurations[3].parameters == {"temperature": 0.2, "max_tokens": 50}
        assert [each.variables["word"] for each in file.prompts] == ["dew", "rime"]
        assert file.prompts[0].turns == ("style: Be brief.\nword: dew",)
        notes = " ".join(made.notes)
        assert "secret" not in notes + study_writer.text(made.text)
        for said in ("Assertions were left out", "python:mine.py is no model", "apiKey", "cap:"):
            assert said in notes

    def test_asks_what_the_results_of_the_same_configuration_ask(self):
        results = Path(__file__).parent / "shapes/files/promptfoo-results.json"
        config = json.loads(results.read_text())["config"]
        made = adopt(json.dumps({key: config[key] for key in config if key != "outputPath"}))
        file = study_file.read(study_writer.text(made.text), "x.yaml", lambda _: "")
        raw = results.read_bytes()
        reading = readings.of_file(lambda: io.BytesIO(raw), results.name, readings.Asked())
        rows = list(completions.read(io.BytesIO(raw), results.name, reading.prepare))
        assert {row.configuration for row in rows} == {each.name for each in file.configurations}
        assert {row.prompt.fingerprint for row in rows} == {
            each.fingerprint for each in file.prompts
        }

    @pytest.mark.parametrize(
        ("prompt", "rendered"),
        [
            ("Explain {{ word }}: {{style}}", lambda word: f"Explain {word}: Be brief."),
            ("Always the same, {{word}}{{none}}", lambda word: f"Always the same, {word}"),
            (
                '[{"role": "system", "content": "Sir."}, {"role": "user", "content": "{{word}}?"}]',
                lambda word: json.dumps([
                    {"role": "system", "content": "Sir."}, {"role": "user", "content": f"{word}?"},
                ]),
            ),
            (
                '[{"role": "system", "content": "On {{word}}."}, {"role": "user", "content": "?"}]',
                lambda word: json.dumps([
                    {"role": "system", "content": f"On {word}."}, {"role": "user", "content": "?"},
                ]),
            ),
        ],
    )  # fmt: skip
    def test_asks_with_one_prompt_what_its_results_ask(self, prompt, rendered):
        told = yaml.safe_load(CONFIG)
        made = adopt(json.dumps({**told, "prompts": [prompt]}))
        file = study_file.read(study_writer.text(made.text), "x.yaml", lambda _: "")
        results = [
            {
                "provider": {"id": "openai:gpt-4.1-mini"}, "vars": {"word": word},
                "prompt": {"raw": rendered(word), "label": prompt}, "response": {"output": "A."},
            }
            for word in ("dew", "rime")
        ]  # fmt: skip
        raw = "\n".join(map(json.dumps, results)).encode()
        reading = readings.of_file(lambda: io.BytesIO(raw), "r.jsonl", readings.Asked())
        rows = list(completions.read(io.BytesIO(raw), "r.jsonl", reading.prepare))
        assert [row.prompt.fingerprint for row in rows] == [
            each.fingerprint for each in file.prompts
        ]
        assert rows[0].configuration == file.configurations[0].name
        assert file.configurations[0].system_prompt == ("Sir." if "Sir." in prompt else "")

    def test_says_that_commands_make_words_of_their_own(self):
        told = {**yaml.safe_load(CONFIG), "prompts": ["{{ word | upper }}"]}
        assert "prompts of their own" in " ".join(adopt(json.dumps(told)).notes)

    def test_takes_messages_and_files_for_prompts(self):
        chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{q}}?"}]
        made = adopt(json.dumps({
            "prompts": ["file://prompts/one.txt", json.dumps(chat)],
            "providers": "openai:chat:gpt-4.1", "tests": [{"vars": {"q": "Why", "word": "dew"}}],
        }))  # fmt: skip
        first, second = made.text["configurations"]
        assert (first["name"], first["template"]) == (
            "openai:chat:gpt-4.1 · one.txt", "From prompts/one.txt: {{word}}",
        )  # fmt: skip
        assert (second["system_prompt"], second["template"]) == ("Be brief.", "{{q}}?")
        assert second["model"] == "openai/gpt-4.1"
        assert made.text["prompts"][0]["variables"] == {"q": "Why", "word": "dew"}

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"prompts": [{"id": 5}]}, "Prompt 1 of promptfooconfig.yaml is no text"),
            ({"providers": [{"a": 1, "b": 2}]}, "has no id"),
            ({"tests": [{"vars": {"a b": "x"}}]}, "named like a word"),
            ({"tests": [{"vars": {"a": "file://x.txt"}}]}, "stands in a file"),
            ({"tests": [{"vars": {"a": list(range(60)), "b": list(range(60))}}]}, "more than 2000"),
            ({"providers": None, "prompts": None}, "is no text"),
        ],
    )
    def test_says_what_cannot_be_adopted(self, change, said):
        told = {"prompts": ["{{a}}"], "providers": ["openai:gpt-4.1"], "tests": [], **change}
        with pytest.raises(ConfigUnusable, match=said):
            adopt(json.dumps(told))

    def test_refuses_other_files(self):
        with pytest.raises(ConfigUnusable, match="no `prompts` and `providers`"):
            adopt("title: A study\n")
