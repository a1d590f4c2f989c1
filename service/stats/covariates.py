"""Length and markdown style of texts, as differences that a fit can control for."""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
import numpy.typing as npt

from service.stats.counts import FloatArray

_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
_BOLD = re.compile(r"\*\*(?=\S)[^\n]+?(?<=\S)\*\*|(?<!\w)__(?=\S)[^\n]+?(?<=\S)__(?!\w)")


@dataclass(frozen=True)
class Style:
    """How long a text is and how much markdown it shows.

    Attributes
    ----------
    length : int
        Words, as separated by white space.
    headings, list_items, bold : int
        Counted outside fenced code.
    """

    length: int
    headings: int
    list_items: int
    bold: int


STYLE_NAMES = tuple(entry.name for entry in fields(Style))


def measure_style(text: str) -> Style:
    """Return length and markdown style of a text."""
    prose = _FENCE.sub("", text)
    counted = (len(pattern.findall(prose)) for pattern in (_HEADING, _LIST_ITEM, _BOLD))
    return Style(len(text.split()), *counted)


def style_differences(first: Sequence[Style], second: Sequence[Style]) -> FloatArray:
    r"""Return an (M, 4) array of differences between the sides, each within -1..1.

    Each is :math:`(a - b) / (a + b)`, 0 where both are 0: twice as long counts the same for
    short and for long texts, and exchanging the sides changes the sign alone. The
    coefficient is the log-odds won by having all of a feature against none. The columns
    are named `STYLE_NAMES`; hand both to `tally.from_counts`.
    """
    one = np.array([astuple(style) for style in first], dtype=np.float64).reshape(-1, 4)
    two = np.array([astuple(style) for style in second], dtype=np.float64).reshape(-1, 4)
    return normalised_difference(one, two)


def normalised_difference(first: npt.ArrayLike, second: npt.ArrayLike) -> FloatArray:
    """Return (a - b) / (a + b) of numbers that are not negative, 0 where both are 0."""
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    total = one + two
    difference: FloatArray = np.divide(one - two, total, out=np.zeros_like(total), where=total > 0)
    return difference
