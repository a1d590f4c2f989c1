import gzip
import io

import pytest

from service.formats import lines, rows
from service.formats.lines import FileUnreadable


def read(content):
    return [(row.line, row.values) for row in rows.read(io.BytesIO(content), "x.csv")]


TABLE = ["a,b", '1,"two\nlines"', "3,4"]


class TestLineEnds:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_are_told_from_one_another(self, end):
        plain = end.join(["a,b", "1,2", "3,4", ""]).encode()
        assert read(plain) == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("last", [True, False])
    def test_leave_cells_whole(self, end, last):
        content = end.join(["a,b", '"x y",2', "3,4", *([""] if last else [])]).encode()
        assert [values for _, values in read(content)] == [
            {"a": "x y", "b": "2"},
            {"a": "3", "b": "4"},
        ]

    def test_of_an_old_mac_keep_one_within_quotes(self):
        (row,) = read(b'a,b\r1,"two\nlines"\r')
        assert row[1]["b"] == "two\nlines"

    def test_of_an_old_mac_are_found_beyond_what_is_read_at_once(self):
        many = b"a,b\r" + b"1,%s\r" % (b"x" * 900_000) * 3
        assert len(read(many)) == 3

    def test_within_quotes_of_the_header_are_no_ends(self):
        (row,) = read(b'"a\rb",c\n1,2\n')
        assert row[1] == {"a\rb": "1", "c": "2"}


class TestCarriageReturns:
    @pytest.mark.parametrize("size", [1, 2, 3, 5, -1])
    def test_gives_no_more_than_is_asked(self, size):
        stream = lines.CarriageReturns(b"ab", io.BytesIO(b"cd\refg\r"))
        found = []
        while piece := stream.readline(size):
            assert size < 0 or len(piece) <= size + 1
            found.append(piece)
        assert b"".join(found) == b"abcd\nefg\n"


class TestUnzipped:
    def test_reads_what_was_packed_as_it_stands(self):
        raw = b'{"prompt": "Why?"}\n' * 5000
        assert lines.unzipped(io.BytesIO(gzip.compress(raw)), "x.gz").read() == raw

    def test_a_file_that_unpacks_to_more_than_files_may_hold_is_refused_without_unpacking_it(self):
        packed = gzip.compress(b"prompt,A\n" + (b"x" * 900_000 + b"\n") * 130, compresslevel=1)
        with pytest.raises(FileUnreadable, match="larger than 100 MiB"):
            for _ in rows.read(io.BytesIO(packed), "x.csv.gz"):
                pass

    @pytest.mark.parametrize("keep", [5, 60, -1])
    def test_says_that_it_is_cut_short(self, keep):
        packed = gzip.compress(b"".join(b"%d,%d\n" % (n, n * n) for n in range(500)))
        with pytest.raises(FileUnreadable, match="damaged or cut short"):
            list(rows.read(io.BytesIO(packed[:keep]), "x.csv.gz"))
