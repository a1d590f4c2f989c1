import io

import pypdf
import pytest

from service.formats import documents
from service.formats.documents import DocumentUnreadable


def pdf(text: str, password: str = "") -> bytes:
    """The smallest PDF that shows a line of text."""
    page = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj" % number + each + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\n"
    made += end + b"startxref\n%d\n%%%%EOF" % len(made)
    if not password:
        return made
    writer, closed = pypdf.PdfWriter(clone_from=io.BytesIO(made)), io.BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(closed)
    return closed.getvalue()


class TestTextOf:
    def test_reads_text_markdown_and_pdf(self):
        assert documents.text_of("a.txt", "Grüße\r\n".encode()) == "Grüße\n"
        assert documents.text_of("a.MD", b"\xef\xbb\xbf# Title") == "# Title"
        assert documents.text_of("a.pdf", pdf("Parcels take two days.")) == "Parcels take two days."

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("latin.txt", "Grüße".encode("latin-1"), "latin.txt is not UTF-8"),
            ("binary.md", b"a\0b", "binary.md is no text"),
            ("empty.txt", b" \n", "empty.txt holds no text"),
            ("photo.png", b"x", "photo.png is none of"),
            ("broken.pdf", b"%PDF-1.4 nothing", "broken.pdf is a PDF that cannot be read"),
            ("closed.pdf", pdf("x", "password"), "closed.pdf is encrypted"),
            ("pictures.pdf", pdf(""), "Perhaps its pages are pictures"),
            ("huge.txt", b"x" * (documents.MAX_FILE_BYTES + 1), "huge.txt has more than 20 MiB"),
            ("n" * 201 + ".txt", b"x", "too long a name"),
        ],
    )
    def test_names_the_file_that_cannot_be_used(self, name, content, said):
        with pytest.raises(DocumentUnreadable, match=said):
            documents.text_of(name, content)

    def test_reads_a_pdf_that_opens_without_a_password(self):
        writer, closed = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("Open."))), io.BytesIO()
        writer.encrypt("", owner_password="owner", algorithm="RC4-128")
        writer.write(closed)
        assert documents.text_of("a.pdf", closed.getvalue()) == "Open."


class TestCollect:
    def test_orders_by_name_so_that_the_same_files_are_the_same(self):
        files = [("b.txt", b"two"), ("a.txt", b"one")]
        made = documents.collect(files)
        assert [document.name for document in made.documents] == ["a.txt", "b.txt"]
        assert made.digest == documents.collect(reversed(files)).digest

    def test_refuses_too_much_and_the_same_twice(self, monkeypatch):
        with pytest.raises(DocumentUnreadable, match=r"a\.txt comes twice"):
            documents.collect([("a.txt", b"one"), ("a.txt", b"one")])
        monkeypatch.setattr(documents, "MAX_DOCUMENTS", 1)
        with pytest.raises(DocumentUnreadable, match="more than 1 documents"):
            documents.collect([("a.txt", b"one"), ("b.txt", b"two")])
        monkeypatch.setattr(documents, "MAX_TEXT_BYTES", 2)
        with pytest.raises(DocumentUnreadable, match=r"With a\.txt the texts have more"):
            documents.collect([("a.txt", b"one")])
