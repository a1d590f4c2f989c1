import io

import pytest

from service.formats import completions, readings, votes
from service.formats.completions import CompletionRow
from service.formats.lines import FileUnreadable
from service.formats.mapping import MappingInvalid
from service.formats.readings import Asked, ReadingInvalid
from service.formats.rows import RowError
from service.formats.sniffing import KindUnknown

ANYTHING = Asked()
ONE_MODEL = b"instruction,output\nWhy?,So.\n"


def of(content, asked=ANYTHING, name="x.csv"):
    return readings.of_file(lambda: io.BytesIO(content), name, asked)


def read(content, asked, name="x.csv"):
    reading = of(content, asked, name)
    return list(completions.read(io.BytesIO(content), name, reading.prepare))


class TestOfFile:
    def test_a_configuration_is_named_for_rows_that_do_not_say_it(self):
        (row,) = read(ONE_MODEL, Asked(names=("short",)))
        assert isinstance(row, CompletionRow)
        assert (row.configuration, row.turns) == ("short", ("So.",))

    def test_rows_that_say_it_keep_what_they_say(self):
        (row,) = read(b"prompt,output,model\nWhy?,So.,long\n", Asked(names=("short",)))
        assert row.configuration == "long"

    @pytest.mark.parametrize("words", [("Frage=prompt", "Antwort=answer")])
    def test_goes_together_with_a_mapping(self, words):
        asked = Asked(words=words, names=("short",))
        (row,) = read(b"Frage,Antwort\nWhy?,So.\n", asked)
        assert (row.configuration, row.turns) == ("short", ("So.",))

    def test_says_how_to_name_it(self):
        with pytest.raises(KindUnknown, match="--configuration"):
            of(b"prompt,output,stars\nWhy?,So.,3\n")

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (Asked(words=("a=prompt",), shape="arena"), "either --shape or --map"),
            (Asked(names=("a", "b", "c")), "once for answers, or twice for pairs"),
            (Asked(names=(" ",)), "is empty"),
            (Asked(kind="votes", shape="ultrafeedback"), "hold completions, and prompts"),
        ],
    )
    def test_refuses_what_does_not_go_together(self, asked, said):
        with pytest.raises(ReadingInvalid, match=said):
            of(ONE_MODEL, asked)

    def test_refuses_columns_that_the_file_does_not_have(self):
        with pytest.raises(MappingInvalid, match="It has: instruction, output"):
            of(ONE_MODEL, Asked(words=("Frage=prompt",)))


REFUSED = {
    "a winner that nobody knows": (
        b"prompt,left,right,winner\nWhy?,a,b,C\n",
        ["winner is 'C'", "write one of", "left"],
    ),
    "a side that is missing": (
        b"prompt,left,right,winner\nWhy?,,b,left\n",
        ["left is missing", "write the name"],
    ),
    "a configuration against itself": (
        b"prompt,left,right,winner\nWhy?,a,a,left\n",
        ["both a", "never meets itself"],
    ),
    "a time that is none": (
        b"prompt,left,right,winner,time\nWhy?,a,b,left,noon\n",
        ["time is 'noon'", "write it like"],
    ),
    "a cost that is none": (
        b"prompt,model,output,cost\nWhy?,a,So.,dear\n",
        ["cost", "'dear'", "must be a number"],
    ),
    "a sample that is none": (
        b"prompt,model,output,sample\nWhy?,a,So.,x\n",
        ["sample", "'x'", "whole number from 0"],
    ),
    "a cell too many": (
        b"prompt,model,output\nWhy?,a,So.,x,y\n",
        ["5 values", "header 3", "quotes"],
    ),
    "an answer of nobody": (
        b"prompt,model,output\nWhy?,,So.\n",
        ["which configuration answered", "add `configuration`"],
    ),
}


class TestRefusals:
    """Each says in which row, in which column, what was read, and what would be right."""

    @pytest.mark.parametrize("case", REFUSED)
    def test_say_where_what_and_what_would_be_right(self, case):
        content, said = REFUSED[case]
        reader = votes.read if b"winner" in content else completions.read
        found = list(reader(io.BytesIO(content), "x.csv"))
        (error,) = [row for row in found if isinstance(row, RowError)]
        assert error.line == 2
        assert [part for part in said if part not in error.message] == []

    def test_of_tables_of_promptfoo_name_the_way_out(self):
        content = b"word,Status,Score,Status,Score\ndew,PASS,1,PASS,1\n"
        with pytest.raises(FileUnreadable, match="results as JSON"):
            of(content)
