import codecs

import pytest

from service.formats import encodings

TEXT = "Frage;Antwort\nGrüße – schön?;“Ja”\n"


class TestAsUtf8:
    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (TEXT.encode(), ""),
            (TEXT.encode("utf-16"), "UTF-16"),
            (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
            (TEXT.encode("utf-16-le"), "UTF-16"),
            (TEXT.encode("utf-16-be"), "UTF-16"),
            (TEXT.encode("cp1252"), "Windows-1252"),
        ],
    )
    def test_reads_what_spreadsheets_write(self, content, name):
        made, told = encodings.as_utf8(content)
        assert (made.decode().removeprefix("\ufeff"), told) == (TEXT, name)

    def test_leaves_the_mark_of_utf8_to_who_reads_it(self):
        content = TEXT.encode("utf-8-sig")
        assert encodings.as_utf8(content) == (content, "")

    @pytest.mark.parametrize("content", [b"", b"\x81\x8d\xff", b"\xff\xfeo", b"a\xd8"])
    def test_never_fails(self, content):
        encodings.as_utf8(content)[0].decode()
