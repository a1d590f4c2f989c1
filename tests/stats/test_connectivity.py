import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from service.stats import connectivity


def shape(size, *results):
    """Each result is (winner, loser) or (one, other, "tie")."""
    first = np.array([result[0] for result in results], dtype=int)
    second = np.array([result[1] for result in results], dtype=int)
    tie = np.array([len(result) == 3 for result in results])
    return connectivity.find_shape(
        size, first, second, np.where(tie, 0.5, 1.0), np.where(tie, 0.5, 0.0)
    )


class TestFindShape:
    def test_a_circle_of_wins_is_bounded(self):
        found = shape(3, (0, 1), (1, 2), (2, 0))
        assert found.components == 1
        assert found.bounded.all()
        assert not found.above.any()
        assert not found.below.any()

    def test_a_tie_counts_both_ways(self):
        assert shape(3, (0, 1, "tie"), (1, 2, "tie")).bounded.all()

    def test_the_main_body_is_the_reference(self):
        found = shape(5, (0, 1), (1, 2), (2, 0), (3, 0), (1, 4))
        assert found.above.tolist() == [False, False, False, True, False]
        assert found.below.tolist() == [False, False, False, False, True]
        assert not found.bounded.any()

    def test_a_chain_is_unbounded_at_both_ends(self):
        found = shape(3, (0, 1), (1, 2))
        assert found.above.tolist() == [True, False, False]
        assert found.below.tolist() == [False, False, True]

    def test_parts_that_never_met_are_judged_apart(self):
        found = shape(5, (0, 1), (1, 0), (2, 3))
        assert found.components == 3
        assert found.bounded.tolist() == [True, True, False, False, False]

    def test_rounding_is_no_win(self):
        found = connectivity.find_shape(
            2, np.array([0]), np.array([1]), np.array([3.0]), np.array([1e-16])
        )
        assert not found.bounded.any()

    def test_no_items(self):
        assert shape(0).components == 0


def has_no_direction(size, first, second, won, lost, tied):
    """Ask a linear program whether a direction exists along which the tie strength can grow."""
    rows, bounds = [], []
    for i, j, a, b, t in zip(first, second, won, lost, tied, strict=True):
        unit = np.zeros(size)
        unit[i], unit[j] = 1, -1
        if a:
            rows, bounds = [*rows, -unit], [*bounds, -1.0]
        if b:
            rows, bounds = [*rows, unit], [*bounds, -1.0]
        if t:
            rows, bounds = [*rows, unit, -unit], [*bounds, 1.0, 1.0]
    found = linprog(np.zeros(size), A_ub=rows, b_ub=bounds, bounds=(None, None))
    return found.status == 2


class TestTiesAreBounded:
    @pytest.mark.parametrize("seed", range(40))
    def test_agrees_with_a_linear_program(self, seed):
        rng = np.random.default_rng(seed)
        pairs = np.array(list(itertools.combinations(range(4), 2)))
        chosen = pairs[rng.random(len(pairs)) < 0.7]
        kind = rng.integers(4, size=len(chosen))
        won, lost, tied = ((kind == 0) * 1.0, (kind == 1) * 1.0, (kind >= 2) * 1.0)
        arguments = (4, chosen[:, 0], chosen[:, 1], won, lost, tied)
        expected = bool(len(chosen)) and has_no_direction(*arguments)
        assert connectivity.ties_are_bounded(*arguments) == expected

    def test_two_that_beat_each_other_bound_it(self):
        one = np.ones(1)
        pair = (np.array([0]), np.array([1]))
        assert connectivity.ties_are_bounded(2, *pair, one, one, one)
