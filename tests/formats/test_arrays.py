import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import lines, rows
from service.formats.lines import FileUnreadable
from service.formats.rows import Row, RowError

OBJECTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.text(max_size=30) | st.integers() | st.none()),
    max_size=8,
)


def read(text, name="x.json"):
    return list(rows.read(io.BytesIO(text.encode()), name))


class TestRead:
    @given(
        OBJECTS,
        st.sampled_from([None, 2]),
        st.sampled_from([1, 7, 64 * 1024]),
        st.sampled_from(["x.json", "x.jsonl", "x"]),
    )
    def test_gives_what_was_written_however_it_is_laid_out(self, values, indent, chunk, name):
        text = json.dumps(values, indent=indent, ensure_ascii=False)
        stored = [
            value
            for value in values
            if not any("\0" in str(part) for part in (*value.keys(), *value.values()))
        ]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "CHUNK_BYTES", chunk)
            found = read(text, name)
        assert [row.values for row in found if isinstance(row, Row)] == stored

    def test_numbers_objects_by_their_first_line(self):
        found = read('[\n  {"a": 1},\n  {"a": "x\\ny"}, {\n"a": 3}\n]\n')
        assert [row.line for row in found] == [2, 3, 3]

    def test_reports_an_element_that_cannot_be_used_and_goes_on(self):
        found = read('[{"a": NaN}, 5, {"a": 1}]')
        assert [type(row) for row in found] == [RowError, RowError, Row]
        assert "a is NaN" in found[0].message
        assert "no object" in found[1].message

    @pytest.mark.parametrize("end", ['{"a": 1}', '{"a": 1},', '{"a": 1} {"b": 2}]', '{"a"', "x]"])
    def test_says_where_it_breaks_off(self, end):
        with pytest.raises(FileUnreadable, match="line 2"):
            read("[\n" + end)

    def test_refuses_what_stands_behind_it(self):
        with pytest.raises(FileUnreadable, match="behind the array"):
            read('[{"a": 1}]\n[{"a": 2}]')

    def test_refuses_an_object_without_end(self):
        with pytest.raises(FileUnreadable, match="1 MiB"):
            read('[{"a": "' + "x" * 3_000_000 + '"}]')

    def test_holds_no_more_than_it_needs(self):
        class Counting(io.BytesIO):
            taken = 0

            def read(self, size=-1):
                self.taken += 1
                return super().read(size)

        stream = Counting(json.dumps([{"a": "x" * 1000}] * 2000, indent=1).encode())
        found = rows.read(stream, "x.json")
        next(found)
        assert stream.taken <= 2


class TestCases:
    """Other people's arrays, in our words: on one line and indented, as `alpaca_eval` has them."""

    ANSWERS = [  # noqa: RUF012
        {"instruction": "What is dew?", "output": "Water.", "generator": "short"},
        {"instruction": "What is dew?", "output": "Air cools.", "generator": "long"},
    ]

    @pytest.mark.parametrize("indent", [None, 2])
    def test_are_read_as_lines_are(self, indent):
        found = read(json.dumps(self.ANSWERS, indent=indent))
        assert [row.values for row in found] == self.ANSWERS
