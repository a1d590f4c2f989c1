import pytest

from service.formats import guessing
from service.formats.rows import Row


def guessed(*rows):
    return guessing.guess([Row(number, values) for number, values in enumerate(rows, start=2)])


class TestGuess:
    @pytest.mark.parametrize(
        ("values", "meanings"),
        [
            ({"prompt": "Who?", "junk": ""}, {"prompt": "prompt"}),
            (
                {"Frage": "Wer?", "Kategorie": "x", "Musterantwort": "Er"},
                {"Frage": "prompt", "Kategorie": "tags", "Musterantwort": "reference"},
            ),
            (
                {"id": "1", "question": "Who?", "model": "m", "output": "me", "latency_s": "2"},
                {
                    "id": "prompt_id",
                    "question": "prompt",
                    "model": "configuration",
                    "output": "answer",
                    "latency_s": "latency_s",
                },
            ),
            (
                {"prompt": "Who?", "GPT": "me and you", "Claude": "you and me", "rater": "Ada B"},
                {"prompt": "prompt", "GPT": "answer:GPT", "Claude": "answer:Claude"},
            ),
            (
                {"question": "Who?", "response": "me"},
                {"question": "prompt", "response": "answer:response"},
            ),
            (
                {"id": "9", "prompt": "Who?", "model_a": "A", "model_b": "B", "winner": "tie"},
                {
                    "id": "id",
                    "prompt": "prompt",
                    "model_a": "left",
                    "model_b": "right",
                    "winner": "winner",
                },
            ),
            (
                {
                    "model_a": "A",
                    "model_b": "B",
                    "winner": "a",
                    "response_a": "x",
                    "response_b": "y",
                },
                {
                    "model_a": "left",
                    "model_b": "right",
                    "winner": "winner",
                    "response_a": "left_answer",
                    "response_b": "right_answer",
                },
            ),
            ({"messages": [{"role": "user", "content": "Who?"}]}, {"messages": "messages"}),
            ({"prompt": '[{"role": "user", "content": "Who?"}]'}, {"prompt": "messages"}),
            (
                {"question_id": 1, "model_id": "m", "choices": [{"turns": ["x"]}]},
                {
                    "question_id": "prompt_id",
                    "model_id": "configuration",
                    "choices": "choices",
                },
            ),
            ({"prompt": "Who?", "chosen": "a b", "rejected": "b a"}, {"prompt": "prompt"}),
            ({"latency": "1.2", "prompt": "Who?"}, {"latency": "latency_s", "prompt": "prompt"}),
            ({"prompt": "Who?", "question": "Why?"}, {"prompt": "prompt"}),
        ],
    )
    def test_knows_columns_by_name(self, values, meanings):
        assert guessed(values) == meanings

    def test_takes_the_column_that_reads_most_like_prompts(self):
        rows = [{"Gruppe": "eins zwei", "Text der Kundin": f"Wo ist Paket {n}?"} for n in range(5)]
        assert guessed(*rows) == {"Text der Kundin": "prompt"}

    def test_takes_one_unknown_column_for_a_note(self):
        assert guessed({"prompt": "Who?", "remark": "a nice one"}) == {"prompt": "prompt"}

    def test_guesses_nothing_of_an_empty_file(self):
        assert guessed() == {}
