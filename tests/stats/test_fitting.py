import itertools

import choix
import evalica
import numpy as np
import pytest
import statsmodels.api as sm

from service import stats
from service.stats import Code, Outcome, StatsError
from service.stats.scale import POINTS
from tests.oracles import tables
from tests.oracles.found import codes
from tests.stats import published


def shortly(values, digits):
    return [round(float(value), digits) for value in values]


class TestPublishedTables:
    def test_baseball(self):
        fitted = stats.fit(published.baseball(), prior=0)
        abilities = fitted.strengths - fitted.strengths[0]
        assert shortly(abilities[1:], 2) == [0.68, 1.11, 1.25, 1.29, 1.44, 1.58]

    def test_baseball_with_home_advantage(self):
        fitted = stats.fit(published.baseball(), prior=0, position=True)
        error = fitted.bread[-1, -1] ** 0.5
        assert round(fitted.coefficients["position"], 3) == 0.302
        assert round(error, 3) == 0.131
        abilities = fitted.strengths - fitted.strengths[0]
        assert shortly(abilities[1:], 4) == [0.7047, 1.1438, 1.2813, 1.3271, 1.4754, 1.6196]

    def test_citations(self):
        fitted = stats.fit(published.citations(), prior=0)
        matrix = fitted.bread
        own = np.diag(matrix)
        errors = np.sqrt(own[1:] + own[0] - 2 * matrix[0, 1:])
        assert shortly(fitted.strengths[1:] - fitted.strengths[0], 4) == [-2.9491, -0.4796, 0.2690]
        assert shortly(errors, 4) == [0.1025, 0.0606, 0.0708]


class TestRealVotes:
    def test_golden_ratings_of_llmfao(self):
        fitted = stats.fit(published.llmfao(), prior=0)
        _, expected = published.golden()
        assert np.abs(fitted.strengths - (expected - expected.mean())).max() < 1e-8

    @pytest.mark.parametrize(
        ("model", "expected"), [("bradley_terry", 0.6554), ("davidson", 1.0100)]
    )
    def test_likelihood_of_the_arena(self, model, expected):
        fitted = stats.fit(published.arena(), model=model, prior=0, both_bad="drop")
        assert round(-fitted.log_likelihood / fitted.counts.total, 4) == expected
        assert fitted.converged
        assert not fitted.findings


@pytest.fixture
def votes():
    rng = np.random.default_rng(7)
    first = rng.integers(6, size=3000)
    second = (first + rng.integers(1, 6, size=3000)) % 6
    strengths = np.linspace(-1, 1, 6)
    won = rng.random(3000) < 1 / (1 + np.exp(strengths[second] - strengths[first]))
    return first, second, np.where(won, Outcome.FIRST, Outcome.SECOND)


class TestOtherPrograms:
    def test_choix(self, votes):
        first, second, outcome = votes
        won = outcome == Outcome.FIRST
        pairs = np.column_stack([np.where(won, first, second), np.where(won, second, first)])
        expected = choix.ilsr_pairwise(6, pairs.tolist())
        fitted = stats.fit(stats.from_counts(6, *votes), prior=0)
        assert fitted.strengths == pytest.approx(expected - expected.mean(), abs=1e-6)

    def test_choix_regularised(self, votes):
        first, second, outcome = votes
        won = outcome == Outcome.FIRST
        pairs = np.column_stack([np.where(won, first, second), np.where(won, second, first)])
        # choix penalises alpha |theta|², we lambda/2 |theta|².
        expected = choix.opt_pairwise(6, pairs.tolist(), alpha=1.5, tol=1e-10)
        fitted = stats.fit(stats.from_counts(6, *votes), prior=3.0)
        assert fitted.strengths == pytest.approx(expected, abs=1e-5)

    def test_evalica_with_ties_and_davidson(self):
        counts = published.llmfao()
        outcome = {1: evalica.Winner.X, 4: evalica.Winner.Y, 6: evalica.Winner.Draw}
        often = counts.votes.astype(int)
        arguments = (
            np.repeat(np.array(counts.items)[counts.first], often).tolist(),
            np.repeat(np.array(counts.items)[counts.second], often).tolist(),
            [outcome[kind] for kind in np.repeat(counts.outcome, often).tolist()],
        )
        scores = evalica.newman(*arguments, tolerance=1e-12, limit=5000).scores
        expected = np.log([scores[item] for item in counts.items])
        fitted = stats.fit(counts, model="davidson", prior=0)
        assert fitted.strengths == pytest.approx(expected - expected.mean(), abs=1e-5)

    def test_statsmodels_with_weights_and_covariates(self, votes):
        first, second, outcome = votes
        rng = np.random.default_rng(8)
        length, weight = rng.normal(size=(3000, 1)), rng.integers(1, 4, size=3000)
        table = np.zeros((3000, 6))
        table[np.arange(3000), first] += 1
        table[np.arange(3000), second] -= 1
        model = sm.GLM(
            outcome == Outcome.FIRST,
            np.column_stack([table[:, 1:], length]),
            family=sm.families.Binomial(),
            freq_weights=weight,
        ).fit(tol=1e-12)
        counts = stats.from_counts(6, *votes, weight, covariates=length, covariate_names=["length"])
        fitted = stats.fit(counts, prior=0)
        assert fitted.strengths[1:] - fitted.strengths[0] == pytest.approx(model.params[:5])
        assert fitted.coefficients["length"] == pytest.approx(model.params[5])
        assert fitted.log_likelihood == pytest.approx(model.llf)
        error = fitted.bread[-1, -1] ** 0.5
        assert error == pytest.approx(model.bse[5], rel=1e-6)


class TestFit:
    def test_maximises_what_it_says(self):
        counts = tables.from_wins(
            [[0, 4, 1], [2, 0, 3], [5, 0, 0]], [[0, 2, 0], [0, 0, 1], [0] * 3]
        )
        for model in ("bradley_terry", "davidson"):
            fitted = stats.fit(counts, model=model, prior=0.4)
            assert gradient(fitted) == pytest.approx(np.zeros(len(fitted.parameters)), abs=1e-6)

    def test_a_warm_start_changes_the_way_and_not_the_end(self):
        counts = published.baseball()
        cold = stats.fit(counts, position=True)
        warm = stats.fit(counts, position=True, start=cold)
        assert warm.strengths == pytest.approx(cold.strengths, abs=1e-12)
        assert warm.iterations == 1 < cold.iterations

    def test_a_warm_start_matches_items_by_name(self):
        earlier = stats.fit(tables.from_wins([[0, 9], [2, 0]], items=["a", "b"]))
        later = tables.from_wins([[0, 2, 1], [9, 0, 1], [1, 1, 0]], items=["b", "a", "new"])
        assert stats.fit(later, start=earlier).strengths == pytest.approx(
            stats.fit(later).strengths, abs=1e-9
        )

    def test_both_bad_is_half_a_win_or_dropped(self):
        kinds = [Outcome.FIRST, Outcome.SECOND, Outcome.BOTH_BAD]
        counts = stats.from_counts(2, [0] * 3, [1] * 3, kinds, [3, 1, 4])
        half, drop = (stats.fit(counts, prior=0, both_bad=kind) for kind in ("half", "drop"))
        assert half.strengths[0] - half.strengths[1] == pytest.approx(np.log(5 / 3))
        assert drop.strengths[0] - drop.strengths[1] == pytest.approx(np.log(3))
        assert drop.counts.total == 4

    def test_strength_of_a_preference_is_ignored(self):
        much = stats.from_counts(2, [0, 0], [1, 1], [Outcome.FIRST_MUCH, Outcome.SECOND], [3, 1])
        plain = stats.from_counts(2, [0, 0], [1, 1], [Outcome.FIRST, Outcome.SECOND_MUCH], [3, 1])
        assert stats.fit(much).strengths == pytest.approx(stats.fit(plain).strengths)

    def test_says_when_it_did_not_converge(self):
        fitted = stats.fit(published.baseball(), max_iterations=1)
        assert not fitted.converged
        assert Code.NOT_CONVERGED in codes(fitted.findings)

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    def test_of_a_clean_sweep_is_the_best_with_the_mean_at_zero(self, order):
        wins = np.array([[0, 3, 5], [0, 0, 2], [0, 0, 0]])[np.ix_(order, order)]
        fitted = stats.fit(tables.from_wins(wins.tolist()), prior=0)
        assert fitted.converged
        assert fitted.iterations < 15
        assert fitted.strengths.mean() == pytest.approx(0)
        # At the best point what is left of the slope would only move the mean.
        gap = fitted.strengths[:, None] - fitted.strengths
        left = (wins / (1 + np.exp(gap))).sum(1) - (wins / (1 + np.exp(gap))).sum(0)
        slope = left - fitted.precision * fitted.strengths
        assert np.ptp(slope) == pytest.approx(0, abs=1e-6)

    @pytest.mark.parametrize(
        "wins",
        [
            [[0, 3, 5], [0, 0, 2], [0, 0, 0]],
            [[0, 2, 3, 1], [1, 0, 2, 3], [0, 0, 0, 2], [0, 0, 1, 0]],
        ],
    )
    def test_does_not_depend_on_who_is_named_first(self, wins):
        wins = np.array(wins)
        fitted = [
            stats.fit(tables.from_wins(wins[np.ix_(order, order)].tolist()), prior=0)
            .strengths[np.argsort(order)]
            for order in itertools.permutations(range(len(wins)))
        ]  # fmt: skip
        assert np.ptp(fitted, axis=0) == pytest.approx(0, abs=1e-9)

    def test_puts_400_points_at_odds_of_ten(self):
        fitted = stats.fit(tables.from_wins([[0, 10], [1, 0]]), prior=0)
        assert fitted.ratings[0] - fitted.ratings[1] == pytest.approx(400)
        assert fitted.ratings.mean() == pytest.approx(1000)
        assert pytest.approx(173.7178, abs=1e-4) == POINTS

    def test_a_covariate_that_decides_everything_is_held_by_the_prior(self):
        arrays = ([0, 1] * 5, [1, 0] * 5, [Outcome.FIRST] * 10)
        fitted = stats.fit(stats.from_counts(2, *arrays, left=[1] * 10), prior=0, position=True)
        assert Code.UNBOUNDED_COEFFICIENT in codes(fitted.findings)
        assert 1 < fitted.coefficients["position"] < 20

    def test_a_covariate_that_never_varies_is_held_by_the_prior(self):
        counts = stats.from_counts(
            2, [0] * 4, [1] * 4, [1, 1, 4, 4], covariates=[[0.0]] * 4, covariate_names=["length"]
        )
        fitted = stats.fit(counts, prior=0)
        assert fitted.coefficients["length"] == pytest.approx(0)
        assert Code.UNBOUNDED_COEFFICIENT in codes(fitted.findings)

    def test_a_position_that_goes_with_an_item_is_held_by_the_prior(self):
        arrays = ([0, 0], [1, 3], [Outcome.BOTH_GOOD] * 2)
        fitted = stats.fit(stats.from_counts(5, *arrays, left=[0, 0]), prior=0, position=True)
        assert Code.UNBOUNDED_COEFFICIENT in codes(fitted.findings)
        assert np.isfinite(fitted.bread).all()

    @pytest.mark.parametrize(
        "wrong", [{"prior": -1}, {"prior": np.nan}, {"model": "elo"}, {"both_bad": "keep"}]
    )
    def test_refuses_misuse(self, wrong):
        with pytest.raises(StatsError):
            stats.fit(published.baseball(), **wrong)


def gradient(fitted, step=1e-5):
    """Differentiate the penalised log-likelihood numerically, from the probabilities alone."""
    counts, base = fitted.counts, fitted.parameters

    def value(parameters):
        gap = parameters[counts.first] - parameters[counts.second]
        tie = np.exp(parameters[-1]) if fitted.model == "davidson" else 0.0
        norm = np.exp(gap / 2) + np.exp(-gap / 2) + tie
        sign = np.select(
            [counts.outcome < 2, (counts.outcome == 4) | (counts.outcome == 5)], [1, -1]
        )
        log_share = sign * gap / 2 - np.log(norm)
        if fitted.model == "davidson":
            log_share = log_share + (sign == 0) * parameters[-1]
        return counts.votes @ log_share - fitted.precision @ parameters**2 / 2

    units = np.eye(len(base)) * step
    return np.array([(value(base + unit) - value(base - unit)) / (2 * step) for unit in units])
