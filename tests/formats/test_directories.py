import json

import pytest

from service.formats import directories
from service.formats.directories import DirectoryTaken, DirectoryUnusable

MANIFEST = json.dumps({"tool": "evenhand", "files": {"train.jsonl": {}}}).encode()
FILES = {"train.jsonl": b"new\n", "manifest.json": MANIFEST}


def content(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def write(target, files):
    with directories.new(target) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)


class TestWrite:
    def test_writes_into_a_new_directory(self, tmp_path):
        write(tmp_path / "a" / "b", FILES)
        assert content(tmp_path / "a" / "b") == FILES
        assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]

    def test_takes_an_empty_directory(self, tmp_path):
        (tmp_path / "out").mkdir()
        write(tmp_path / "out", FILES)
        assert content(tmp_path / "out") == FILES

    def test_replaces_an_earlier_export_whole(self, tmp_path):
        old = {"train.jsonl": b"old\n", "README.md": b"card", "manifest.json": MANIFEST}
        write(tmp_path / "out", old)
        write(tmp_path / "out", FILES)
        assert content(tmp_path / "out") == FILES
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    @pytest.mark.parametrize(
        "present",
        [
            {"thesis.txt": b"mine"},
            {"thesis.txt": b"mine", "manifest.json": MANIFEST},
            {"train.jsonl": b"mine", "manifest.json": b"{}"},
            {"train.jsonl": b"mine", "manifest.json": b"not json"},
            {"train.jsonl": b"mine", "manifest.json": b'{"tool": "evenhand", "files": 5}'},
        ],
    )
    def test_leaves_other_peoples_files_alone(self, tmp_path, present):
        target = tmp_path / "out"
        target.mkdir()
        for name, told in present.items():
            (target / name).write_bytes(told)
        with pytest.raises(DirectoryTaken, match="not an export"):
            write(target, FILES)
        assert content(target) == present

    def test_refuses_a_file_and_a_link(self, tmp_path):
        (tmp_path / "file").write_bytes(b"x")
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")
        for name in ("file", "link"):
            with pytest.raises(DirectoryTaken, match="a file or a link"):
                write(tmp_path / name, FILES)

    def test_says_why_it_cannot_write(self, tmp_path):
        (tmp_path / "file").write_bytes(b"x")
        with pytest.raises(DirectoryUnusable, match="cannot be written"):
            write(tmp_path / "file" / "out", FILES)

    def test_keeps_the_earlier_export_when_writing_fails(self, tmp_path):
        write(tmp_path / "out", FILES)
        with pytest.raises(DirectoryUnusable):
            write(tmp_path / "out", {"sub/none.jsonl": b"x"})
        assert content(tmp_path / "out") == FILES
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    def test_puts_the_earlier_export_back_when_the_new_one_cannot_be_placed(self, tmp_path):
        write(tmp_path / "out", FILES)
        (tmp_path / "temporary").mkdir()
        with pytest.raises(FileNotFoundError):
            directories._exchange(tmp_path / "temporary", tmp_path / "out")
        assert content(tmp_path / "out") == FILES
