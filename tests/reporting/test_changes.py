from dataclasses import replace

from service.reporting import changes
from service.reporting.words import ENGLISH, NONE
from tests import boards


class TestSentences:
    def test_say_what_changed_in_votes_and_claims(self):
        before, after = boards.pair(state="open"), replace(boards.pair(state="ahead"), votes=60)
        said = changes.sentences(before, after, ENGLISH)
        assert said[0] == "Votes: 20 before, 60 after (+40)."
        assert any(line.startswith("Before, the card said:") for line in said)
        assert "New: retrieval is ahead of fine-tune." in said
        back = changes.sentences(after, before, ENGLISH)
        assert back[0] == "Votes: 60 before, 20 after (−40)."
        assert "No longer said: retrieval is ahead of fine-tune." in back

    def test_say_that_nothing_changed(self):
        said = changes.sentences(boards.board(), boards.board(), ENGLISH)
        assert "(±0)" in said[0]
        assert said[2].startswith("The card says the same:")
        assert said[3] == "Nothing is claimed that was not claimed before, and nothing less."


class TestTable:
    def test_has_a_row_for_who_came_and_who_left(self):
        table = changes.table(boards.pair(), boards.board(), ENGLISH)
        rows = {row[0]: row for row in table.rows}
        assert rows["small-model"][1] == NONE
        assert rows["small-model"][2] != NONE
        assert rows["retrieval"][3] == "±0"
        left = changes.table(boards.board(), boards.pair(), ENGLISH)
        assert {row[0]: row for row in left.rows}["small-model"][2] == NONE
