import io
import json

import pytest

from service.formats import objects, rows
from service.formats.lines import FileUnreadable
from service.formats.rows import Row

TABLE = {"columns": ["prompt", "A"], "data": [["Why?", "So."], ["How?", "Thus."]]}


def read(told, name="x.json", indent=None):
    content = told if isinstance(told, bytes) else json.dumps(told, indent=indent).encode()
    return [(row.line, row.values) for row in rows.read(io.BytesIO(content), name)]


class TestRead:
    @pytest.mark.parametrize("indent", [None, 1])
    @pytest.mark.parametrize("name", ["x.json", "x"])
    def test_finds_the_rows_of_an_object(self, name, indent):
        wanted = [(1, {"prompt": "Why?", "A": "So."}), (2, {"prompt": "How?", "A": "Thus."})]
        rows_of = [values for _, values in wanted]
        assert read(TABLE, name, indent) == wanted
        assert read({"version": 1, "items": rows_of}, name, indent) == wanted
        assert read({"eval": {"model": "m"}, "samples": [{"id": 1}]}, name, indent) == [
            (1, {"id": 1, "_model": "m"})
        ]
        results = {"results": {"results": rows_of, "stats": {}}, "config": {}}
        assert read(results, name, indent) == wanted

    def test_takes_an_object_without_rows_for_one(self):
        assert read({"prompt": "Why?", "A": "So."}) == [(1, {"prompt": "Why?", "A": "So."})]

    def test_lines_stay_lines(self):
        one = json.dumps({"prompt": "Why?", "A": "So."})
        assert len(read(f"{one}\n{one}\n".encode())) == 2
        assert len(read(f"{one}\n\n".encode())) == 1
        assert isinstance(next(rows.read(io.BytesIO(one.encode()), "x.jsonl")), Row)

    def test_an_object_longer_than_a_line_may_be_is_read(self):
        told = {"items": [{"prompt": "Why?", "A": "x" * 5000} for _ in range(300)]}
        assert len(read(told)) == 300

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b'{\n"a": 1,\n', "not one JSON object"),
            (b'{\n"a": 1, "a": 2}', "'a' comes twice"),
            (b'{\n"a": \xff}', "Save it as UTF-8"),
            (b'{\n"a": 1}\n{"a": 2}', "one object per line"),
            (b'{"providers": ["echo"], "prompts": ["{{x}}"]}', "evenhand study adopt x.json"),
        ],
    )
    def test_says_what_is_wrong(self, content, said):
        with pytest.raises(FileUnreadable, match=said):
            read(content)

    def test_refuses_what_is_too_large_to_be_read_whole(self):
        with pytest.raises(FileUnreadable, match="Write its rows as JSONL"):
            read(b"{\n" + b" " * objects.MAX_BYTES)
