"""How far raters agree beyond chance on few matchups, in the standard library: for pages.

The formula is that of `stats.agreement` with values as far apart as they are (interval scale), of
the matchups and the same with their texts exchanged: which text of a matchup is called the first
means nothing, so nothing here depends on it, and of a sealed study no figure tells who is ahead.
Tests hold the two equal. Pages load no numerics, and a panel has ten matchups at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

# Two-sided 95 % points of Student's t by degrees of freedom: of up to ten matchups.
_STUDENT: Final = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622)
_NORMAL = 1.95996
_SMALL = 1e-9
# How many values there are: one text is ahead, neither is, the other is.
VALUES = 3

# How many judged a matchup so: the first text ahead, neither, the second ahead.
Row = tuple[int, int, int]


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha with its interval, and the matchups that several judged.

    The interval is meant to hold in 95 % of cases; of eight matchups it does in nearly 90 %.

    Of what never varies, or was judged once, it is not defined: then all three are None.
    """

    units: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def alpha(rows: Sequence[Row]) -> Agreement:
    """Return agreement beyond chance, 1 where it is perfect, with the jackknife over matchups.

    Where that has no width, Wilson's interval of the agreeing pairs takes its place.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's alpha-reliability".
    """
    judged = [row for row in rows if sum(row) > 1]
    units = len(judged)
    parts = [_coincidences(row) for row in judged]
    whole = _sum(parts)
    value = _alpha(whole)
    if value is None:
        return Agreement(units)
    without = [
        found
        for at in range(units)
        if (found := _alpha(_sum([*parts[:at], *parts[at + 1 :]]))) is not None
    ]
    half = 0.0
    if len(without) > 1:
        mean = sum(without) / len(without)
        spread = sum((one - mean) ** 2 for one in without)
        number = len(without)
        half = _student(number - 1) * sqrt((number - 1) / number * spread)
    low, high = value - half, value + half
    if high - low < _SMALL:
        low, high = _carried(value, judged, whole)
    return Agreement(units, value, max(-1.0, low), min(1.0, high))


def _student(freedom: int) -> float:
    return _STUDENT[freedom - 1] if freedom <= len(_STUDENT) else _NORMAL


_Table = list[list[float]]


def _coincidences(row: Row) -> _Table:
    of = sum(row) - 1
    every = range(VALUES)
    found = [[row[one] * (row[other] - (one == other)) / of for other in every] for one in every]
    return [[found[one][other] + found[-1 - one][-1 - other] for other in every] for one in every]


def _sum(parts: Sequence[_Table]) -> _Table:
    every = range(VALUES)
    return [[sum(part[one][other] for part in parts) for other in every] for one in every]


def _alpha(table: _Table) -> float | None:
    marginal = [sum(line) for line in table]
    total = sum(marginal)
    pairs = [(one, other) for one in range(VALUES) for other in range(VALUES)]
    expected = sum(marginal[one] * marginal[other] * (one - other) ** 2 for one, other in pairs)
    if total <= 1 or expected <= 0:
        return None
    observed = sum(table[one][other] * (one - other) ** 2 for one, other in pairs)
    return 1 - (total - 1) * observed / expected


def _carried(value: float, judged: Sequence[Row], whole: _Table) -> tuple[float, float]:
    """Return the ends of Wilson's interval of agreement, carried over with chance held."""
    number = len(judged)
    share = sum(whole[at][at] for at in range(VALUES)) / max(sum(map(sum, whole)), 1)
    square = _NORMAL**2
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = _NORMAL * sqrt(share * (1 - share) / number + square / (4 * number**2))
    half /= 1 + square / number
    values = [sum(line) for line in whole]
    chance = sum((one / max(sum(values), 1)) ** 2 for one in values)
    slope = 1 / max(1 - chance, _SMALL)
    return value - slope * (share - (middle - half)), value + slope * (middle + half - share)
