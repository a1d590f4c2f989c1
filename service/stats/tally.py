"""Ways from votes and counts into cells: checked, put into one order, and added up."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from service.stats.counts import (
    KINDS,
    SWAPPED,
    UNKNOWN_SIDE,
    Cells,
    ClusterCells,
    Counts,
    FloatArray,
    IntArray,
    sum_by,
)
from service.stats.findings import Code, Finding, StatsError

SIDES = 3  # unknown, second shown left, first shown left
DENSE = 1 << 22  # possible cells that are counted in a table rather than sorted
CHUNK = 1 << 17  # votes counted at a time: the work space stays in the cache

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
    """Return cells as they were given, or raise `StatsError`; see `from_counts`."""
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
    single = np.broadcast_to(np.float64(1), (length,))
    count = single if votes is None else numbers(votes, length, "votes")
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
    """Add up the cells that are the same.

    The work space is a table of all possible cells and a chunk of `cells`, or, where that table
    would be large, as large as `cells`.
    """
    size = len(cells.items)
    sides = SIDES if cells.left.max(initial=UNKNOWN_SIDE) != UNKNOWN_SIDE else 1
    space = size * size * KINDS * sides
    weights = [cells.votes] if cells.squares is cells.votes else [cells.votes, cells.squares]
    if space <= max(DENSE, 4 * len(cells)):
        tables = [np.zeros(space) for _ in weights]
        for start in range(0, len(cells), CHUNK):
            part = slice(start, start + CHUNK)
            key = _number_cells(cells, part, sides)
            for table, weight in zip(tables, weights, strict=True):
                # A broadcast 1 per vote: counting is faster than adding.
                one_each = not weight.strides[0] and weight[0] == 1
                more = np.bincount(key, None if one_each else weight[part], minlength=space)
                np.add(table, more, out=table)
        found = np.flatnonzero(tables[0])
        sums = [table[found] for table in tables]
    else:
        found, key = np.unique(_number_cells(cells, slice(None), sides), return_inverse=True)
        sums = [sum_by(key, weight, len(found)) for weight in weights]
    pair, rest = np.divmod(found, KINDS * sides)
    kind, side = np.divmod(rest, sides)
    first, second = np.divmod(pair, size) if size else (pair, pair)
    return Cells(
        cells.items, first, second, kind, side - 1, sums[0], sums[-1],
        np.zeros((len(found), 0)), cells.covariate_names, findings=cells.findings,
    )  # fmt: skip


def _number_cells(cells: Cells, part: slice, sides: int) -> IntArray:
    """Return a number per cell that only the same cells share."""
    key: IntArray = cells.first[part].astype(np.int64) * len(cells.items) + cells.second[part]
    key = key * KINDS + cells.outcome[part]
    return key * SIDES + (cells.left[part] + 1) if sides == SIDES else key


def name_items(items: int | Sequence[str]) -> tuple[str, ...]:
    """Return names of items: as given, or "0", "1", ... for a number of items."""
    names = tuple(map(str, range(items))) if isinstance(items, int) else tuple(items)
    if len(set(names)) != len(names):
        raise StatsError("two items have the same name")
    return names


def from_counts(
    items: int | Sequence[str],
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    votes: npt.ArrayLike | None = None,
    *,
    left: npt.ArrayLike | None = None,
    squares: npt.ArrayLike | None = None,
    covariates: npt.ArrayLike | None = None,
    covariate_names: Sequence[str] = (),
) -> Counts:
    """Count cells, or single votes, given as arrays of the same length.

    Takes time linear in them.

    Parameters
    ----------
    items : int or sequence of str
        Names of the items, or how many there are.
    first, second : (M,) integers
        Positions in `items`, in either order; comparisons of an item with itself are left
        out and reported.
    outcome : (M,) integers
        Codes of `Outcome`, from the point of view of `first`.
    votes : (M,) numbers, optional
        How many votes a cell holds; 1 each by default. Cells with 0 votes vanish.
    left : (M,) integers, optional
        1 where `first` was shown left, 0 where `second` was, -1 where unknown.
    squares : (M,) numbers, optional
        Sum of the squared weights, where votes are weighted; `votes` by default.
    covariates : (M, P) numbers, optional
        Differences first minus second. Cells with covariates are not merged.
    covariate_names : sequence of str
        Names of the P covariates.

    Raises
    ------
    StatsError
        Lengths differ, codes lie outside, or numbers are negative or not finite.
    """
    cells = check_cells(
        name_items(items), first, second, outcome, votes, left, squares, covariates, covariate_names
    )
    are_mergeable = not cells.covariates.shape[1]
    if are_mergeable and len(cells) > len(cells.items) ** 2 * KINDS:
        cells = merge_cells(cells)  # more votes than cells: the rest then costs next to nothing
    cells, findings = drop_void(cells)
    cells = order_cells(cells)
    if are_mergeable:
        cells = merge_cells(cells)
    return Counts(**{**as_fields(cells), "findings": findings})


def from_clusters(
    items: int | Sequence[str],
    clusters: int | Sequence[str],
    cluster: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    votes: npt.ArrayLike | None = None,
    *,
    left: npt.ArrayLike | None = None,
    covariates: npt.ArrayLike | None = None,
    covariate_names: Sequence[str] = (),
) -> ClusterCells:
    """Keep cells, or single votes, apart by cluster.

    Parameters
    ----------
    clusters : int or sequence of str
        Names of the raters (or of the prompts), or how many there are.
    cluster : (M,) integers
        Positions in `clusters`.
    others
        As in `from_counts`. Cells that occur twice are kept twice: the sums are the same.

    Raises
    ------
    StatsError
        As in `from_counts`.
    """
    names = name_items(clusters)
    raw = check_cells(
        name_items(items), first, second, outcome, votes, left, None, covariates, covariate_names
    )
    index = codes(cluster, len(names), "cluster")
    if len(index) != len(raw):
        raise StatsError("cluster must have one entry per cell")
    kept, findings = drop_void(ClusterCells(**as_fields(raw), clusters=names, cluster=index))
    return ClusterCells(
        **{**as_fields(kept), "findings": findings},
        clusters=names,
        cluster=kept.cluster,
    )


def merge_clusters(cells: ClusterCells) -> Counts:
    """Count the same comparisons with the clusters forgotten."""
    ordered = order_cells(Cells(**as_fields(cells)))
    merged = ordered if cells.covariates.shape[1] else merge_cells(ordered)
    return Counts(**as_fields(merged))
