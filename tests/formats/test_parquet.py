import datetime as dt
import gzip
import io
import sys

import pyarrow as pa
import pytest
from pyarrow import parquet as tables

from service.formats import parquet, rows
from service.formats.lines import FileUnreadable
from service.formats.rows import Row, RowError

ROWS = [
    {
        "id": number,
        "model_a": "short",
        "conversation_a": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}],
        "winner": None if number else "tie",
        "cost": float("nan") if number else 0.5,
        "timestamp": dt.datetime(2025, 5, 1, 10, tzinfo=dt.UTC),
    }
    for number in range(1200)
]


def packed(told=ROWS, **more):
    target = io.BytesIO()
    tables.write_table(pa.Table.from_pylist(told), target, **more)
    return target.getvalue()


class TestRead:
    @pytest.mark.parametrize("wrap", [bytes, gzip.compress])
    def test_gives_rows_as_json_would(self, wrap):
        found = list(rows.read(io.BytesIO(wrap(packed())), "x.parquet"))
        assert len(found) == 1200
        assert found[0] == Row(
            1,
            {
                "id": 0,
                "model_a": "short",
                "conversation_a": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}],
                "winner": "tie",
                "cost": 0.5,
                "timestamp": "2025-05-01T10:00:00+00:00",
            },
        )
        assert (found[-1].line, found[-1].values["cost"]) == (1200, None)

    def test_tells_a_row_of_which_no_text_can_be_made(self):
        (row,) = rows.read(io.BytesIO(packed([{"image": b"\x89PNG"}])), "x.parquet")
        assert row == RowError(1, "the row holds bytes, of which no text can be made")

    @pytest.mark.parametrize("damage", [lambda raw: raw[:-40], lambda raw: b"PAR1" + raw[900:]])
    def test_refuses_damage(self, damage):
        with pytest.raises(FileUnreadable, match="cannot be read as Parquet"):
            list(rows.read(io.BytesIO(damage(packed())), "x.parquet"))

    def test_refuses_what_unpacks_to_too_much(self):
        with pytest.raises(FileUnreadable, match="Split it"):
            list(parquet.read(io.BytesIO(packed()), "x.parquet", most=1000))

    def test_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(parquet.ParquetMissing, match=r"evenhand\[parquet\]"):
            list(rows.read(io.BytesIO(packed()), "x.parquet"))
