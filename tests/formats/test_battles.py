import io
import json

import pytest

from service.domain.vote import Choice
from service.formats import battles, sniffing
from service.formats.completions import CompletionRow
from service.formats.rows import RowError
from service.formats.votes import VoteRow

ARENA = {
    "question_id": "q1",
    "model_a": "short",
    "model_b": "long",
    "winner": "model_a",
    "judge": "j1",
    "conversation_a": [
        {"role": "user", "content": "What is dew?"},
        {"role": "assistant", "content": "Water."},
    ],
    "conversation_b": [
        {"role": "user", "content": "What is dew?"},
        {"role": "assistant", "content": [{"type": "text", "text": "Air cools."}]},
    ],
    "turn": 1,
}
KAGGLE = (
    "id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie\n"
    '1,short,long,"[""What is dew?""]","[""Water.""]","[""Air cools.""]",1,0,0\n'
    '2,long,short,"[""Rime?"", ""Frost?""]","[""Ice."", ""Ice too.""]",'
    '"[""Dew."", ""Also.""]",0,0,1\n'
)
ALPACA = {
    "instruction": "What is dew?",
    "generator_1": "short",
    "generator_2": "long",
    "output_1": "Water.",
    "output_2": "Air cools.",
    "preference": 2,
    "annotator": "a judge",
}


def read(content, name="x.jsonl"):
    raw = (content if isinstance(content, str) else json.dumps(content)).encode()
    return (
        list(battles.read_completions(io.BytesIO(raw), name)),
        list(battles.read_votes(io.BytesIO(raw), name)),
    )


class TestRead:
    @pytest.mark.parametrize(
        ("content", "name", "choice"),
        [
            (ARENA, "x.jsonl", Choice.LEFT),
            (KAGGLE.splitlines()[0] + "\n" + KAGGLE.splitlines()[1], "x.csv", Choice.LEFT),
            (ALPACA, "x.jsonl", Choice.RIGHT),
            ([ALPACA], "x.json", Choice.RIGHT),
        ],
    )
    def test_finds_two_answers_and_a_verdict_in_each_row(self, content, name, choice):
        raw = (content if isinstance(content, str) else json.dumps(content)).encode()
        assert sniffing.sniff_file(io.BytesIO(raw), name) == "battles"
        texts, (vote,) = read(content, name)
        assert [(row.configuration, row.turns) for row in texts] == [
            ("short", ("Water.",)),
            ("long", ("Air cools.",)),
        ]
        assert {row.prompt.turns for row in texts} == {("What is dew?",)}
        assert vote.choice is choice
        assert (vote.left_turns, vote.right_turns) == (("Water.",), ("Air cools.",))
        assert vote.prompt == texts[0].prompt.fingerprint

    def test_keeps_every_turn_of_a_conversation(self):
        texts, votes = read(KAGGLE, "x.csv")
        assert texts[2].prompt.turns == ("Rime?", "Frost?")
        assert texts[3].turns == ("Dew.", "Also.")
        assert votes[1].choice is Choice.TIE

    def test_numbers_different_answers_of_one_configuration(self):
        again = {**ARENA, "question_id": "q2", "conversation_a": ARENA["conversation_b"]}
        texts, votes = read(json.dumps(ARENA) + "\n" + json.dumps(again))
        assert [row.sample for row in texts] == [0, 0, 1, 0]
        assert votes[0].key != votes[1].key

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"model_a": None}, "model_a is missing"),
            ({"conversation_b": None}, "a text is missing"),
            ({"conversation_b": [{"role": "user", "content": "x"}]}, "none of the assistant"),
            ({"conversation_a": [*ARENA["conversation_a"], *ARENA["conversation_a"]]}, "turns"),
            ({"conversation_a": [{"role": "assistant", "content": "x"}]}, "what was asked"),
        ],
    )
    def test_reports_a_bad_row_and_keeps_the_good_ones(self, change, said):
        bad = {name: value for name, value in {**ARENA, **change}.items() if value is not None}
        texts, votes = read(json.dumps(ARENA) + "\n" + json.dumps(bad))
        assert [type(row) for row in texts] == [CompletionRow, CompletionRow, RowError]
        assert [type(row) for row in votes] == [VoteRow, RowError]
        assert said in texts[2].message
        assert texts[2].line == votes[1].line == 2

    @pytest.mark.parametrize("marks", [{}, {"winner_tie": 1, "winner_model_a": 1}])
    def test_refuses_a_verdict_that_is_none_or_two(self, marks):
        row = {name: value for name, value in ARENA.items() if name != "winner"}
        _, (bad,) = read(
            {**row, "winner_model_a": 0, "winner_model_b": 0, "winner_tie": 0, **marks}
        )
        assert "exactly one must" in bad.message
