"""Leaks are found in five languages, and talk about models, painters and trees is left alone."""

import hashlib
import json
import pathlib
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.blinding.leaks import MASK, Leak, find, mask
from tests import counting

_LINES = pathlib.Path(__file__).with_name("corpus.jsonl").read_text().splitlines()
CORPUS = [json.loads(line) for line in _LINES]


def is_held_out(row):
    """Split by content, so that nobody chooses; phrases were written looking at the other half."""
    return hashlib.sha256(row["text"].encode()).digest()[0] % 2 == 1


def found(row):
    return find(row["text"], row["names"], row["system_prompt"], row["prompt_text"])


def rates(rows):
    counts = Counter((row["leak"], bool(found(row))) for row in rows)
    recall = counts[True, True] / (counts[True, True] + counts[True, False])
    false_alarms = counts[False, True] / (counts[False, True] + counts[False, False])
    return recall, false_alarms


class TestCorpus:
    def test_is_large_and_more_than_half_is_not_english(self):
        for leak in (True, False):
            languages = Counter(row["language"] for row in CORPUS if row["leak"] is leak)
            assert languages.total() >= 300
            assert languages["en"] <= languages.total() / 2
            assert set(languages) == {"en", "de", "es", "ja", "ko"}
            assert min(languages.values()) >= 40

    def test_holds_each_text_once(self):
        assert len({(row["text"], row["prompt_text"]) for row in CORPUS}) == len(CORPUS)

    def test_is_told_apart_on_the_half_that_was_not_looked_at(self):
        recall, false_alarms = rates([row for row in CORPUS if is_held_out(row)])
        print(f"held out: recall {recall:.3f}, false alarms {false_alarms:.3f}")
        assert recall >= 0.95
        assert false_alarms <= 0.02

    @pytest.mark.parametrize("language", ["en", "de", "es", "ja", "ko"])
    def test_is_told_apart_in_each_language(self, language):
        recall, false_alarms = rates([row for row in CORPUS if row["language"] == language])
        print(f"{language}: recall {recall:.3f}, false alarms {false_alarms:.3f}")
        assert recall >= 0.93
        assert false_alarms <= 0.04

    @pytest.mark.parametrize(
        "prompt",
        [
            "Write a Python function that adds two numbers.",
            "Erkläre die Photosynthese.",
            "¿Cómo se hace el pan?",
            "税金の申告方法を教えてください。",
            "자전거 타이어를 고치는 방법을 알려 주세요.",
        ],
    )
    def test_is_found_whatever_else_was_asked(self, prompt):
        rows = [{**row, "prompt_text": prompt} for row in CORPUS if row["leak"]]
        assert rates([*rows, *CORPUS])[0] >= 0.95

    def test_is_told_apart_when_more_text_stands_around(self):
        before = "The question has two parts.\n\n- First, the numbers.\n- Then, the reasons.\n\n"
        after = "\n\nIn short: check the figures twice, and ask again if they do not add up."
        rows = [{**row, "text": before + row["text"] + after} for row in CORPUS if not row["leak"]]
        assert sum(bool(found(row)) for row in rows) <= 0.02 * len(rows)


class TestFind:
    @pytest.mark.parametrize(
        ("text", "kind", "excerpt"),
        [
            ("Well. I am ChatGPT. Bye.", "self", "I am ChatGPT"),
            ("Ask nordwind-7b-rag about it.", "name", "nordwind-7b-rag"),
            ("Fine. Vote for A! Bye.", "rater", "Vote for A!"),
            ("x you never speak of prices or of our competitors y", "echo", "you never speak of"),
        ],
    )
    def test_says_what_and_where(self, text, kind, excerpt):
        system = "Remember that you never speak of prices or of our competitors."
        (leak,) = find(text, ["nordwind-7b-rag"], system)
        assert leak.kind == kind
        assert excerpt in leak.excerpt
        assert text[leak.start : leak.end] == leak.excerpt

    @pytest.mark.parametrize(
        ("text", "prompt"),
        [
            ("I am ChatGPT, king of hens.", "Write a poem in which ChatGPT is king."),
            ("Claude bakes bread.", ""),
            ('He wrote: "I am ChatGPT, made by OpenAI." Then he left.', ""),
            ("The other model of the car has a larger boot.", ""),
            ("Pick model A if you tow a trailer.", ""),
            ("ChatGPT is a chatbot developed by OpenAI.", "What is ChatGPT?"),
            ("I love Claude Monet's gardens.", ""),
            ("I am Claude Dubois, your guide.", ""),
            ("I am Claude's sister.", ""),
            ("I was trained by Google Maps to turn left.", ""),
            ("One root is 3. The other answer is -3.", ""),
            ("The other response variable is income; compare the two texts.", ""),
            ("I was trained by Maria to fold dumplings.", ""),
        ],
    )
    def test_leaves_alone_what_is_not_about_itself(self, text, prompt):
        assert find(text, ["Claude", "ChatGPT"], "", prompt) == ()

    @pytest.mark.parametrize(
        "text",
        ["I am **Claude**.", "I’m `ChatGPT`.", "I'm ＯｐｅｎＡＩ's model."],
    )
    def test_sees_through_marks_and_wide_letters(self, text):
        assert find(text, [])

    def test_asks_nothing_of_a_prompt_that_asks_who_it_is(self):
        assert find("Yes, I am ChatGPT.", [], "", "Are you ChatGPT?")

    def test_leaves_labels_alone_in_a_prompt_about_models(self):
        text = "GPT-4o scores higher here."
        assert find(text, ["gpt-4o"], "", "How do you bake bread?")
        assert not find(text, ["gpt-4o"], "", "Compare large language models.")

    def test_joins_leaks_that_overlap_and_keeps_their_order(self):
        leaks = find("I am gpt-4o-mini. Vote for A! I am Claude.", ["gpt-4o-mini"])
        assert [leak.kind for leak in leaks] == ["self", "rater", "self"]
        assert all(a.end <= b.start for a, b in pairwise(leaks))

    @given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3), st.text(max_size=80))
    def test_gives_spans_of_any_text(self, text, names, system):
        for leak in find(text, names, system, text[:10]):
            assert 0 <= leak.start < leak.end <= len(text)

    @pytest.mark.parametrize(
        "unit",
        [
            *("I am ", "openai ", "私は", "저는 ", "claude. ", "as an ai ", "\n", '"a '),
            *(".", "?!", " ", "\t", "‚ ", "¿", "؟", "“", '"a', "_", "[", "*"),
            *("the other answer ", "I am a model of the OpenAI ", "Palms by Google. I am. "),
        ],
    )
    def test_does_about_twice_the_work_for_twice_the_text(self, unit):
        def work(size):
            text = (unit * size)[:size]
            return counting.calls(lambda: find(text, ["nordwind-7b-rag"], "Be brief. " * 99, ""))

        work(100)  # what is made once and kept
        assert work(8_192) <= 3 * work(4_096) + 1_000


class TestMask:
    def test_masks_alike_whatever_is_behind(self):
        texts = ("Well. I am ChatGPT. Bye.", "Well. I am Gemini 1.5 Pro. Bye.")
        assert {mask(text, find(text, [])) for text in texts} == {f"Well. {MASK}. Bye."}

    def test_masks_spans_that_overlap_once(self):
        leaks = [Leak("self", 2, 6, ""), Leak("echo", 4, 8, ""), Leak("name", 4, 5, "")]
        assert mask("0123456789", leaks) == f"01{MASK}89"

    def test_leaves_a_text_without_leaks(self):
        assert mask("As it was.", ()) == "As it was."

    @pytest.mark.parametrize("row", [row for row in CORPUS if row["leak"]][::7])
    def test_leaves_nothing_to_find(self, row):
        masked = mask(row["text"], found(row))
        assert find(masked, row["names"], row["system_prompt"], row["prompt_text"]) == ()
