"""Length and markdown style of texts, as differences that a fit can control for."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray

_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
# Bounded: a line of nothing but opening signs would be read to its end from each of them.
_BOLD = re.compile(
    r"\*\*(?=\S)[^\n]{1,300}?(?<=\S)\*\*|(?<!\w)__(?=\S)[^\n]{1,300}?(?<=\S)__(?!\w)"
)


@dataclass(frozen=True)
class Style:
    """How long a text is and how much markdown it shows.

    Attributes
    ----------
    length : int
        Words, as separated by white space.
    headings, list_items, bold : int
        Counted outside fenced code.
    code : int
        Fenced blocks of code.
    """

    length: int
    headings: int
    list_items: int
    bold: int
    code: int = 0


def measure_style(text: str) -> Style:
    """Return length and markdown style of a text."""
    prose, code = _FENCE.subn("", text)
    headings, items, bold = (
        len(pattern.findall(prose)) for pattern in (_HEADING, _LIST_ITEM, _BOLD)
    )
    return Style(len(text.split()), headings, items, bold, code)


def normalised_difference(first: npt.ArrayLike, second: npt.ArrayLike) -> FloatArray:
    """Return (a - b) / (a + b) of numbers that are not negative, 0 where both are 0.

    Twice as long counts the same for short and for long texts, and exchanging the sides changes
    the sign alone. As a covariate its coefficient is the log-odds won by having all against none.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    total = one + two
    difference: FloatArray = np.divide(one - two, total, out=np.zeros_like(total), where=total > 0)
    return difference
