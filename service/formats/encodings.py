"""Texts of uploaded files as UTF-8, whatever encoding a spreadsheet gave them."""

import codecs
import io
from typing import BinaryIO

# What a file is where it is no UTF: what Windows writes in western and central Europe. It gives
# each byte a letter; so a person looks at the preview, and no command guesses.
LAST_RESORT = "Windows-1252"
_MARKS = {
    codecs.BOM_UTF8: "",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Files that are no text: spreadsheets, gzip, Parquet.
_NO_TEXT = (b"PK\x03\x04", b"\x1f\x8b", b"PAR1")
_LOOK_AT = 4096
_AT_ONCE = 256 * 1024
_MOST_NULS = 0.2


def as_utf8(content: bytes) -> tuple[bytes, str]:
    """Return a small file's content as UTF-8, and the name of its encoding where it had another."""
    space = io.BytesIO()
    _, name = converted(io.BytesIO(content), space)
    return (space.getvalue() if name else content), name


def converted(file: BinaryIO, space: BinaryIO) -> tuple[BinaryIO, str]:
    """Return a file as UTF-8, and the name of its encoding where it had another.

    The file itself is returned where it is UTF-8 or no text at all; else what it says is written
    into `space`. Both begin at their beginning; little of them is in memory at a time.
    """
    codec, name = _encoding(file)
    file.seek(0)
    if not codec:
        return file, ""
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    while content := file.read(_AT_ONCE):
        space.write(decoder.decode(content).encode("utf-8", "replace"))
    space.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    space.seek(0)
    return space, name


def _encoding(file: BinaryIO) -> tuple[str, str]:
    """Return a file's codec and what that is called, ("", "") where there is nothing to do."""
    file.seek(0)
    first = file.read(_LOOK_AT)
    if first.startswith(_NO_TEXT):
        return "", ""
    for mark, name in _MARKS.items():
        if first.startswith(mark):
            return ("utf-16", name) if name else ("", "")
    if first.count(0) > len(first) * _MOST_NULS:
        is_little = first[1::2].count(0) >= first[::2].count(0)
        return ("utf-16-le" if is_little else "utf-16-be"), "UTF-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while first:
            decoder.decode(first)
            first = file.read(_AT_ONCE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252", LAST_RESORT
    return "", ""
