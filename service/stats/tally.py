"""Ways from votes, counts or names into cells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from service.stats.canonical import (
    DENSE,
    SIDES,
    as_fields,
    check_cells,
    codes,
    drop_void,
    merge_cells,
    numbers,
    order_cells,
)
from service.stats.counts import (
    KINDS,
    OUTCOME_NAMES,
    UNKNOWN_SIDE,
    Cells,
    ClusterCells,
    Counts,
    Outcome,
)
from service.stats.findings import StatsError

CHUNK = 1 << 17  # votes counted at a time: the work space stays in the cache


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
    """Count cells given as arrays of the same length.

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
    cells, findings = drop_void(cells)
    cells = order_cells(cells)
    if not cells.covariates.shape[1]:
        cells = merge_cells(cells)
    return Counts(**{**as_fields(cells), "findings": findings})


def from_codes(
    items: int | Sequence[str],
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    left: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
) -> Counts:
    """Count single votes given as integer codes, in time linear in the votes.

    The work space is a table of all possible cells and a chunk of votes, whatever the number
    of votes. Parameters and errors are those of `from_counts`, with one entry per vote;
    `weights` weighs the votes.
    """
    names = name_items(items)
    size = len(names)
    one = codes(first, size, "first")
    two = codes(second, size, "second")
    how = codes(outcome, KINDS, "outcome")
    side = None if left is None else codes(left, 2, "left", UNKNOWN_SIDE)
    if any(len(array) != len(one) for array in (two, how, side) if array is not None):
        raise StatsError("first, second, outcome and left must be of the same length")
    weight = None if weights is None else numbers(weights, len(one), "weights")
    sides = 1 if side is None else SIDES
    space = size * size * KINDS * sides
    if space > max(DENSE, 4 * len(one)):
        squares = None if weight is None else weight**2
        return from_counts(names, one, two, how, weight, left=side, squares=squares)
    votes, squares = np.zeros(space), np.zeros(space if weight is not None else 0)
    for start in range(0, len(one), CHUNK):
        part = slice(start, start + CHUNK)
        key = (one[part].astype(np.int64) * size + two[part]) * KINDS + how[part]
        if side is not None:
            key = key * SIDES + (side[part] + 1)
        if weight is None:
            votes += np.bincount(key, minlength=space)
        else:
            votes += np.bincount(key, weight[part], minlength=space)
            squares += np.bincount(key, weight[part] ** 2, minlength=space)
    key = np.flatnonzero(votes)
    cell, which = np.divmod(key, sides)
    pair, kind = np.divmod(cell, KINDS)
    return from_counts(
        names,
        pair // size,
        pair % size,
        kind,
        votes[key],
        left=None if side is None else which - 1,
        squares=None if weight is None else squares[key],
    )


def from_names(
    first: Iterable[str],
    second: Iterable[str],
    outcome: Iterable[str],
    *,
    items: Sequence[str] | None = None,
    weights: npt.ArrayLike | None = None,
) -> Counts:
    """Count single votes given as names of items and of outcomes.

    Without `items` they are numbered in the order in which they occur. Outcomes bear the
    names of `Outcome` in lower case.

    Raises
    ------
    StatsError
        An outcome has another name, or an item is not in `items`.
    """
    index: dict[str, int]
    if items is None:
        fresh: defaultdict[str, int] = defaultdict()
        fresh.default_factory = fresh.__len__
        index = fresh
    else:
        index = {name: position for position, name in enumerate(name_items(items))}
    kinds = {name: code for code, name in enumerate(OUTCOME_NAMES)}
    try:
        one = np.fromiter(map(index.__getitem__, first), dtype=np.int32)
        two = np.fromiter(map(index.__getitem__, second), dtype=np.int32)
        how = np.fromiter(map(kinds.__getitem__, outcome), dtype=np.int8)
    except KeyError as unknown:
        raise StatsError(f"unknown name: {unknown.args[0]}") from None
    return from_codes(tuple(index), one, two, how, weights=weights)


def from_wins(
    wins: npt.ArrayLike, ties: npt.ArrayLike | None = None, items: Sequence[str] | None = None
) -> Counts:
    """Count a table: `wins[i, j]` votes for i over j, and half of ``ties + ties.T`` ties.

    Parameters
    ----------
    wins : (K, K) numbers
    ties : (K, K) numbers, optional
        Either symmetric or with each pair in one place only: the larger of the two counts.
    items : sequence of str, optional
    """
    table = np.asarray(wins, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:  # noqa: PLR2004 - two dimensions
        raise StatsError("wins must be a square table")
    one, two = np.nonzero(table)
    how = np.full(len(one), Outcome.FIRST)
    votes = table[one, two]
    if ties is not None:
        draws = np.asarray(ties, dtype=np.float64)
        upper = np.triu(np.maximum(draws, draws.T))
        left, right = np.nonzero(upper)
        one, two = np.concatenate([one, left]), np.concatenate([two, right])
        how = np.concatenate([how, np.full(len(left), Outcome.TIE)])
        votes = np.concatenate([votes, upper[left, right]])
    return from_counts(len(table) if items is None else items, one, two, how, votes)


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


def select_items(counts: Counts, chosen: Sequence[int]) -> Counts:
    """Count the comparisons among the chosen items alone, numbered in the order given."""
    position = np.full(len(counts.items), -1)
    position[list(chosen)] = np.arange(len(chosen))
    kept = counts.only((position[counts.first] >= 0) & (position[counts.second] >= 0))
    names = tuple(counts.items[index] for index in chosen)
    fields = {**as_fields(kept), "items": names}
    fields["first"], fields["second"] = position[kept.first], position[kept.second]
    return Counts(**as_fields(order_cells(Cells(**fields))))
