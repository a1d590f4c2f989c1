"""The one text of a completion: freed of what nobody sees."""

import unicodedata
from typing import Final

from service.blinding.invisible import Table, settle

_TABLE: Final = Table()


def canonical(text: str) -> str:
    """Give the text as every rater sees it, whichever model wrote it.

    NFC; line feeds only; characters that nobody sees removed (format, private, unassigned,
    tags, selectors without effect, overrides of direction) save joiners where a script or an
    emoji needs them and direction marks in lines that run from right to left; exotic spaces
    become spaces; spaces before a line's end and blank lines around the text go; NUL and lone
    surrogates become U+FFFD. Idempotent.
    """
    shown = _join_surrogates(text).replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    # Removing a character may bring two others together that compose, and composing may change
    # the neighbour of a joiner; a second round settles both.
    for _ in range(2):
        shown = "\n".join(settle(line) for line in unicodedata.normalize("NFC", shown).split("\n"))
    shown = unicodedata.normalize("NFC", shown)
    return "\n".join(line.rstrip(" \t") for line in shown.split("\n")).strip("\n")


def _join_surrogates(text: str) -> str:
    """Make one character of two surrogates that belong together; lone ones become U+FFFD."""
    if text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
