"""Resampled numbers follow the multinomial law, whichever way they are drawn."""

import numpy as np
import pytest
from scipy import stats as laws

from service.stats import resampling
from service.stats.resampling import Multinomial, Tables

EXPECTED = np.array([0.0, 1.0, 1.0, 4.0, 40.0, 154.0])
ROUNDS = 20_000


def draw(expected: np.ndarray, total: int, rounds: int = ROUNDS) -> np.ndarray:
    return Multinomial(expected, total).draw(np.random.default_rng(3), rounds)


@pytest.fixture(params=["tables", "numpy"])
def way(request, monkeypatch):
    """Draw the Poisson numbers from alias tables, and as if these were too large."""
    if request.param == "numpy":
        monkeypatch.setattr(resampling, "LARGEST", 0)


@pytest.mark.usefixtures("way")
class TestMultinomial:
    @pytest.mark.parametrize("total", [1, 3, 200, 5000])
    def test_every_round_has_the_total(self, total):
        assert (draw(EXPECTED, total).sum(axis=0) == total).all()

    @pytest.mark.parametrize("total", [3, 200])
    def test_each_row_is_binomial(self, total):
        for row, chance in zip(draw(EXPECTED, total), EXPECTED / EXPECTED.sum(), strict=True):
            number = np.arange(total + 1)
            wanted = laws.binom.pmf(number, total, chance) * ROUNDS
            seen = np.bincount(row.astype(int), minlength=total + 1)
            usual = wanted > 10
            together = [seen[usual], [seen[~usual].sum()]]
            expected = [wanted[usual], [wanted[~usual].sum() + 1e-9]]
            pull = (np.concatenate(together) - np.concatenate(expected)) ** 2
            statistic = (pull / np.concatenate(expected).clip(0.5)).sum()
            assert statistic < laws.chi2.ppf(1 - 1e-6, usual.sum() + 1)

    def test_rows_covary_as_multinomial_numbers_do(self):
        total, chance = 200, EXPECTED / EXPECTED.sum()
        wanted = total * (np.diag(chance) - np.outer(chance, chance))
        assert np.abs(np.cov(draw(EXPECTED, total)) - wanted).max() < 0.05 * wanted.max()

    def test_the_same_seed_gives_the_same_numbers(self):
        assert (draw(EXPECTED, 200, 5) == draw(EXPECTED, 200, 5)).all()

    def test_no_votes_give_zeros(self):
        assert not draw(np.zeros(3), 0, 4).any()
        assert draw(np.zeros(0), 0, 4).shape == (0, 4)


class TestTables:
    def test_a_table_gives_its_chances_back(self):
        chances = np.array([0.1, 0.0, 0.25, 0.05, 0.6])
        table = Tables.of([np.arange(5)], [chances])
        back = table.keep.copy()
        np.add.at(back, table.alias, 1 - table.keep)
        assert back / 5 == pytest.approx(chances, abs=1e-15)
