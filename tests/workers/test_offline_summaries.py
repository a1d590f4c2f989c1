import itertools
import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import counting
from workers import offline_summaries as offline

METHODS = sorted(offline.SUMMARISERS)
JAPANESE = (
    "橋は月曜日に閉じられた。工事は九週間かかる見込みだ。橋の杭は虫に食われていた。"
    "「安全だ」と技師は言う。渡し船が二十分ごとに橋の下を渡る。パン屋の売り上げは減った。"
)
GERMAN = (
    "Die Brücke ist seit Montag gesperrt. Die Arbeiten dauern neun Wochen! Was ist die Ursache? "
    "Zwei Pfähle der Brücke sind morsch. Eine Fähre ersetzt die Brücke. Sie fährt dreimal am Tag."
)


@pytest.fixture(scope="module")
def articles():
    file = resources.files("service.demonstration").joinpath("articles.jsonl")
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("One. Two! Three? Four… Five", 5),
            ('He said "Stop." Then he left.', 2),
            ("It costs 3.5 euros. Cheap.", 2),
            ("Dr. Bell met Mrs. Hall, e.g. on Mondays. J. S. Bach was there.", 2),
            ("A title\n\nA first sentence. A second one", 3),
            ("", 0),
            ("... !!! ---", 0),
            (JAPANESE, 6),
            ("是这样吗？是的！好。", 3),
            ("नमस्ते दुनिया। यह दूसरा वाक्य है।", 2),
        ],
    )
    def test_parts_texts_where_sentences_end(self, text, count):
        assert len(offline.sentences(text)) == count

    @given(st.text())
    def test_loses_no_word(self, text):
        kept = "".join("".join(offline.sentences(text)).split())
        words = offline._WORD.findall(text)
        assert all(word in kept for word in words)


class TestSummarise:
    @pytest.mark.parametrize("method", METHODS)
    def test_takes_three_sentences_of_each_article_in_order(self, articles, method):
        for text in articles:
            units = offline.sentences(text.partition("\n\n")[2])
            summary = offline.summarise(method, [text], 3)
            chosen = [index for index, unit in enumerate(units) if unit in summary]
            assert len(chosen) == 3
            assert summary == " ".join(units[index] for index in chosen)
            assert "Summarise" not in summary

    def test_the_methods_disagree_on_most_articles(self, articles):
        same = [
            offline.summarise(one, [text], 3) == offline.summarise(other, [text], 3)
            for text in articles
            for one, other in itertools.combinations(METHODS, 2)
        ]
        assert sum(same) < len(same) / 10

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("text", [JAPANESE, GERMAN])
    def test_works_in_other_languages(self, method, text):
        summary = offline.summarise(method, [text], 2)
        assert len(offline.sentences(summary)) == 2
        assert all(unit in text for unit in offline.sentences(summary))

    @pytest.mark.parametrize("method", METHODS)
    def test_gives_a_short_text_back_whole(self, method):
        assert offline.summarise(method, [" One. Two. "], 2) == "One. Two."
        assert offline.summarise(method, [""], 3) == ""
        assert offline.summarise(method, [], 3) == ""

    @pytest.mark.parametrize("method", METHODS)
    def test_answers_a_short_last_turn_about_what_was_read_before(self, method, articles):
        summary = offline.summarise(method, [articles[0], "Now in one sentence, please."], 1)
        assert summary in " ".join(articles[0].split())
        assert "please" not in summary

    @pytest.mark.parametrize("method", METHODS)
    def test_stays_quick_on_a_very_long_text(self, method):
        text = "".join(
            f"Sentence {number} speaks of thing {number % 97}. " for number in range(9_000)
        )
        assert len(offline.sentences(offline.summarise(method, [text], 3))) == 3

    @pytest.mark.parametrize("piece", [".", "\n", "\n ", "A. ", "。", ".)", "Mr. ", "x", "'"])
    def test_does_about_twice_the_work_for_twice_of_anything(self, piece):
        def work(number):
            return counting.calls(lambda: offline.summarise("lead", [piece * number], 3))

        assert work(40_000) <= 3 * work(20_000) + 100

    @pytest.mark.parametrize("piece", [".", "\n", "\n ", "A. ", "。", ".)", "Mr. ", "x", "'"])
    def test_summarises_a_mebibyte_of_anything(self, piece):
        text = piece * (1024 * 1024 // len(piece))
        assert len(offline.summarise("lead", [text], 3)) <= len(text)

    @given(st.sampled_from(METHODS), st.text(max_size=80), st.integers(1, 4))
    def test_any_text_has_a_summary_of_its_own_words(self, method, text, wanted):
        summary = offline.summarise(method, [text], wanted)
        assert summary == offline.summarise(method, [text], wanted)
        assert bool(summary) == bool(text.strip())


class TestLead:
    def test_takes_the_beginning(self):
        assert offline.lead(["a", "b", "c"], 2) == [0, 1]


class TestFrequency:
    def test_prefers_frequent_words_and_then_others(self):
        units = ["Rain fell on hats.", "Rain, rain, rain.", "Cats drink milk, cats do."]
        assert offline.frequency(units, 1) == [1]
        assert offline.frequency(units, 2) == [1, 2]


class TestTextrank:
    def test_prefers_the_sentence_that_others_resemble(self):
        units = ["Trains bring mail.", "Mail, trains, ships.", "Ships sail.", "Dogs bark."]
        assert offline.textrank(units, 1) == [1]
        assert 3 not in offline.textrank(units, 3)

    def test_takes_the_first_of_equals(self):
        assert offline.textrank(["Xx.", "Yy.", "Zz."], 2) == [0, 1]


class TestAtRandom:
    def test_depends_on_the_text_alone(self):
        units = [f"Sentence {number}." for number in range(50)]
        assert offline.at_random(units, 3) == offline.at_random(list(units), 3)
        assert offline.at_random(units, 3) != offline.at_random(units[::-1], 3)


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "count"), [("", 0), ("one two", 2), ("Don't stop!", 5), ("橋は閉じた。", 6)]
    )
    def test_counts_words_signs_and_characters(self, text, count):
        assert offline.count_tokens(text) == count

    @given(st.text(), st.integers(1, 20))
    def test_a_cut_text_has_no_more_than_asked(self, text, most):
        short = offline.cut(text, most)
        assert text.startswith(short)
        assert offline.count_tokens(short) == min(most, offline.count_tokens(text))
