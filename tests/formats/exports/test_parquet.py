import io

import pyarrow.parquet
import pytest

from service.formats.exports import columns, kinds, parquet, tables, trl
from tests.formats.exports.rows import rows


def written(of, *given):
    sink = io.BytesIO()
    sink.close = lambda: None  # what was written is looked at afterwards
    writer = parquet.Writer(sink, of)
    for row in given:
        writer.write(row)
    writer.close()
    return pyarrow.parquet.ParquetFile(io.BytesIO(sink.getvalue()))


class TestWriter:
    def test_keeps_every_type_and_lets_nothing_be_null(self):
        (row,) = rows(tables.canonical, leads={"tone": 0.5}, first="2026-01-02", second="1")
        read = written(tables.CANONICAL, row, {**row, "criteria": []}).read()
        assert read.to_pylist() == [row, {**row, "criteria": []}]

        def nullable(field):
            yield field.nullable
            for place in range(field.type.num_fields):
                yield from nullable(field.type.field(place))

        assert not any(each for field in read.schema for each in nullable(field))
        messages = read.schema.field("prompt").type.value_type
        assert [each.name for each in messages] == ["role", "content"]

    def test_writes_row_groups_as_rows_come(self):
        (row,) = rows(trl.dpo)
        read = written(columns.PAIR, *[row] * (2 * parquet.ROWS_AT_ONCE + 1))
        assert read.num_row_groups == 3
        long = {**row, "chosen": [{"role": "assistant", "content": "x" * 5_000_000}]}
        assert written(columns.PAIR, long, long, long).num_row_groups == 2

    def test_refuses_what_is_no_row_of_its_columns(self):
        with pytest.raises(ValueError, match="null"):
            written({"a": "text"}, {"a": None})


class TestCheck:
    def test_finds_the_library(self):
        assert parquet.check() is None

    def test_says_which_extra_is_missing(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
        with pytest.raises(parquet.ParquetMissing, match=r"pip install 'evenhand\[parquet\]'"):
            parquet.check()


def test_there_are_formats_in_parquet():
    found = [form.name for form in kinds.FORMATS.values() if form.ending == kinds.PARQUET]
    assert found == ["trl-dpo-parquet", "ultrafeedback", "canonical-parquet"]
