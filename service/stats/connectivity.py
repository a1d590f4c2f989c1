"""Which items can be compared at all, and whose strength the votes leave unbounded."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from service.stats.counts import BoolArray, FloatArray, IntArray

DUST = 1e-12  # a share below this part of the votes is rounding, not a vote


@dataclass(frozen=True, eq=False)
class Shape:
    """How the graph of comparisons hangs together.

    Attributes
    ----------
    component : (K,) integer array
        Items with the same number are linked by votes; others cannot be compared.
    level : (K,) integer array
        Items with the same number beat each other in a circle (ties count both ways).
    above, below : (K,) bool array
        No finite maximum: these won, or lost, everything against the rest.
    """

    component: IntArray
    level: IntArray
    above: BoolArray
    below: BoolArray

    @property
    def components(self) -> int:
        """Return the number of components."""
        return int(self.component.max(initial=-1)) + 1

    @property
    def bounded(self) -> BoolArray:
        """Return for each item whether its component has a finite maximum of the likelihood."""
        levels = np.full(self.components, -1)
        bounded = np.ones(self.components, dtype=bool)
        levels[self.component] = self.level
        np.logical_and.at(bounded, self.component, self.level == levels[self.component])
        sizes = np.bincount(self.component, minlength=self.components)
        return bounded[self.component] & (sizes > 1)[self.component]


def find_shape(
    size: int,
    first: IntArray,
    second: IntArray,
    points_first: FloatArray,
    points_second: FloatArray,
) -> Shape:
    """Find components, and where no finite maximum exists.

    The Bradley–Terry likelihood has a finite maximum, unique up to a shift, exactly when
    for every split of the items into two groups some item of each group has won against
    one of the other: when the directed graph of wins is strongly connected [1]_.

    Parameters
    ----------
    size : int
        Number of items K.
    first, second : (R,) integer arrays
        Pairs that met.
    points_first, points_second : (R,) arrays
        Wins of either side, ties half.

    References
    ----------
    .. [1] Ford, L. R. (1957). Solution of a ranking problem from binary comparisons.
       American Mathematical Monthly 64(8), 28-33.
    """
    dust = DUST * (points_first + points_second)
    up, down = points_first > dust, points_second > dust
    winner = np.concatenate([first[up], second[down]])
    loser = np.concatenate([second[up], first[down]])
    beats = np.zeros((size, size), dtype=bool)
    beats[winner, loser] = True
    nowhere = np.zeros(size, dtype=bool)
    if size and _reaches_all(beats) and _reaches_all(beats.T):
        zeros = np.zeros(size, dtype=np.int64)
        return Shape(zeros, zeros, nowhere, nowhere)
    graph = coo_array((np.ones(len(winner)), (winner, loser)), shape=(size, size)).tocsr()
    _, component = connected_components(graph, directed=False)
    _, level = connected_components(graph, directed=True, connection="strong")
    above, below = _ends(component, level, winner, loser)
    return Shape(component.astype(np.int64), level.astype(np.int64), above, below)


def _reaches_all(beats: BoolArray) -> bool:
    reached = np.zeros(len(beats), dtype=bool)
    reached[0] = True
    frontier = reached
    while frontier.any():
        frontier = beats[frontier].any(axis=0) & ~reached
        reached = reached | frontier
    return bool(reached.all())


def _ends(
    component: IntArray, level: IntArray, winner: IntArray, loser: IntArray
) -> tuple[BoolArray, BoolArray]:
    """Mark levels that never lose, or never win, outside; the main body is the reference."""
    levels = int(level.max(initial=-1)) + 1
    sizes = np.bincount(level, minlength=levels)
    crossing = level[winner] != level[loser]
    loses, wins = np.zeros(levels, dtype=bool), np.zeros(levels, dtype=bool)
    loses[level[loser][crossing]] = True
    wins[level[winner][crossing]] = True
    above, below = wins & ~loses, loses & ~wins
    for part in range(int(component.max(initial=-1)) + 1):
        inside = np.unique(level[component == part])
        body = inside[np.argmax(sizes[inside])]
        if sizes[body] > 1:
            above[body] = below[body] = False
    return above[level], below[level]


def ties_are_bounded(
    size: int,
    first: IntArray,
    second: IntArray,
    wins_first: FloatArray,
    wins_second: FloatArray,
    ties: FloatArray,
) -> bool:
    """Return whether the tie strength of Davidson's model has a finite maximum.

    Along a direction (v, t) of strengths and log tie strength the likelihood never falls
    exactly when every win of i over j has (v_i - v_j)/2 >= t and every tie has
    |v_i - v_j|/2 <= t. With t = 1/2 these are difference constraints, which can be met
    unless the graph of constraints holds a negative cycle (Bellman and Ford). No such
    direction with t > 0: the tie strength is bounded, given that there are ties at all.
    """
    both_won = (wins_first > 0) & (wins_second > 0)
    if both_won.any():
        return True
    won, lost = wins_first > 0, wins_second > 0
    drawn = ties > 0
    tail = np.concatenate([first[won], second[lost], first[drawn], second[drawn]])
    head = np.concatenate([second[won], first[lost], second[drawn], first[drawn]])
    length = np.concatenate(
        [np.full(int(won.sum() + lost.sum()), -1.0), np.full(2 * int(drawn.sum()), 1.0)]
    )
    distance = np.zeros(size)
    for _ in range(size + 1):
        shorter = distance.copy()
        np.minimum.at(shorter, head, distance[tail] + length)
        if np.array_equal(shorter, distance):
            return False
        distance = shorter
    return True
