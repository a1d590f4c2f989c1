import pytest

from service.cli import files
from service.formats import documents
from service.formats.documents import DocumentUnreadable


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
