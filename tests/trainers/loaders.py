"""Loads what `planted.py` wrote with the libraries that train on it. Runs in their environment."""

import json
import os
from pathlib import Path

import pytest
import torch
from datasets import load_dataset
from together.utils.files import check_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer, RewardConfig, RewardTrainer

EXPORTS = Path(os.environ["EXPORTS"]).resolve()
WORD = "carefully"
MESSAGES = {"role", "content"}
TABLES = ("canonical", "canonical-parquet", "arena")
TRAINED = (
    "trl-dpo",
    "trl-reward",
    "trl-kto",
    "chat-pair",
    "gemini",
    "nova",
    "llama-factory",
    "ms-swift",
    "nemo-rl",
    "tinker",
    "trl-dpo-parquet",
    "ultrafeedback",
)


def load(name):
    return load_dataset(str(EXPORTS / name))


def without_none(value):
    if isinstance(value, dict):
        return all(without_none(each) for each in value.values())
    if isinstance(value, list):
        return all(without_none(each) for each in value)
    return value is not None


@pytest.mark.parametrize("name", TRAINED)
def test_datasets_loads_both_splits_with_the_same_columns_and_no_none(name):
    found = load(name)
    assert set(found) == {"train", "test"}
    assert found["train"].features == found["test"].features
    assert sum(len(part) for part in found.values()) >= 400
    assert all(without_none(row) for part in found.values() for row in part)


@pytest.mark.parametrize("name", TABLES)
def test_datasets_loads_tables_without_none(name):
    (part,) = load(name).values()
    assert all(without_none(row) for row in part)


def test_parquet_keeps_dates_as_the_texts_that_they_are():
    for part in load("dates-parquet").values():
        assert {row["chosen"][0]["content"] for row in part} == {"2026-01-02"}


def test_parquet_and_json_lines_hold_the_same():
    for one, other in (("trl-dpo", "trl-dpo-parquet"), ("canonical", "canonical-parquet")):
        for name, part in load(one).items():
            assert part.to_list() == load(other)[name].to_list()


def test_what_loaders_make_times_of_is_said_in_the_manifest():
    (note,) = json.loads((EXPORTS / "dates" / "manifest.json").read_text())["notes"]
    texts = {row["chosen"][0]["content"] for part in load("dates").values() for row in part}
    assert ("look like times" in note) == (texts != {"2026-01-02"})


def test_messages_hold_a_role_and_a_content_alone():
    for row in load("trl-dpo")["train"]:
        for column in ("prompt", "chosen", "rejected"):
            assert all(set(message) == MESSAGES for message in row[column])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny Llama with a tokenizer that knows the planted words, on disk."""
    texts = (EXPORTS / "trl-dpo" / "train.jsonl").read_text() + (
        EXPORTS / "trl-dpo" / "test.jsonl"
    ).read_text()
    words = sorted(set("".join(c if c.isalnum() else " " for c in texts).split()))
    vocabulary = {word: n for n, word in enumerate(["<pad>", "<unk>", "<s>", "</s>", *words])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
    )
    tokenizer.chat_template = (
        "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} </s> {% endfor %}"
        "{% if add_generation_prompt %}assistant {% endif %}"
    )
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
    )
    folder = tmp_path_factory.mktemp("model")
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def settings(kind, folder, **more):
    return kind(
        output_dir=str(folder),
        use_cpu=True,
        bf16=False,
        report_to=[],
        save_strategy="no",
        gradient_checkpointing=False,
        max_length=128,
        seed=1,
        **more,
    )


def test_trl_trains_a_step_of_dpo(model, tmp_path):
    trainer = DPOTrainer(
        model=model,
        args=settings(DPOConfig, tmp_path, max_steps=2, per_device_train_batch_size=4),
        train_dataset=load("trl-dpo")["train"],
    )
    assert trainer.train().training_loss > 0


def test_trl_trains_a_step_of_kto(model, tmp_path):
    trainer = KTOTrainer(
        model=model,
        args=settings(KTOConfig, tmp_path, max_steps=2, per_device_train_batch_size=4),
        train_dataset=load("trl-kto")["train"],
    )
    assert trainer.train().training_loss >= 0


def test_a_reward_model_learns_the_right_direction(model, tmp_path):
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(model)
    judge = AutoModelForSequenceClassification.from_pretrained(model, num_labels=1)
    data = load("trl-reward")
    trainer = RewardTrainer(
        model=judge,
        args=settings(
            RewardConfig,
            tmp_path,
            max_steps=80,
            per_device_train_batch_size=16,
            learning_rate=5e-3,
        ),
        train_dataset=data["train"],
        processing_class=tokenizer,
    )
    trainer.train()
    judge.eval()

    def scores(column):
        texts = tokenizer.apply_chat_template(list(data["test"][column]), tokenize=False)
        given = tokenizer(texts, return_tensors="pt", padding=True)
        with torch.no_grad():
            return judge(
                input_ids=given["input_ids"], attention_mask=given["attention_mask"]
            ).logits[:, 0]

    right = (scores("chosen") > scores("rejected")).float().mean().item()
    assert right > 0.9, right


def test_together_takes_every_file():
    for part in ("train", "test"):
        told = check_file(EXPORTS / "chat-pair" / f"{part}.jsonl")
        assert told["is_check_passed"], told


def test_the_better_answer_is_the_preferred_one_in_every_format():
    def lines(name, part):
        return [json.loads(each) for each in (EXPORTS / name / f"{part}.jsonl").open()]

    for part in ("train", "test"):
        for row in lines("gemini", part):
            best = max(row["completions"], key=lambda each: each["score"])
            assert WORD in best["completion"]["parts"][0]["text"]
            assert row["contents"][-1]["role"] == "user"
            assert sorted(each["score"] for each in row["completions"]) == [0, 1]
        for row in lines("nova", part):
            labels = {
                each["preferenceLabel"]: each["content"][0]["text"]
                for each in row["messages"][-1]["candidates"]
            }
            assert WORD in labels["preferred"]
            assert WORD not in labels["non-preferred"]
        for row in lines("llama-factory", part):
            assert WORD in row["chosen"]["content"]
            assert len(row["messages"]) % 2 == 1
