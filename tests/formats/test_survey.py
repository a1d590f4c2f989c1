import io
import json

import pytest

from service.formats import completions, survey
from service.formats.completions import CompletionRow
from service.formats.rows import Note, Row


def rows_with(column, values):
    return [
        Row(line, {"prompt": "p", "model": "m", "output": "x", column: value})
        for line, value in enumerate(values, 1)
    ]


def read(*values):
    lines = "\n".join(json.dumps(value) for value in values)
    found = list(completions.read(io.BytesIO(lines.encode()), "x.jsonl"))
    notes = [one.message for one in found if isinstance(one, Note)]
    return [one for one in found if isinstance(one, CompletionRow)], notes


class TestLatency:
    @pytest.mark.parametrize("column", ["latency", "duration", "elapsed"])
    @pytest.mark.parametrize(
        ("values", "milliseconds"),
        [
            ([1.25, 0.4, 12], 1000.0),
            (["1.25", "3"], 1000.0),
            ([1250, 400, 12_000], 1.0),
            ([6837.0], 1.0),
        ],
    )
    def test_is_told_from_its_size_and_said(self, column, values, milliseconds):
        found = survey.look(rows_with(column, values))
        assert found.milliseconds[column] == milliseconds
        assert any(column in said for said in found.said)

    @pytest.mark.parametrize("value", [80, 149.0, "x", None])
    def test_is_left_out_where_nobody_can_tell_and_said(self, value):
        rows, notes = read({"prompt": "p", "model": "m", "output": "x", "latency": 80})
        assert [row.latency_ms for row in rows] == [None]
        assert "latency_s or latency_ms" in notes[0]
        assert "latency" not in survey.look(rows_with("latency", [value])).milliseconds

    @pytest.mark.parametrize(
        ("column", "value", "milliseconds"),
        [
            ("latency_ms", 1.25, 1.25),
            ("latency_s", 1.25, 1250.0),
            ("duration_seconds", 80, 80_000.0),
            ("Duration MS", 80, 80.0),
        ],
    )
    def test_is_what_the_column_says(self, column, value, milliseconds):
        (row,), notes = read({"prompt": "p", "model": "m", "output": "x", column: value})
        assert row.latency_ms == milliseconds
        assert notes == []

    def test_of_a_second_and_a_quarter_does_not_become_a_millisecond(self):
        (row,), _ = read({"prompt": "p", "model": "m", "output": "x", "latency": 1.25})
        assert row.latency_ms == 1250.0


class TestSamples:
    @pytest.mark.parametrize("first", [0, 1])
    @pytest.mark.parametrize("column", ["sample", "sample_index"])
    def test_count_from_0_however_the_file_counts(self, first, column):
        rows, _ = read(
            *[
                {"prompt": "p", "model": "m", "output": text, column: first + place}
                for place, text in enumerate(["Oak", "Elm", "Ash"])
            ]
        )
        assert [(row.sample, row.is_numbered) for row in rows] == [(0, True), (1, True), (2, True)]


NOTES = {
    "annotator": "ann",
    "created_at": "2026-03-01T12:00:00Z",
    "status": "done",
    "day": "2026-03-01",
    "length": 12,
    "is_reviewed": True,
    "link": "https://example.org/1",
    "project": "always the same",
}


class TestNotes:
    @pytest.mark.parametrize("column", NOTES)
    def test_are_no_configurations(self, column):
        rows, notes = read(
            *[
                {"prompt": f"p{n}", "A": f"text a {n}", "B": f"text b {n}", column: NOTES[column]}
                for n in range(3)
            ]
        )
        assert {row.configuration for row in rows} == {"A", "B"}
        assert [column in note for note in notes] == [True]

    def test_short_answers_of_few_prompts_are_answers(self):
        rows, notes = read({"prompt": "p", "A": "Elbe", "B": "Oder"})
        assert {row.configuration for row in rows} == {"A", "B"}
        assert notes == []
