import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import packs
from service.formats.packs import Manifest, PackInvalid

ABOUT = Manifest("a-study", "A study", "2026-03-01T12:00:00+00:00", "0.1.0", "0030")
TABLES = ("study", "prompt", "vote")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
ROWS = [("study", {"name": "a-study"})] + [("prompt", {"turns": [f"Why {n}?"]}) for n in range(99)]


def written(rows=ROWS):
    target = io.BytesIO()
    packs.write(target, ABOUT, {"study.yaml": b"title: A study\n"}, rows)
    return target.getvalue()


def read(content):
    pack = packs.opened(io.BytesIO(content), "x.zip", TABLES)
    return [(table, row) for table, _, some in pack.rows(TABLES, 7) for row in some]


class TestWrite:
    @given(st.lists(st.dictionaries(st.text("abc", min_size=1), VALUES), max_size=9))
    def test_and_read_give_the_same_rows(self, found):
        rows = [("prompt", row) for row in found if "\0" not in repr(row).replace("\\x00", "\0")]
        assert read(written(rows)) == rows

    def test_gives_the_same_bytes_for_the_same_study(self):
        assert written() == written()
        with zipfile.ZipFile(io.BytesIO(written())) as archive:
            assert archive.read("study/study.yaml") == b"title: A study\n"

    def test_counts_rows_and_says_which_stand_where(self):
        pack = packs.opened(io.BytesIO(written()), "x.zip", TABLES)
        assert pack.manifest.rows == {"study": 1, "prompt": 99}
        assert [number for _, number, _ in pack.rows(("prompt",), 40)] == [1, 41, 81]


class TestOpened:
    def test_refuses_what_is_cut_short(self):
        content = written()
        for end in range(0, len(content), 37):
            with pytest.raises(PackInvalid, match="cut short"):
                read(content[:end])

    def test_finds_damage_wherever_it_is(self):
        content = written()
        rng = random.Random(5)
        found = 0
        for _ in range(200):
            place = rng.randrange(len(content))
            damaged = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
            try:
                # Some bytes of a ZIP say nothing, such as the time of a file.
                assert read(damaged) == ROWS
            except PackInvalid:
                found += 1
        assert found > 100

    @pytest.mark.parametrize("content", [b"", b"PK\3\4", b"{}", zipfile.ZipFile])
    def test_refuses_what_is_none(self, content):
        if content is zipfile.ZipFile:
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as archive:
                archive.writestr("manifest.json", "[]")
            content = made.getvalue()
        with pytest.raises(PackInvalid, match="no pack of a study"):
            read(content)

    def test_refuses_bombs_before_it_unpacks_them(self):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("rows/vote.jsonl", b"0" * 20_000_000)
        with pytest.raises(PackInvalid, match="times its size"):
            read(made.getvalue())
        many = io.BytesIO()
        with zipfile.ZipFile(many, "w") as archive:
            for number in range(packs.MOST_FILES + 1):
                archive.writestr(f"study/{number}", b"")
        with pytest.raises(PackInvalid, match="more than a study can hold"):
            read(many.getvalue())
