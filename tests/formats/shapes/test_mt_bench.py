import json
from collections import Counter

import pytest

from service.domain.vote import Choice
from service.formats import readings, votes
from service.formats.votes import VoteRow

COUNTS = {
    "human.jsonl": {"votes": 3355, "raters": 65, "prompts": 80},
    "gpt4_pair.jsonl": {"votes": 2400, "raters": 1, "prompts": 80},
}
CHOICES = {"model_a": Choice.LEFT, "model_b": Choice.RIGHT, "tie": Choice.TIE}
CHOICES["tie (inconsistent)"] = Choice.TIE


class TestJudgements:
    """MT-bench's own verdicts, of people and of GPT-4, read by their shape."""

    @pytest.fixture(params=COUNTS)
    def name(self, request):
        return request.param

    @pytest.fixture
    def path(self, real_files, name):
        return real_files("mt_bench_human", name)

    def test_are_all_read_as_they_were_given(self, path, name):
        reading = readings.of_file(lambda: path.open("rb"), path.name, readings.Asked())
        assert (reading.kind, reading.said) == ("votes", ("Read as judgements of MT-bench.",))
        with path.open("rb") as stream:
            found = list(votes.read(stream, path.name, reading.prepare))
        raw = [json.loads(line) for line in path.read_text().splitlines()]
        assert all(isinstance(row, VoteRow) for row in found)
        told = [(row.prompt, row.left, row.right, row.rater, row.turn, row.choice) for row in found]
        assert told == [
            (
                str(row["question_id"]),
                row["model_a"],
                row["model_b"],
                row["judge"],
                row["turn"],
                CHOICES[row["winner"]],
            )
            for row in raw
        ]
        assert {row.is_by_model for row in found} == {name == "gpt4_pair.jsonl"}

    def test_are_as_many_as_were_published(self, real_files, path, name):
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        counts = {
            "votes": len(rows),
            "raters": len({row["judge"] for row in rows}),
            "prompts": len({row["question_id"] for row in rows}),
        }
        if real_files.size == "whole":
            assert counts == COUNTS[name]
        assert set(Counter(row["winner"] for row in rows)) <= set(CHOICES)
