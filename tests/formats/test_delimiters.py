import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import delimiters, rows

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)


def read(text, name="x.csv"):
    return [row.values for row in rows.read(io.BytesIO(text.encode()), name)]


class TestTell:
    @pytest.mark.parametrize("mark", delimiters.CANDIDATES)
    @given(
        header=st.sampled_from(
            [
                ["prompt", "configuration", "completion"],
                ["prompt", "Model A, short", "Model B, long; really"],
                ["prompt", "left", "right", "winner"],
            ]
        ),
        cells=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=4),
    )
    def test_finds_the_mark_whatever_cells_hold(self, mark, header, cells):
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=mark)
        writer.writerow(header)
        writer.writerows(row[: len(header)] for row in cells)
        told = delimiters.tell(stream.getvalue().splitlines(keepends=True))
        assert told == mark

    def test_is_not_misled_by_a_word_behind_a_comma(self):
        text = "Frage;Modell A, kurz;Modell B, lang\nWas ist Tau?;Wasser.;Luft kühlt ab, Wasser.\n"
        assert delimiters.tell(text.splitlines(keepends=True)) == ";"

    def test_takes_names_of_configurations_with_commas(self):
        text = (
            'prompt;"Modell A, kurz";"Modell B, lang"\n'
            'Was ist Tau?;"Wasser, nachts.";"Luft kühlt ab; Wasser setzt sich ab."\n'
        )
        assert read(text) == [
            {
                "prompt": "Was ist Tau?",
                "Modell A, kurz": "Wasser, nachts.",
                "Modell B, lang": "Luft kühlt ab; Wasser setzt sich ab.",
            }
        ]

    def test_leaves_a_table_of_one_column_whole(self):
        assert read("text\nOne, two; three\nFour\n") == [
            {"text": "One, two; three"},
            {"text": "Four"},
        ]

    @pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
    def test_takes_the_word_of_a_spreadsheet_for_it(self, mark):
        assert read(f"sep={mark}\na{mark}b\n1{mark}2\n") == [{"a": "1", "b": "2"}]
