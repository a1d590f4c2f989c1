from dataclasses import replace

from service.domain.grounds import Measured, Prompts, Reasons
from service.reporting import grounds
from service.reporting.words import ENGLISH, NONE
from tests import panels

SPACE = "\N{NO-BREAK SPACE}"
GROUNDS = panels.GROUNDS


class TestReasons:
    def test_count_both_sides(self):
        correct, sources = grounds.groups(GROUNDS.reasons, ENGLISH)
        assert correct.name == "Correct"
        assert correct.said == (
            "retrieval: 4 for, 0 against; fine-tune: 1 for, 3 against; 1 for neither"
        )
        assert sources.name == "“sources”"

    def test_say_how_many_there_are(self):
        said = grounds.of_reasons(GROUNDS.reasons, ENGLISH)
        assert said.startswith("9 of 120 votes have a reason.")
        assert "1 written reason shares no word with enough others." in said
        none = Reasons(5, 0, 0, 0, ())
        assert grounds.of_reasons(none, ENGLISH) == "Nobody has given a reason yet."

    def test_stand_in_a_table(self):
        table = grounds.reason_table(GROUNDS.reasons, ENGLISH)
        assert [row[:2] for row in table.rows] == [("Correct", "6"), ("“sources”", "3")]


class TestMeasured:
    def test_stands_beside_the_raw(self):
        traits, means, adjusted = grounds.texts(GROUNDS.measured, ENGLISH)
        assert traits.rows[0] == ("Words", f"60{SPACE}% [50–69]", "100")
        assert traits.rows[1] == ("“sure”", NONE, "0")
        assert means.rows[0] == ("retrieval", "210.4", "0.0")
        assert adjusted.rows[0] == ("retrieval", f"61{SPACE}%", f"57{SPACE}% [48–66]")

    def test_says_why_there_is_none(self):
        assert grounds.of_measured(Measured("too_many_texts"), ENGLISH) == (
            "There are more texts than are measured."
        )
        assert list(grounds.texts(Measured("no_votes"), ENGLISH)) == []


class TestPrompts:
    def test_are_listed_with_what_they_are(self):
        table = grounds.prompt_table(GROUNDS.prompts, ENGLISH)
        assert table.rows[0] == (
            "p7",
            "hard: both bad; tells nothing: neither preferred",
            "9",
            f"50{SPACE}%",
            f"60{SPACE}%",
            f"10{SPACE}%",
            "2 of 3",
        )

    def test_say_when_there_is_not_enough(self):
        few = Prompts(4, 0, 6, is_split_known=True, found=0, rows=())
        assert "Not enough votes" in grounds.of_prompts(few, ENGLISH)
        assert grounds.prompt_table(few, ENGLISH) is None
        none = replace(GROUNDS.prompts, found=0, rows=(), is_split_known=False)
        assert "None is hard" in grounds.of_prompts(none, ENGLISH)
        assert "not known" in grounds.of_prompts(none, ENGLISH)
