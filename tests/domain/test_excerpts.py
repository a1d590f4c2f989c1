from service.domain.excerpts import LONGEST, excerpts

RULES = "You are a friendly assistant of a shop. Answer in two short paragraphs, and be kind. "


class TestExcerpts:
    def test_are_beginnings_on_one_line(self):
        assert excerpts(["One\n two", "Three"]) == ["One two", "Three"]
        (long,) = excerpts(["word " * 40])
        assert len(long) == LONGEST
        assert long.endswith("…")

    def test_of_texts_that_begin_alike_show_where_they_differ(self):
        asked = ["The parcel is late.", "The parcel is open.", "Where is my refund?"]
        found = excerpts([RULES + text for text in asked])
        assert len(set(found)) == 3
        for text, line in zip(asked, found, strict=True):
            assert line.startswith("…")
            assert text in line
            assert line.index(text.split()[-1]) < 40  # on a phone too
            assert len(line) <= LONGEST + 1

    def test_show_the_difference_where_much_follows_it(self):
        found = excerpts([RULES + word + " and more" * 40 for word in ("red", "blue")])
        assert ["red" in line for line in found] == [True, False]
        assert ["blue" in line for line in found] == [False, True]

    def test_of_the_same_text_are_the_same(self):
        assert len(set(excerpts([RULES * 2, RULES * 2]))) == 1
