import io
import json

import pytest

from service.formats import battles, completions, mapping, prompts, rows, votes
from service.formats.rows import Row, RowError


def prepared(meanings):
    kind = mapping.kind_of(meanings)
    return kind, lambda found: mapping.mapped(found, meanings, kind)


def stream(text):
    return io.BytesIO(text.encode())


def read(text, meanings, name="x.csv"):
    readers = {"prompts": prompts.read, "completions": completions.read, "votes": votes.read}
    kind, prepare = prepared(meanings)
    return list(readers[kind](stream(text), name, prepare))


class TestMapped:
    def test_makes_prompts_of_columns_with_any_names(self):
        text = "Frage;Art;Kunde;Schlüssel;Lärm\nWas nun?;Ton, Bild;Öl;k1;x\n42;;;k2;y\n;;;k3;z\n"
        found = read(
            text, {"Frage": "prompt", "Art": "tags", "Kunde": "variable", "Schlüssel": "prompt_id"}
        )
        first, second, third = found
        assert (first.prompt.turns, first.prompt.tags) == (("Was nun?",), ("Ton", "Bild"))
        assert (first.prompt.variables, first.prompt.key) == ({"kunde": "Öl"}, "k1")
        # What is said to be a prompt is one, even where it is a bare number.
        assert second.prompt.turns == ("42",)
        assert third == RowError(4, "the prompt is empty; give it as text or as messages")

    def test_makes_an_answer_of_each_column_even_of_one_named_like_a_note(self):
        text = "q,version,Alpha,notes\nWho?,one,two,x\nWhy?,,three,x\nHow?,,,x\n,no,one,x\n"
        found = read(
            text, {"q": "prompt", "version": "answer:v1", "Alpha": "answer:Alpha", "z": "tags"}
        )
        assert [
            (row.line, row.configuration, row.turns) for row in found if not _is_error(row)
        ] == [
            (2, "v1", ("one",)),
            (2, "Alpha", ("two",)),
            (3, "Alpha", ("three",)),
        ]
        assert [row for row in found if _is_error(row)] == [
            RowError(4, "the row holds no answer"),
            RowError(5, "the row does not say which prompt was answered"),
        ]

    def test_makes_answers_of_long_rows_with_seconds_and_cost(self):
        text = "q,who,said,took,usd\nWho?,A,me,1.5,0.25\nWho?,B,,2,\n"
        found = read(
            text,
            {
                "q": "prompt",
                "who": "configuration",
                "said": "answer",
                "took": "latency_s",
                "usd": "cost",
            },
        )
        assert [(row.turns, row.latency_ms, row.cost_usd) for row in found] == [
            (("me",), 1500.0, 0.25),
            (("",), 2000.0, None),
        ]

    def test_makes_votes_and_battles(self):
        text = "frage,l,r,besser,wer\nWho?,A,B,links,x\nWho?,A,B,left,x\n"
        meanings = {"frage": "prompt", "l": "left", "r": "right", "besser": "winner"}
        bad, good = read(text, {**meanings, "wer": "rater"})
        assert "winner is 'links'" in bad.message
        assert (good.line, good.left, good.right, good.rater) == (3, "A", "B", "x")

        line = {"frage": "Who?", "l": "A", "r": "B", "besser": "left", "t1": "me", "t2": "you"}
        kind, prepare = prepared({**meanings, "t1": "left_answer", "t2": "right_answer"})
        text = json.dumps(line)
        answers = list(battles.read_completions(stream(text), "x.jsonl", prepare))
        assert kind == "battles"
        assert [(row.configuration, row.turns) for row in answers] == [
            ("A", ("me",)),
            ("B", ("you",)),
        ]
        (vote,) = battles.read_votes(stream(text), "x.jsonl", prepare)
        assert (vote.left_turns, vote.right_turns) == (("me",), ("you",))

    def test_takes_numbers_lists_and_objects_out_of_json(self):
        line = {
            "q": 7,
            "c": {"a": 1},
            "t": ["x", 3],
            "v": {"name": "Ada"},
            "n": 5,
        }
        (row,) = read(
            json.dumps(line),
            {"q": "prompt", "c": "context", "t": "tags", "v": "variable", "n": "variable"},
            "x.jsonl",
        )
        assert row.prompt.turns == ("7",)
        assert json.loads(row.prompt.context) == {"a": 1}
        assert row.prompt.tags == ("x", "3")
        assert row.prompt.variables == {"name": "Ada", "n": 5}

    def test_takes_what_arenas_and_mt_bench_write(self):
        line = {"q": "k1", "m": "A", "c": [{"turns": ["one"]}, {"turns": ["two"]}]}
        found = read(
            json.dumps(line), {"q": "prompt_id", "m": "configuration", "c": "choices"}, "x.jsonl"
        )
        assert [(row.configuration, row.turns, row.sample) for row in found] == [
            ("A", ("one",), 0),
            ("A", ("two",), 1),
        ]
        text = "q,l,r,winner_model_a,Winner Model B,winner_tie\nWho?,A,B,0,1,0\nWho?,A,B,0,0,0\n"
        names = ("winner_model_a", "Winner Model B", "winner_tie")
        meanings = {"q": "prompt", "l": "left", "r": "right", **dict.fromkeys(names, "one_winner")}
        good, bad = read(text, meanings)
        assert good.choice == "right"
        assert "exactly one must" in bad.message

    def test_takes_conversations(self):
        said = [{"role": "user", "content": "One?"}, {"role": "user", "content": "Two?"}]
        (row,) = read(json.dumps({"chat": said}), {"chat": "messages"}, "x.jsonl")
        assert row.prompt.turns == ("One?", "Two?")
        (row,) = read(json.dumps({"chat": said}), {"chat": "prompt"}, "x.jsonl")
        assert row.prompt.turns == ("One?", "Two?")

    def test_leaves_bad_rows_in_their_place(self):
        given = [Row(1, {"q": "Who?"}), RowError(2, "broken")]
        found = list(mapping.mapped(iter(given), {"q": "prompt"}, "prompts"))
        assert found == [Row(1, {"turns": ["Who?"]}), RowError(2, "broken")]


def _is_error(row):
    return isinstance(row, RowError)


class TestKindOf:
    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ([], "which column holds the prompt"),
            (["prompt_id"], "which column holds the prompt"),
            (["prompt", "prompt"], "cannot both mean prompt"),
            (["prompt", "messages"], "stands in two columns"),
            (["prompt", "latency_s", "latency_ms"], "latency stands in two columns"),
            (["prompt", "answer"], "names the configuration"),
            (["prompt", "configuration", "answer", "choices"], "answers stand in two columns"),
            (["prompt", "left", "right", "winner", "one_winner"], "winner stands in several"),
            (["prompt", "configuration"], "holds the answers"),
            (["prompt", "answer:A", "answer:A"], "both hold the answers of A"),
            (["prompt", "answer:A", "configuration"], "has both"),
            (["prompt", "left", "right"], "left, right, and the winner"),
            (["left", "right", "winner"], "which column holds the prompt"),
            (["left", "right", "winner", "left_answer"], "of both sides"),
        ],
    )
    def test_says_what_is_missing_or_too_much(self, told, said):
        with pytest.raises(mapping.MappingInvalid, match=said):
            mapping.kind_of(dict(enumerate(told)))

    @pytest.mark.parametrize(
        ("told", "kind"),
        [
            (["prompt", "tags", "tags"], "prompts"),
            (["messages"], "prompts"),
            (["prompt_id", "answer:A"], "completions"),
            (["prompt", "configuration", "answer"], "completions"),
            (["prompt", "left", "right", "winner"], "votes"),
            (["prompt", "left", "right", "one_winner", "one_winner"], "votes"),
            (["prompt_id", "configuration", "choices"], "completions"),
            (["left", "right", "winner", "left_answer", "right_answer"], "battles"),
        ],
    )
    def test_tells_what_rows_hold(self, told, kind):
        assert mapping.kind_of(dict(enumerate(told))) == kind


class TestSaid:
    def test_reads_words_of_a_command(self):
        words = ["a=b=prompt", "GPT=answer:gpt 4"]
        assert mapping.by_words(words, ["a=b", "GPT"]) == {"a=b": "prompt", "GPT": "answer:gpt 4"}

    @pytest.mark.parametrize("word", ["prompt", "=prompt", "a=question", "a=answer:", "zz=prompt"])
    def test_refuses_what_it_does_not_know(self, word):
        with pytest.raises(mapping.MappingInvalid):
            mapping.by_words([word], ["a"])


class TestSignature:
    def test_is_the_same_in_any_order_and_no_other(self):
        assert mapping.signature(["a", "b"]) == mapping.signature(["b", "a"])
        assert mapping.signature(["a", "b"]) != mapping.signature(["ab"])


class TestHeader:
    def test_is_bounded(self):
        assert len(mapping.header([rows.Row(1, {str(n): 1 for n in range(1000)})])) == 200
