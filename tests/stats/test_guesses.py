import json

import numpy as np
import pytest
from scipy import stats

from service.stats.findings import StatsError
from service.stats.guesses import right_by_chance


class TestRightByChance:
    def test_is_fishers_test_for_two(self):
        table = [[9, 3], [4, 8]]
        found = right_by_chance(table)
        assert found.p_value == stats.fisher_exact(table, alternative="greater").pvalue
        assert (found.right, found.number, found.expected) == (17, 24, 12.0)

    def test_follows_every_arrangement_of_a_small_table(self):
        truth = np.array([0, 0, 1, 1, 2, 2])
        said = np.array([0, 0, 1, 2, 2, 1])
        table = np.zeros((3, 3), int)
        np.add.at(table, (truth, said), 1)
        rng = np.random.default_rng(1)
        shuffled = rng.permuted(np.tile(said, (20_000, 1)), axis=1)
        expected = np.mean((shuffled == truth).sum(axis=1) >= 4)
        assert right_by_chance(table).p_value == pytest.approx(expected, abs=0.01)

    def test_takes_a_habit_for_none(self):
        found = right_by_chance([[12, 0, 0], [12, 0, 0], [12, 0, 0]])
        assert (found.right, found.expected, found.p_value) == (12, 12.0, 1.0)

    @pytest.mark.parametrize("row", [0, 1, 2])
    def test_learns_nothing_from_texts_of_one_alone(self, row):
        table = np.zeros((3, 3), int)
        table[row] = [2, 0, 1]
        assert right_by_chance(table).p_value == 1

    def test_sees_who_knows(self):
        assert right_by_chance([[8, 1, 1], [2, 7, 1], [1, 1, 8]]).p_value < 0.001
        assert json.dumps(right_by_chance([[8, 1], [1, 8]]).to_dict())

    @pytest.mark.parametrize("names", [2, 3])
    def test_keeps_its_level_though_people_have_habits(self, names):
        rng = np.random.default_rng(2)
        false = 0
        for _ in range(200):
            habit = rng.dirichlet(np.ones(names) / 2, 6)
            truth = rng.integers(names, size=24)
            said = np.array([rng.choice(names, p=habit[at % 6]) for at in range(24)])
            table = np.zeros((names, names), int)
            np.add.at(table, (truth, said), 1)
            false += right_by_chance(table, draws=999).p_value < 0.05
        assert false / 200 <= 0.08

    def test_of_nothing_is_nothing(self):
        assert right_by_chance([[0, 0], [0, 0]]).p_value == 1

    @pytest.mark.parametrize("table", [[[1, 2]], [[-1, 0], [0, 1]], [1, 2]])
    def test_refuses_what_is_no_table(self, table):
        with pytest.raises(StatsError):
            right_by_chance(table)
