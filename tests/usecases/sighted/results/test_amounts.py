from service.usecases.sighted.results import amounts


class TestMeasure:
    def test_counts_words_markdown_and_phrases_whatever_their_case(self):
        text = "# Sure\n\n- Of\n  course **yes**\n\n```\nof course\n```\nOF COURSE"
        assert amounts.measure(text, ("of course", "sorry")) == (12, 1, 1, 1, 1, 3, 0)

    def test_looks_at_the_beginning_of_a_long_text(self):
        assert amounts.measure("word " * 100_000, ())[0] == amounts.MOST_CHARACTERS / 5
