import numpy as np
import pytest

from service import stats
from service.stats import likelihood
from service.stats.likelihood import Rows


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    first, second = np.array([0, 0, 1, 2, 0]), np.array([1, 2, 2, 3, 3])
    votes = rng.integers(3, 9, 5).astype(float)
    ties = np.floor(votes / 3)
    balance = (votes - ties) * rng.uniform(-0.5, 0.5, 5)
    return Rows(4, first, second, votes, balance, ties, rng.normal(size=(5, 2)))


PARAMETERS = np.array([0.4, -0.2, 0.3, -0.5, 0.25, -0.6, 0.2])


def value(rows, parameters, *, tied):
    log_tie = parameters[-1] if tied else None
    return likelihood.log_likelihood(rows, rows.differences(parameters), log_tie)


def slope(rows, parameters, *, tied):
    log_tie = parameters[-1] if tied else None
    return likelihood.score(rows, likelihood.moments(rows.differences(parameters), log_tie))


@pytest.mark.parametrize("tied", [False, True])
class TestDerivatives:
    def test_the_score_is_the_slope(self, rows, tied):
        at = PARAMETERS if tied else PARAMETERS[:-1]
        units = np.eye(len(at)) * 1e-6
        expected = [
            (value(rows, at + unit, tied=tied) - value(rows, at - unit, tied=tied)) / 2e-6
            for unit in units
        ]
        assert slope(rows, at, tied=tied) == pytest.approx(expected, abs=1e-7)

    def test_the_information_is_the_curvature(self, rows, tied):
        at = PARAMETERS if tied else PARAMETERS[:-1]
        units = np.eye(len(at)) * 1e-6
        expected = [
            (slope(rows, at - unit, tied=tied) - slope(rows, at + unit, tied=tied)) / 2e-6
            for unit in units
        ]
        point = likelihood.moments(rows.differences(at), at[-1] if tied else None)
        assert likelihood.information(rows, point) == pytest.approx(np.array(expected), abs=1e-7)


class TestSumRows:
    def counts(self, items=3):
        arrays = ([0, 0, 0, 1], [1, 1, 2, 2], [1, 6, 4, 3], [5, 2, 3, 4])
        return stats.from_counts(items, *arrays, left=[1, 0, -1, 1])

    def test_sums_over_outcomes(self):
        rows = likelihood.sum_rows(self.counts(), position=False)
        assert rows.votes.tolist() == [7, 3, 4]
        assert rows.balance.tolist() == [2.5, -1.5, 0]
        assert rows.ties.tolist() == [2, 0, 4]

    def test_keeps_sides_apart_where_the_position_counts(self):
        rows = likelihood.sum_rows(self.counts(), position=True)
        assert rows.votes.tolist() == [2, 5, 3, 4]
        assert rows.covariates.ravel().tolist() == [-1, 1, 0, 1]

    @pytest.mark.parametrize("position", [False, True])
    def test_sums_many_items_by_sorting(self, position):
        table = likelihood.sum_rows(self.counts(), position=position)
        sorting = likelihood.sum_rows(self.counts(items=3000), position=position)
        for name in ("first", "second", "votes", "balance", "ties", "covariates"):
            assert np.array_equal(getattr(table, name), getattr(sorting, name))


class TestProbabilities:
    def test_follow_the_definition(self):
        one, two, ties = 3.0, 0.5, 0.8
        first, tie, second = likelihood.davidson(np.log([one / two]), np.log(ties))
        total = one + two + ties * (one * two) ** 0.5
        assert first[0] == pytest.approx(one / total)
        assert second[0] == pytest.approx(two / total)
        assert tie[0] == pytest.approx(ties * (one * two) ** 0.5 / total)

    def test_stay_finite_far_out(self):
        found = likelihood.davidson(np.array([-2000.0, 0.0, 2000.0]), 900.0)
        assert np.isfinite(found).all()
        assert np.sum(found, axis=0) == pytest.approx(np.ones(3))


class TestLogNorm:
    def test_is_the_log_of_the_sum(self):
        found = likelihood._davidson_norm(np.array([0.4]), -0.3)
        assert found[0] == pytest.approx(np.log(np.exp(0.2) + np.exp(-0.2) + np.exp(-0.3)))
