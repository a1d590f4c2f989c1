"""Tells which texts look the same to a rater, whatever was written."""

import hashlib
import re
from collections.abc import Sequence

# What browsers show as one space, or not at all, outside preformatted text.
_WHITE = re.compile(r"[ \t\n\f\r]+")
_CODE, _END = "<pre", "</pre>"


def hash_of(turns: Sequence[str]) -> str:
    """Return the hash of what a rater sees of a text: its safe HTML, turn by turn.

    Two texts with the same hash are shown alike, be it that one writes `*so*` and the other
    `_so_`. It orders texts when dealing, for nothing else about them may.
    """
    return hashlib.sha256("\x1e".join(map(_seen, turns)).encode()).hexdigest()


def _seen(html: str) -> str:
    """Return HTML with white space as it is shown: in preformatted text alone it counts."""
    parts = []
    for part in html.split(_END):
        prose, opening, code = part.partition(_CODE)
        parts.append(_WHITE.sub(" ", prose).strip() + opening + code)
    return _END.join(parts)
