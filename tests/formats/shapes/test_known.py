import io
import json
from pathlib import Path

import pytest

from service.domain.vote import Choice
from service.formats import battles, completions, prompts, readings, votes
from service.formats.completions import CompletionRow
from service.formats.readings import Asked
from service.formats.rows import RowError
from service.formats.shapes import known

ANYTHING = Asked()
FILES = Path(__file__).parent / "files"
READERS = {
    "prompts": prompts.read,
    "completions": completions.read,
    "votes": votes.read,
    "battles": battles.read_completions,
}
ECHO = ("Explain in one sentence: dew", "What is dew? Be brief.")
DEW = {("What is dew?",): {"short": "Water.", "long": "Air cools."}}


def read(name, asked=ANYTHING, content=None):
    """Return what a file holds: its shape's note, its kind, and its rows."""
    raw = (FILES / name).read_bytes() if content is None else content
    reading = readings.of_file(lambda: io.BytesIO(raw), name, asked)
    found = list(READERS[reading.kind](io.BytesIO(raw), name, reading.prepare))
    if reading.kind == "battles":
        found += list(battles.read_votes(io.BytesIO(raw), name, reading.prepare))
    return reading, found


def answers(found):
    """Return the answers by what was asked and by configuration; of several turns all."""
    told: dict = {}
    for row in found:
        if isinstance(row, CompletionRow):
            asked = row.prompt.turns if row.prompt else (row.prompt_id,)
            told.setdefault(asked, {})[row.configuration] = "|".join(row.turns)
    return told


def choices(found):
    return [(row.left, row.right, row.choice, row.rater) for row in found if hasattr(row, "choice")]


LEFT, RIGHT, TIE, BAD = Choice.LEFT, Choice.RIGHT, Choice.TIE, Choice.BOTH_BAD
# What each file is read as, what it is said to be, and the texts and verdicts in it.
ENDS = {
    "alpaca-outputs.json": ("completions", "outputs of alpaca_eval", DEW, []),
    "alpaca-annotations.json": (
        "battles",
        "annotations of alpaca_eval",
        {**DEW, ("What is rime?",): {"short": "Ice.", "long": "Frozen fog."}},
        [("short", "long", RIGHT, "chatgpt_fn"), ("short", "long", LEFT, "chatgpt_fn")],
    ),
    "arena-33k.jsonl": (
        *("battles", "battles of an arena", DEW),
        [("short", "long", BAD, "arena_user_973")],
    ),
    "arena-55k.csv": (
        "battles",
        "battles of an arena",
        {("What is rime?", "And frost?"): {
            "short": "Ice.|Ice too.", "long": "Frozen fog.|Also frozen."
        }},
        [("short", "long", RIGHT, "")],
    ),
    "arena-140k.jsonl": ("battles", "battles of an arena", DEW, [("short", "long", BAD, "s1")]),
    "mt-bench-questions.jsonl": ("prompts", "questions of MT-bench", {}, []),
    "mt-bench-answers.jsonl": (
        "completions", "answers of MT-bench", {("81",): {"short": "Wet.|Wet"}}, [],
    ),
    "mt-bench-judgements.jsonl": (
        "votes",
        "judgements of MT-bench",
        {},
        [("short", "long", RIGHT, "expert_1"), ("short", "long", TIE, "expert_1")],
    ),
    "mt-bench-model-judgements.jsonl": (
        "votes",
        "judgements of MT-bench by a model",
        {},
        [("short", "long", LEFT, "gpt-4"), ("short", "long", TIE, "gpt-4")],
    ),
    "pairs-named.jsonl": (
        "battles",
        "Each pair is one vote",
        {("What is dew?",): {"long": "Water that settles.", "short": "No idea."}},
        [("long", "short", LEFT, "pairs of the file")],
    ),
    "pairs-trl.jsonl": ("prompts", "which configuration wrote which", {}, []),
    "pairs-cloud.jsonl": ("prompts", "which configuration wrote which", {}, []),
    "label-studio.json": (
        *("battles", "pairwise tasks of Label Studio", DEW),
        [("short", "long", RIGHT, "3"), ("short", "long", TIE, "ann@example.org")],
    ),
    "argilla.json": (
        *("battles", "records of Argilla", DEW),
        [("short", "long", RIGHT, "u1"), ("short", "long", TIE, "u2")],
    ),
    "ultrafeedback.jsonl": ("completions", "ratings in them are a model's", DEW, []),
    "langfuse-dataset.jsonl": ("prompts", "a dataset of Langfuse", {}, []),
    "langfuse-generations.jsonl": (
        "completions", "generations of Langfuse", {("What is dew?",): {"short": "Water."}}, [],
    ),
    "langsmith-dataset.jsonl": ("prompts", "a dataset of LangSmith", {}, []),
    "langsmith-runs.csv": (
        "completions", "runs of LangSmith", {("What is dew?",): {"short": "Water."}}, [],
    ),
    "mlflow-dataset.jsonl": ("prompts", "an evaluation dataset of MLflow", {}, []),
    "inspect-log.json": (
        "completions",
        "a log of Inspect",
        {
            ("What is dew?",): {"mockllm/model": "Answer 2: water or ice."},
            ("What is rime?",): {"mockllm/model": "Answer 3: water or ice."},
        },
        [],
    ),
    "promptfoo-results.json": (
        "completions",
        "results of promptfoo",
        {
            (f"style: Be brief.\nword: {word}",): {
                f"Echo {one} · {prompt}": text.replace("dew", word)
                for one in ("one", "two")
                for prompt, text in zip(("prompt 1", "short"), ECHO, strict=True)
            }
            for word in ("dew", "rime")
        },
        [],
    ),
}  # fmt: skip


BY_MODELS = ("mt-bench-model-judgements.jsonl", "alpaca-annotations.json")


class TestShapes:
    @pytest.mark.parametrize("name", ENDS)
    def test_are_known_by_their_structure(self, name):
        kind, said, texts, verdicts = ENDS[name]
        reading, found = read(name)
        assert (reading.kind, [row for row in found if isinstance(row, RowError)]) == (kind, [])
        assert said in " ".join(reading.said)
        assert answers(found) == texts
        assert choices(found) == verdicts
        by_models = {row.is_by_model for row in found if hasattr(row, "is_by_model")}
        assert by_models <= {name in BY_MODELS}

    @pytest.mark.parametrize("name", ["mlflow-table.json", "mlflow-traces.jsonl", "lm-eval.jsonl"])
    def test_that_name_nobody_want_a_configuration(self, name):
        _, found = read(name)
        assert all("--configuration" in row.message for row in found)
        _, found = read(name, Asked(names=("short",)))
        assert {row.configuration for row in found} == {"short"}
        assert answers(found)["What is dew?",] == {
            "short": "Air cools." if "table" in name else "Water."
        }

    def test_of_likelihoods_are_refused(self):
        row = json.loads((FILES / "lm-eval.jsonl").read_text().splitlines()[0])
        row["resps"] = [[[-3.2, True]], [[-1.1, False]]]
        _, (found,) = read("x.jsonl", Asked(names=("short",)), json.dumps(row).encode() + b"\n")
        assert "only tasks that generate have answers to compare" in found.message

    def test_hold_what_belongs_to_a_prompt(self):
        _, (dew,) = read("langfuse-dataset.jsonl")
        assert (dew.prompt.key, dew.prompt.reference) == ("i1", "Water.")
        _, (dew,) = read("pairs-trl.jsonl")
        assert (dew.prompt.turns, dew.prompt.context) == (("What is dew?",), "Be brief.")
        _, (dew,) = read("langsmith-dataset.jsonl")
        assert dew.prompt.reference == "Water."

    def test_hold_latency_cost_and_samples(self):
        _, (row,) = read("langfuse-generations.jsonl")
        assert (row.latency_ms, row.cost_usd) == (1250.0, 0.0002)
        _, found = read("inspect-log.json")
        assert [row.sample for row in found] == [0, 0, 1, 1]
        _, found = read("lm-eval.jsonl", Asked(names=("short",)))
        assert [(row.turns, row.sample) for row in found] == [
            (("Water.",), 0), (("Ice.",), 0), (("Frozen fog.",), 1),
        ]  # fmt: skip
        _, found = read("promptfoo-results.jsonl")
        assert [row.latency_ms for row in found] == [7.0, 1.0, 1.0]

    def test_of_one_promptfoo_prompt_ask_what_providers_were_asked(self):
        first = json.loads((FILES / "promptfoo-results.jsonl").read_text().splitlines()[0])
        chat = [{"role": "system", "content": "S"}, {"role": "user", "content": "What is dew?"}]
        first["prompt"]["raw"] = json.dumps(chat)
        first["response"] = {"error": "refused by the provider"}
        _, (row,) = read("x.jsonl", content=json.dumps(first).encode() + b"\n")
        assert (row.configuration, row.turns) == ("Echo one", ("",))
        # What is said alike before each test is no part of what is asked.
        assert (row.prompt.turns, row.prompt.context) == (("What is dew?",), "")

    def test_rankings_of_argilla_are_votes(self):
        record = json.loads((FILES / "argilla.json").read_text())[0]
        ranks = [{"value": "response_1", "rank": 1}, {"value": "response_2", "rank": 2}]
        record["responses"] = {"rank": [{"value": ranks, "user_id": "u", "status": "submitted"}]}
        _, found = read("x.json", content=json.dumps([record]).encode())
        assert choices(found) == [("short", "long", LEFT, "u")]

    @pytest.mark.parametrize("name", ["label-studio.json", "argilla.json"])
    def test_of_blind_tasks_want_two_names(self, name):
        task = json.loads((FILES / name).read_text())[0]
        for key in [key for key in task.get("data", {}) if key.startswith("model")]:
            del task["data"][key]
        task["metadata"] = {}
        content = json.dumps([task]).encode()
        _, found = read(name, content=content)
        assert {"--configuration twice" in row.message for row in found} == {True}
        _, found = read(name, Asked(names=("short", "long")), content)
        assert answers(found) == DEW

    @pytest.mark.parametrize("name", ENDS)
    def test_say_of_a_broken_row_what_is_wrong(self, name):
        raw = (FILES / name).read_bytes()
        if name.endswith(".jsonl"):
            row = json.loads(raw.splitlines()[0])
            broken = [{**row, key: {"x": [1]}} for key in row]
            content = raw + "".join(json.dumps(each) + "\n" for each in broken).encode()
            _, found = read(name, content=content)
            bad = [row for row in found if isinstance(row, RowError)]
            assert [
                row for row in bad if row.line <= len(raw.splitlines()) or not row.message
            ] == []

    def test_give_prompts_alone_where_these_are_wanted(self):
        for name, (kind, *_) in ENDS.items():
            if kind in {"battles", "completions"} and name != "mt-bench-answers.jsonl":
                reading, found = read(name, Asked(kind="prompts"))
                assert reading.kind == "prompts"
                assert all(row.prompt.turns for row in found), name

    def test_can_be_said(self):
        reading, found = read(
            "x.jsonl",
            Asked(shape="langsmith-dataset"),
            b'{"inputs": {"question": "What is dew?"}, "type": "kv"}\n',
        )
        assert (reading.kind, found[0].prompt.turns) == ("prompts", ("What is dew?",))
        with pytest.raises(known.UnknownShape, match="langsmith-dataset"):
            known.by_name("langsmith")

    def test_of_ours_never_come_back_as_chosen_and_rejected(self):
        for name in ("pairs-trl.jsonl", "pairs-cloud.jsonl"):
            assert answers(read(name)[1]) == {}
