import pytest

from service.domain import reading


class TestCountWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [("", 0), ("two words", 2), ("请先备份。", 3), ("请 先 read", 2), ("한국어 두 단어", 3)],
    )
    def test_takes_two_signs_without_spaces_for_a_word(self, text, words):
        assert reading.count_words(text) == words


class TestMinutesFor:
    def test_reads_the_prompt_and_two_answers_and_then_chooses(self):
        prompt, answer = "word " * 30, "word " * 100
        assert reading.minutes_for(1, [prompt], [answer]) == 2  # 60 s to read, 8 s to choose
        assert reading.minutes_for(12, [prompt], [answer]) == 14

    def test_takes_texts_as_they_are_on_average(self):
        answers = ["word " * 50, "word " * 150]
        assert reading.minutes_for(12, ["word " * 30] * 2, answers) == 14

    def test_is_never_none_of_them_and_unknown_without_texts(self):
        assert reading.minutes_for(1, ["a"], ["b"]) == 1
        assert reading.minutes_for(1, [], []) is None

    def test_counts_words_of_an_answer_and_no_markup(self):
        marked = '<p dir="auto">' + "word " * 100 + '</p><ul class="a b c">' + "<li>" * 99 + "</ul>"
        plain = reading.minutes_for(12, ["a"], ["word " * 100])
        assert reading.minutes_for(12, ["a"], [marked]) == plain
