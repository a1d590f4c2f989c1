from service.formats.said import said


class TestSaid:
    def test_is_a_message_that_knows_its_text_and_what_fills_it(self):
        made = said("must be at least %(wanted)s", wanted=1)
        assert made == "must be at least 1"
        assert (made.text, made.values) == ("must be at least %(wanted)s", {"wanted": 1})

    def test_leaves_signs_alone_where_nothing_is_filled_in(self):
        assert said("100 %") == "100 %"
