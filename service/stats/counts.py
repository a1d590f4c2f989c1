"""Comparisons as counted cells: who met whom, how it ended, how often.

A cell is (first item, second item, outcome, who was shown left) with a number of votes. All
fits start from cells, so their cost grows with the cells and not with the votes.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from service.stats.findings import Finding
from service.stats.plain import plain

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]


class Outcome(IntEnum):
    """How a comparison ended, in the order of the codes that arrays of outcomes hold."""

    FIRST_MUCH = 0
    FIRST = 1
    BOTH_GOOD = 2
    BOTH_BAD = 3
    SECOND = 4
    SECOND_MUCH = 5
    TIE = 6


OUTCOME_NAMES = tuple(outcome.name.lower() for outcome in Outcome)
# The same outcome after first and second have changed places.
SWAPPED = np.array([5, 4, 2, 3, 1, 0, 6], dtype=np.int8)
# -1, 0, 1 by which side won: what every model here does with an outcome, strength ignored.
SIGN = np.array([1, 1, 0, 0, -1, -1, 0], dtype=np.int8)
KINDS = len(Outcome)
UNKNOWN_SIDE = -1


@dataclass(frozen=True, eq=False)
class Cells:
    """Counted comparisons of `items`, one entry per cell.

    Attributes
    ----------
    items : tuple of str
        Names of the K items; `first` and `second` hold positions in it.
    first, second : (M,) integer array
        The two items of a cell; never equal.
    outcome : (M,) integer array
        Codes of `Outcome`.
    left : (M,) integer array
        1 where `first` was shown left, 0 where `second` was, -1 where unknown.
    votes : (M,) float array
        Sum of the votes' weights: their number where votes are unweighted. Above zero.
    squares : (M,) float array
        Sum of the squared weights; equal to `votes` where votes are unweighted.
    covariates : (M, P) float array
        What differs between the two sides, first minus second; P is mostly 0.
    covariate_names : tuple of str
        Names of the P columns.
    findings : tuple of Finding
        What was wrong with the input and has been left out.
    """

    items: tuple[str, ...]
    first: IntArray
    second: IntArray
    outcome: IntArray
    left: IntArray
    votes: FloatArray
    squares: FloatArray
    covariates: FloatArray
    covariate_names: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), kw_only=True)

    @property
    def total(self) -> float:
        """Return the sum of all votes."""
        return float(self.votes.sum())

    def __len__(self) -> int:
        return len(self.votes)

    def to_dict(self) -> dict[str, Any]:
        """Return the cells as JSON-able values."""
        cells: dict[str, Any] = plain(self)
        return cells

    def only(self, chosen: BoolArray | IntArray) -> Self:
        """Return the same kind of cells, restricted to those chosen by mask or position."""
        arrays = ("first", "second", "outcome", "left", "votes", "squares", "covariates", "cluster")
        kept = {
            name: getattr(self, name)[chosen] if name in arrays else getattr(self, name)
            for name in self.__dataclass_fields__
        }
        return type(self)(**kept)

    def without_both_bad(self) -> Self:
        """Return the cells with the votes "both bad" left out."""
        return self.only(self.outcome != Outcome.BOTH_BAD)


@dataclass(frozen=True, eq=False)
class Counts(Cells):
    """All comparisons of a study: each cell once, with ``first < second``."""


@dataclass(frozen=True, eq=False)
class ClusterCells(Cells):
    """Comparisons kept apart by cluster (rater or prompt); cells may occur more than once.

    Attributes
    ----------
    clusters : tuple of str
        Names of the G clusters.
    cluster : (M,) integer array
        Position in `clusters`.
    """

    clusters: tuple[str, ...] = field(kw_only=True)
    cluster: IntArray = field(kw_only=True)


def sum_by(key: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Return the sums of `values` by `key` (0..size-1)."""
    sums: FloatArray = np.bincount(key, values, minlength=size).astype(np.float64, copy=False)
    return sums
