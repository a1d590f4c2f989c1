import os

import pytest

from service.cli import files
from service.formats import documents
from service.formats.documents import DocumentUnreadable
from service.formats.rows import FileUnreadable


@pytest.fixture
def folder(tmp_path):
    for name in ("a/one.md", "a/deep/two.TXT", "a/picture.png", "a/.hidden/x.md", "a/.draft.md"):
        path = tmp_path / "study" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "study"


class TestBelow:
    def test_finds_documents_in_folders_and_leaves_out_the_rest(self, folder):
        found = dict(files.below(folder)("a"))
        assert found == {"a/deep/two.TXT": b"a/deep/two.TXT", "a/one.md": b"a/one.md"}

    def test_takes_a_single_file_as_it_is_named(self, folder):
        assert dict(files.below(folder)("a/picture.png")) == {"a/picture.png": b"a/picture.png"}

    def test_says_what_is_not_there(self, folder):
        with pytest.raises(DocumentUnreadable, match="there is no b beside"):
            list(files.below(folder)("b"))

    def test_follows_no_link_out(self, folder, tmp_path):
        (tmp_path / "secret.md").write_text("secret")
        (folder / "a/link.md").symlink_to(tmp_path / "secret.md")
        with pytest.raises(DocumentUnreadable, match=r"link\.md is a link that leads elsewhere"):
            list(files.below(folder)("a"))

    def test_refuses_a_huge_file_before_reading_it(self, folder, monkeypatch):
        monkeypatch.setattr(documents, "MAX_FILE_BYTES", 3)
        with pytest.raises(DocumentUnreadable, match="has more than"):
            list(files.below(folder)("a"))


class TestTextBelow:
    def test_reads_a_file_of_the_folder_and_below(self, folder):
        assert files.text_below(folder)("a/one.md") == "a/one.md"

    @pytest.mark.parametrize("name", ["../secret.md", "a/../../secret.md", "a/link.md", "out/s.md"])
    def test_reads_nothing_outside_it(self, folder, tmp_path, name):
        (tmp_path / "secret.md").write_text("secret")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere/s.md").write_text("secret")
        (folder / "a/link.md").symlink_to(tmp_path / "secret.md")
        (folder / "out").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(FileUnreadable, match="leads out of the study file's folder"):
            files.text_below(folder)(name)
        with pytest.raises(DocumentUnreadable, match="leads elsewhere"):
            list(files.below(folder)(name))
        with pytest.raises(DocumentUnreadable, match="leads elsewhere"):
            list(files.below(folder)("out"))

    def test_waits_for_no_pipe(self, folder):
        os.mkfifo(folder / "pipe")
        with pytest.raises(FileUnreadable, match="is no file"):
            files.text_below(folder)("pipe")
