"""A language that nobody speaks: each letter replaced, from right to left, a third longer.

What is still Latin on a page in this language was never given to the catalogues.
"""

import gettext
import re
import string

from service.reporting.words import Words
from service.web.languages import Language

CODE = "ar-XB"
_LETTERS = "אבגדהוזחטיכלמנסעפצקרשתאבגד"
_OTHER = str.maketrans(string.ascii_letters, _LETTERS * 2)
# Places to fill in stay, and so do the names of the two panes.
_KEPT = re.compile(r"%\(\w+\)s|\b[AB]\b")


def pseudo(text: str) -> str:
    """Return a text in the language that nobody speaks."""
    parts = _KEPT.split(text)
    kept = [*_KEPT.findall(text), ""]
    said = "".join(a.translate(_OTHER) + b for a, b in zip(parts, kept, strict=True))
    return f"⟦{said}{'·' * (len(text) // 3)}⟧"


class PseudoTranslations(gettext.NullTranslations):
    """Answers every text with its likeness."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)


LANGUAGE = Language(CODE, "⟦ ⟧", PseudoTranslations(), "rtl", sighted=Words(PseudoTranslations()))
