"""Checks of given arrays, and the one form in which cells are kept."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from service.stats.counts import (
    KINDS,
    SWAPPED,
    UNKNOWN_SIDE,
    Cells,
    FloatArray,
    IntArray,
    sum_by,
)
from service.stats.findings import Code, Finding, StatsError

SIDES = 3  # unknown, second shown left, first shown left
DENSE = 1 << 22  # keys that are counted in a table rather than sorted

AnyCells = TypeVar("AnyCells", bound=Cells)


def as_fields(cells: Cells) -> dict[str, Any]:
    """Return the fields that all cells share, ready to build other cells from."""
    return {name: getattr(cells, name) for name in Cells.__dataclass_fields__}


def codes(values: npt.ArrayLike, size: int, name: str, lowest: int = 0) -> IntArray:
    """Return `values` as an array of integers within ``lowest..size - 1``, or raise."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise StatsError(f"{name} must be one-dimensional")
    if not len(array):
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(array.dtype, np.integer):
        raise StatsError(f"{name} must hold integers")
    if array.min() < lowest or array.max() >= size:
        raise StatsError(f"{name} must lie in {lowest}..{size - 1}")
    return array


def numbers(values: npt.ArrayLike, length: int, name: str) -> FloatArray:
    """Return `values` as an array of `length` finite numbers, none negative, or raise."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (length,):
        raise StatsError(f"{name} must have one entry per cell")
    if length and (not np.isfinite(array).all() or array.min() < 0):
        raise StatsError(f"{name} must be finite and not negative")
    return array


def check_cells(
    items: tuple[str, ...],
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    votes: npt.ArrayLike | None,
    left: npt.ArrayLike | None,
    squares: npt.ArrayLike | None,
    covariates: npt.ArrayLike | None,
    covariate_names: Sequence[str],
) -> Cells:
    """Return cells as they were given, or raise `StatsError`; see `tally.from_counts`."""
    one, two = codes(first, len(items), "first"), codes(second, len(items), "second")
    how = codes(outcome, KINDS, "outcome")
    length = len(one)
    side = (
        np.broadcast_to(np.int8(UNKNOWN_SIDE), (length,))
        if left is None
        else codes(left, 2, "left", UNKNOWN_SIDE)
    )
    if not len(two) == len(how) == len(side) == length:
        raise StatsError("first, second, outcome and left must be of the same length")
    count = np.ones(length) if votes is None else numbers(votes, length, "votes")
    double = count if squares is None else numbers(squares, length, "squares")
    extra = np.zeros((length, 0)) if covariates is None else np.asarray(covariates, np.float64)
    if extra.shape != (length, len(covariate_names)) or not np.isfinite(extra).all():
        raise StatsError("covariates must be finite: a row per cell, a column per name")
    return Cells(items, one, two, how, side, count, double, extra, tuple(covariate_names))


def drop_void(cells: AnyCells) -> tuple[AnyCells, tuple[Finding, ...]]:
    """Leave out cells without votes and comparisons of an item with itself."""
    own = cells.first == cells.second
    void = own | (cells.votes <= 0)
    if not void.any():
        return cells, ()
    itself = own & (cells.votes > 0)
    findings: tuple[Finding, ...] = ()
    if itself.any():
        names = tuple(cells.items[index] for index in np.unique(cells.first[itself]))
        finding = Finding(
            Code.SELF_COMPARISON,
            "Comparisons of an item with itself were left out.",
            items=names,
            figures={"votes": float(cells.votes[itself].sum())},
        )
        findings = (finding,)
    return cells.only(~void), findings


def order_cells(cells: AnyCells) -> AnyCells:
    """Let the item with the lower number come first everywhere."""
    turned = cells.first > cells.second
    if not turned.any():
        return cells
    fields = {name: getattr(cells, name) for name in cells.__dataclass_fields__}
    fields["first"] = np.where(turned, cells.second, cells.first)
    fields["second"] = np.where(turned, cells.first, cells.second)
    fields["outcome"] = np.where(turned, SWAPPED[cells.outcome], cells.outcome)
    known = turned & (cells.left != UNKNOWN_SIDE)
    fields["left"] = np.where(known, 1 - cells.left, cells.left)
    if cells.covariates.shape[1]:
        fields["covariates"] = np.where(turned[:, None], -cells.covariates, cells.covariates)
    return type(cells)(**fields)


def merge_cells(cells: Cells) -> Cells:
    """Add up the cells that are the same."""
    size = len(cells.items)
    key = (cells.first.astype(np.int64) * size + cells.second) * KINDS + cells.outcome
    sides = SIDES if (cells.left != UNKNOWN_SIDE).any() else 1
    if sides == SIDES:
        key = key * SIDES + (cells.left + 1)
    space = size * size * KINDS * sides
    if space <= DENSE:
        votes = sum_by(key, cells.votes, space)
        found = np.flatnonzero(votes)
        votes = votes[found]
    else:
        found, key = np.unique(key, return_inverse=True)
        votes = sum_by(key, cells.votes, len(found))
    squares = votes
    if cells.squares is not cells.votes:
        double = sum_by(key, cells.squares, 0)
        squares = double[found] if space <= DENSE else double
    pair, rest = np.divmod(found, KINDS * sides)
    kind, side = np.divmod(rest, sides)
    first, second = np.divmod(pair, size) if size else (pair, pair)
    return Cells(
        cells.items, first, second, kind, side - 1, votes, squares,
        np.zeros((len(found), 0)), cells.covariate_names, findings=cells.findings,
    )  # fmt: skip
