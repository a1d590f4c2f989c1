"""Texts of uploaded files as UTF-8, whatever encoding a spreadsheet gave them."""

import codecs

# What a file is where it is no UTF: what Windows writes in western and central Europe. It gives
# each byte a letter; so a person looks at the preview, and no command guesses.
LAST_RESORT = "Windows-1252"
_MARKS = {
    codecs.BOM_UTF8: "",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_LOOK_AT = 4096
_MOST_NULS = 0.2


def as_utf8(content: bytes) -> tuple[bytes, str]:
    """Return a text file's content as UTF-8, and the name of its encoding where it had another."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return (content, "") if not name else _from(content, "utf-16", name)
    nuls = content[:_LOOK_AT]
    if nuls.count(0) > len(nuls) * _MOST_NULS:
        is_little = nuls[1::2].count(0) >= nuls[::2].count(0)
        return _from(content, "utf-16-le" if is_little else "utf-16-be", "UTF-16")
    try:
        content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").encode(), LAST_RESORT
    return content, ""


def _from(content: bytes, codec: str, name: str) -> tuple[bytes, str]:
    return content.decode(codec, errors="replace").encode(), name
