import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import lines, rows
from service.formats.lines import FileUnreadable
from service.formats.rows import Row, RowError


def read(content, name="file.csv"):
    if isinstance(content, str):
        content = content.encode()
    return list(rows.read(io.BytesIO(content), name))


class TestReadJsonl:
    def test_numbers_rows_by_line_and_skips_blank_lines(self):
        assert read('{"a": 1}\n\n{"a": 2}', "x.jsonl") == [Row(1, {"a": 1}), Row(3, {"a": 2})]

    def test_takes_crlf_and_a_byte_order_mark(self):
        assert read(b'\xef\xbb\xbf{"a": 1}\r\n{"a": 2}\r\n', "x.jsonl") == [
            Row(1, {"a": 1}),
            Row(2, {"a": 2}),
        ]

    def test_keeps_line_separators_inside_strings(self):
        text = "one\u2028two\u2029three\x85four"
        found = read(json.dumps({"a": text}, ensure_ascii=False) + '\n{"a": 1}\n', "x.jsonl")
        assert found == [Row(1, {"a": text}), Row(2, {"a": 1})]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('{"a": ', "not valid JSON"),
            ("[1]", "no object"),
            ('{"a": NaN}', "NaN"),
            ('{"a": 1, "a": 2}', "'a' comes twice"),
            ('{"a": "\\ud83d"}', "half of a character"),
            ('{"a": ["x", {"b": "\\u0000"}]}', "NUL"),
            ('{"\\u0000": 1}', "NUL"),
            ('{"a": ' + "[" * 50_000, "not valid JSON"),
            ('{"a": ' + "9" * 5_000 + "}", "not valid JSON"),
        ],
    )
    def test_reports_a_bad_line_and_goes_on(self, line, said):
        found = read('{"a": 0}\n' + line + '\n{"a": 3}\n', "x.jsonl")
        assert found[0] == Row(1, {"a": 0})
        assert found[2] == Row(3, {"a": 3})
        assert isinstance(found[1], RowError)
        assert found[1].line == 2
        assert said in found[1].message

    def test_joins_halves_of_a_character_that_belong_together(self):
        assert read('{"a": "\\ud83d\\ude00"}', "x.jsonl") == [Row(1, {"a": "😀"})]

    def test_reports_a_line_that_is_not_utf8(self):
        found = read(b'{"a": "\xff"}\n{"a": 1}\n', "x.jsonl")
        assert found[0].line == 1
        assert "UTF-8" in found[0].message
        assert found[1] == Row(2, {"a": 1})

    def test_reports_a_line_beyond_one_mebibyte_and_goes_on(self):
        long = '{"a": "' + "x" * (2 * 1024 * 1024) + '"}'
        found = read(long + '\n{"a": 1}\n' + long, "x.jsonl")
        assert [row.line for row in found] == [1, 2, 3]
        assert "1 MiB" in found[0].message
        assert found[1] == Row(2, {"a": 1})
        assert isinstance(found[2], RowError)

    @pytest.mark.parametrize("start", ["{\n", "{\r\n"])
    def test_refuses_a_single_json_document(self, start):
        with pytest.raises(FileUnreadable, match="one object per line"):
            read(start, "x.json")


class TestReadCsv:
    def test_reads_quoted_newlines_and_numbers_rows_by_their_first_line(self):
        found = read('a,b\n"one\r\ntwo","say ""hi"""\n3,4\n')
        assert found == [Row(2, {"a": "one\ntwo", "b": 'say "hi"'}), Row(4, {"a": "3", "b": "4"})]

    @pytest.mark.parametrize(
        ("name", "mark"), [("x.tsv", "\t"), ("x.csv", ","), ("x.csv", ";"), ("x", "\t"), ("x", ",")]
    )
    def test_tells_the_separator(self, name, mark):
        assert read(f"a{mark}b\r\n1{mark}2\r\n", name) == [Row(2, {"a": "1", "b": "2"})]

    def test_reads_long_cells(self):
        assert read("a\n" + "x" * 500_000 + "\n")[0].values["a"] == "x" * 500_000

    def test_ignores_an_unnamed_column_and_empty_cells_at_the_end(self):
        assert read(",a,b\n0,1,2,,\n") == [Row(2, {"a": "1", "b": "2"})]

    def test_reports_a_row_with_too_few_or_too_many_values(self):
        found = read("a,b\n1\n1,2,3\n1,2\n")
        assert [type(row) for row in found] == [RowError, RowError, Row]
        assert "1 values, the header 2" in found[0].message
        assert found[1].line == 3

    def test_keeps_rows_after_an_open_quote(self):
        found = read('a,b\n1,"open\n2,3\n4,5\n')
        assert isinstance(found[0], RowError)
        assert found[0].line == 2
        assert found[1:] == [Row(3, {"a": "2", "b": "3"}), Row(4, {"a": "4", "b": "5"})]

    def test_reports_text_after_a_closing_quote(self):
        found = read('a,b\n"x"y,1\n1,2\n')
        assert isinstance(found[0], RowError)
        assert found[1] == Row(3, {"a": "1", "b": "2"})

    def test_gives_up_on_a_file_full_of_open_quotes(self):
        with pytest.raises(FileUnreadable, match="never closed"):
            read("a\n" + '"open\nx"y\n' * 40)

    def test_reports_nul_and_bad_bytes(self):
        found = read(b"a\nx\x00y\nz\xff\ngood\n")
        assert "NUL" in found[0].message
        assert "UTF-8" in found[1].message
        assert found[2] == Row(4, {"a": "good"})

    def test_refuses_two_columns_of_one_name(self):
        with pytest.raises(FileUnreadable, match="two columns named 'prompt'"):
            read("prompt,Prompt\n1,2\n")


class TestReadWhole:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "empty"),
            ("a,b".encode("utf-16"), "UTF-16"),
            (b"PK\x03\x04rest", "spreadsheet"),
            (b"\x1f\x8brest", "damaged or cut short"),
        ],
    )
    def test_refuses_files_of_another_kind(self, content, said):
        with pytest.raises(FileUnreadable, match=said):
            read(content)

    def test_refuses_more_rows_than_the_limit(self, monkeypatch):
        monkeypatch.setattr(rows, "MAX_ROWS", 2)
        assert len(read("a\n1\n2\n")) == 2
        with pytest.raises(FileUnreadable, match="more than 2 rows"):
            read("a\n1\n2\n3\n")

    def test_refuses_more_bytes_than_the_limit(self, monkeypatch):
        monkeypatch.setattr(lines, "MAX_FILE_BYTES", 10)
        with pytest.raises(FileUnreadable, match="larger than"):
            read("a\n" + "1\n" * 10)
        with pytest.raises(FileUnreadable, match="larger than"):
            read("a\n" + "1" * 10)

    def test_reads_as_it_goes(self):
        class Endless(io.RawIOBase):
            def readline(self, size=-1):
                return b'{"a": 1}\n'

        stream = rows.read(Endless(), "x.jsonl")
        assert [next(stream).line for _ in range(3)] == [1, 2, 3]

    @given(st.binary(max_size=200), st.sampled_from(["x.csv", "x.tsv", "x.jsonl", "x"]))
    def test_any_bytes_give_rows_or_a_clear_refusal(self, content, name):
        try:
            found = read(content, name)
        except FileUnreadable:
            return
        lines = [row.line for row in found]
        assert lines == sorted(lines)
        for row in found:
            assert 1 <= row.line <= content.count(b"\n") + content.count(b"\r") + 1
            json.dumps(row.values if isinstance(row, Row) else row.message).encode()

    @given(
        st.lists(
            st.tuples(
                *[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))] * 2
            ),
            max_size=5,
        )
    )
    def test_csv_as_python_writes_it_is_read_back(self, cells):
        stream = io.StringIO(newline="")
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *cells])
        assert [tuple(row.values.values()) for row in read(stream.getvalue())] == cells
