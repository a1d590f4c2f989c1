import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from service.formats import rows
from service.formats.lines import FileUnreadable
from service.formats.rows import Row, RowError


def book(*sheets, hidden=()):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, cells in enumerate(sheets):
        sheet = made.create_sheet(f"Sheet {number}")
        for row in cells:
            sheet.append(row)
        if number in hidden:
            sheet.sheet_state = "hidden"
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def read(content, name="x.xlsx"):
    return list(rows.read(io.BytesIO(content), name))


class TestRead:
    def test_gives_texts_as_a_table_would(self):
        found = read(
            book(
                [
                    ["prompt", "n", "when", "ok"],
                    ["Who?", 3.0, datetime(2026, 3, 1, 12), True],  # noqa: DTZ001 - as sheets have it
                    ["a\r\nb", 0.5, date(2026, 3, 1), None],
                    [None, None, None, None],
                    ["_x0041_", 10**20, time(8, 30)],
                ]
            )
        )
        first, second, third = [row.values for row in found]
        assert first == {"prompt": "Who?", "n": "3", "when": "2026-03-01T12:00:00", "ok": "true"}
        assert (second["n"], second["ok"]) == ("0.5", "")
        assert second["prompt"].split() == ["a", "b"]
        assert (third["prompt"], third["when"]) == ("A", "08:30:00")
        assert [row.line for row in found] == [2, 3, 5]

    def test_names_rows_that_are_longer_than_the_header(self):
        found = read(book([["prompt"], ["Who?", "else"], ["Why?"]]))
        assert found == [
            RowError(2, "the row has 2 values, the header 1; are quotes missing?"),
            Row(3, {"prompt": "Why?"}),
        ]

    def test_takes_the_first_sheet_that_is_seen_and_holds_anything(self):
        content = book([["old"], ["x"]], [], [["prompt"], ["Who?"]], [["b"], ["y"]], hidden={0})
        assert read(content) == [Row(2, {"prompt": "Who?"})]

    def test_takes_two_columns_of_one_name_for_a_mistake(self):
        with pytest.raises(FileUnreadable, match="two columns named 'a'"):
            read(book([["a", "A"], ["x", "y"]]))


class TestBounds:
    def test_a_cell_far_away_costs_nothing(self):
        made = openpyxl.Workbook()
        made.active["A1"], made.active["A2"] = "prompt", "Who?"
        made.active.cell(1_048_576, 16_384, "far")
        kept = io.BytesIO()
        made.save(kept)
        assert read(kept.getvalue()) == [Row(2, {"prompt": "Who?"})]

    def test_what_unpacks_to_very_much_is_not_unpacked(self):
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", b" " * (51 * 1024 * 1024))
        assert len(kept.getvalue()) < 100_000
        with pytest.raises(FileUnreadable, match="50 MiB unpacked"):
            read(kept.getvalue())

    def test_too_many_rows_are_refused(self, monkeypatch):
        monkeypatch.setattr(rows, "MAX_ROWS", 3)
        content = book([["prompt"], *([f"Question {n}"] for n in range(5))])
        with pytest.raises(FileUnreadable, match="more than 3 rows"):
            read(content)

    @pytest.mark.parametrize("cut", [4, 30, 500, -1])
    def test_what_is_broken_is_said_to_be(self, cut):
        with pytest.raises(FileUnreadable, match="cannot be read as a spreadsheet"):
            read(book([["prompt"], ["Who?"]])[:cut])

    def test_an_archive_of_other_things_is_no_spreadsheet(self):
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as packed:
            packed.writestr("a.txt", "x")
        with pytest.raises(FileUnreadable, match="cannot be read as a spreadsheet"):
            read(kept.getvalue())
        with pytest.raises(FileUnreadable, match="spreadsheet or an archive"):
            read(kept.getvalue(), "x.csv")
