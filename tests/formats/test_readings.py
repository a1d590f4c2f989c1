import io

import pytest

from service.formats import completions, readings
from service.formats.completions import CompletionRow
from service.formats.mapping import MappingInvalid
from service.formats.readings import Asked, ReadingInvalid
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
