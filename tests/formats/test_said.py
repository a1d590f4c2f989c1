import json
from datetime import UTC, datetime

from service.formats.said import from_stored, said, stored


class TestSaid:
    def test_is_a_message_that_knows_its_text_and_what_fills_it(self):
        made = said("must be at least %(wanted)s", wanted=1)
        assert made == "must be at least 1"
        assert (made.text, made.values) == ("must be at least %(wanted)s", {"wanted": 1})

    def test_leaves_signs_alone_where_nothing_is_filled_in(self):
        assert said("100 %") == "100 %"

    def test_is_found_again_in_what_json_kept(self):
        made = said("the prompt has %(size)s bytes", size="9")
        again = from_stored(json.loads(json.dumps({"line": 3, **stored(made)})))
        assert (again, again.text, again.values) == (made, made.text, made.values)
        assert from_stored(stored("plain")) == "plain"

    def test_is_kept_with_days_and_times_which_cells_of_spreadsheets_are(self):
        made = said("%(cell)s is no number", cell=datetime(2026, 11, 26, tzinfo=UTC))
        again = from_stored(json.loads(json.dumps(stored(made))))
        assert again == made == "2026-11-26 00:00:00+00:00 is no number"
