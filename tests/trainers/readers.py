"""Reads exports by the readers of other trainers, each from its wheel without what it trains with.

Their packages are opened without running their `__init__`, which would load whole training stacks.
"""

import importlib
import json
import os
import sys
import types
from pathlib import Path
from types import SimpleNamespace

import pytest
from datasets import load_dataset

EXPORTS = Path(os.environ["EXPORTS"]).resolve()
READERS = Path(os.environ["READERS"]).resolve()
WORD = "carefully"


def reader(name, *unstarted):
    """Import a module of an installed trainer; packages named, else all above it, do not start."""
    parts = name.split(".")
    above = [".".join(parts[:end]) for end in range(1, len(parts))]
    for package in unstarted or above:
        if package not in sys.modules:
            made = types.ModuleType(package)
            made.__path__ = [str(READERS.joinpath(*package.split(".")))]
            sys.modules[package] = made
    if str(READERS) not in sys.path:
        sys.path.append(str(READERS))
    return importlib.import_module(name)


def load(name, part="train"):
    return load_dataset(str(EXPORTS / name))[part]


class Template:
    """As much of a tokenizer as readers of preferences ask for."""

    chat_template = "{{ messages }}"

    @staticmethod
    def apply_chat_template(messages, *, tokenize, add_generation_prompt=False, **_) -> str:
        assert not tokenize
        told = "".join(f"<{each['role']}>{each['content']}</s>" for each in messages)
        return told + ("<assistant>" if add_generation_prompt else "")


def assert_right_way_round(chosen, rejected):
    assert WORD in chosen
    assert WORD not in rejected


def test_llama_factory_finds_the_files_by_dataset_info_and_ranks_every_row():
    parser = reader("llamafactory.data.parser")
    converter = reader("llamafactory.data.converter")
    names = ["evenhand_test", "evenhand_train"]
    found = parser.get_dataset_list(names, str(EXPORTS / "llama-factory"))
    rows = 0
    for dataset in found:
        assert (dataset.ranking, dataset.formatting) == (True, "sharegpt")
        convert = converter.get_dataset_converter("sharegpt", dataset, SimpleNamespace())
        path = EXPORTS / "llama-factory" / dataset.dataset_name
        for row in load_dataset("json", data_files=str(path), split="train"):
            made = convert(row)
            assert [each["role"] for each in made["_prompt"]] == ["user"]
            assert [each["role"] for each in made["_response"]] == ["assistant"] * 2
            assert_right_way_round(*(each["content"] for each in made["_response"]))
            rows += 1
    assert rows == 400


def test_llama_factory_1_reads_whole_conversations():
    reader("llamafactory.v1.plugins.data_plugins.converter")
    convert = sys.modules["llamafactory.v1.plugins.data_plugins.converter"].DataConverterPlugin(
        "pair"
    )
    for row in load("trl-reward"):
        made = convert(row)
        told = [
            made[side][-1]["content"][0]["value"]
            for side in ("chosen_messages", "rejected_messages")
        ]
        assert_right_way_round(*told)


@pytest.mark.parametrize(
    ("strategy", "export", "settings"),
    [
        ("default", "trl-dpo", {"field_messages": "prompt"}),
        ("default", "llama-factory", {}),
        ("argilla_chat", "trl-reward", {}),
    ],
)
def test_axolotl_makes_prompt_and_answers(strategy, export, settings):
    module = reader("axolotl.prompt_strategies.dpo.chat_template")
    cfg = {"datasets": [{"chat_template": "tokenizer_default", **settings}]}
    transform, _ = getattr(module, strategy)(cfg)
    for row in load(export):
        made = transform(row, tokenizer=Template())
        assert made["prompt"].endswith("?</s><assistant>")
        assert_right_way_round(made["chosen"], made["rejected"])
        assert made["chosen"].endswith("</s>")


@pytest.mark.parametrize(
    ("export", "key", "is_dpo"), [("trl-dpo", "prompt", True), ("trl-reward", None, False)]
)
def test_openrlhf_cuts_answers_and_takes_the_margin(export, key, is_dpo):
    preprocess = reader(
        "openrlhf.datasets.reward_dataset", "openrlhf", "openrlhf.datasets", "openrlhf.utils"
    ).preprocess_data
    for row in load(export):
        prompt, chosen, rejected, margin = preprocess(
            row, prompt_key=key, apply_chat_template=Template.apply_chat_template, is_dpo=is_dpo
        )
        assert prompt == (
            "" if key is None else f"<user>{row['prompt'][0]['content']}</s><assistant>"
        )
        assert_right_way_round(chosen, rejected)
        assert margin == (1.0 if key is None else 0)


def test_ms_swift_keeps_the_preferred_conversation_and_the_other_answer():
    preprocessor = reader("swift.dataset.preprocessor", "swift", "swift.dataset").AutoPreprocessor()
    given = load("ms-swift")
    made = preprocessor(given, load_from_cache_file=False, strict=True)
    assert len(made) == len(given)
    for row in made:
        assert [each["role"] for each in row["messages"]] == ["user", "assistant"]
        assert_right_way_round(row["messages"][-1]["content"], row["rejected_response"])
        assert row["margin"] == 1.0


def test_tinker_labels_the_preferred_one():
    builder = reader("tinker_cookbook.preference.preference_datasets").ComparisonBuilderFromJsonl(
        train_path=str(EXPORTS / "tinker/train.jsonl"), test_path=str(EXPORTS / "tinker/test.jsonl")
    )
    train, test = builder.get_train_and_test_datasets()
    assert len(train) + len(test) == 400
    labels = set()
    for part in (train, test):
        for row in part:
            told = builder.example_to_labeled_comparison(row)
            answers = (told.comparison.completion_A, told.comparison.completion_B)
            better, worse = answers if told.label == "A" else answers[::-1]
            assert_right_way_round(better[-1]["content"], worse[-1]["content"])
            labels.add(told.label)
    assert labels == {"A", "B"}


def test_nemo_rl_as_its_code_reads_it():
    """NeMo-RL is in no package registry: what its loader takes is written down here (0.5, 2026)."""
    for line in (EXPORTS / "nemo-rl/train.jsonl").open():
        row = json.loads(line)
        assert [each["rank"] for each in row["completions"]] == [0, 1]
        assert row["context"][-1]["role"] == "user"
        told = [each["completion"][-1]["content"] for each in row["completions"]]
        assert_right_way_round(*told)
