"""Every row of the table of edge cases: finite, never of zero width, never silent."""

import json

import numpy as np
import pytest

from service import stats
from service.stats import Code, Outcome, weights
from tests.oracles import tables
from tests.oracles.found import codes

BALANCED = [[0, 5, 6, 0], [6, 0, 5, 0], [5, 6, 0, 0], [0, 0, 0, 0]]
MODELS = ("bradley_terry", "davidson")
PRIORS = (stats.WEAK_PRIOR, 0.0)


def wins(*entries, size=4, base=None):
    table = np.array(base if base is not None else np.zeros((size, size)), dtype=float)
    for winner, loser, number in entries:
        table[winner, loser] += number
    return tables.from_wins(table)


def everything(counts, **kinds):
    """Run the whole way, and check what holds for any data whatever."""
    fitted = stats.fit(counts, **kinds)
    found = stats.rank_items(stats.find_intervals(fitted))
    intervals = found.intervals
    for array in (fitted.strengths, intervals.low, intervals.high, found.p_best, found.p_beats):
        assert np.isfinite(array).all()
    assert (intervals.standard_errors > 1e-6).all(), "a zero-width interval"
    off_diagonal = ~np.eye(len(fitted.items), dtype=bool)
    assert (found.gap_errors[off_diagonal] > 1e-6).all()
    assert (found.rank_low >= 1).all()
    assert (found.rank_high <= max(len(fitted.items), 1)).all()
    json.dumps(found.to_dict(), allow_nan=False)
    return found


def said(found):
    return codes(found.intervals.findings) - {Code.RATERS_UNKNOWN, Code.PROMPTS_UNKNOWN}


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("model", MODELS)
class TestEveryModel:
    def test_disconnected(self, model, prior):
        counts = wins((0, 1, 6), (1, 0, 4), (2, 3, 60), (3, 2, 40))
        found = everything(counts, model=model, prior=prior)
        finding = next(f for f in found.intervals.findings if f.code is Code.DISCONNECTED)
        assert finding.groups == (("0", "1"), ("2", "3"))
        assert not found.told_apart[:2, 2:].any()
        assert found.gap_errors[0, 2] > 10 * found.gap_errors[2, 3]
        assert found.rank_high.max() == 2

    def test_won_everything(self, model, prior):
        counts = wins((3, 0, 10), (3, 1, 10), (3, 2, 10), base=BALANCED)
        found = everything(counts, model=model, prior=prior)
        finding = next(f for f in found.intervals.findings if f.code is Code.UNBOUNDED_ABOVE)
        assert finding.items == ("3",)
        assert Code.UNBOUNDED_BELOW not in said(found)
        assert found.rank[3] == 1
        assert found.gaps[3, 0] > found.critical * found.gap_errors[3, 0]
        others = found.intervals.fit.strengths[:3]
        assert others.max() - others.min() < 0.2

    def test_lost_everything(self, model, prior):
        counts = wins((0, 3, 10), (1, 3, 10), (2, 3, 10), base=BALANCED)
        found = everything(counts, model=model, prior=prior)
        finding = next(f for f in found.intervals.findings if f.code is Code.UNBOUNDED_BELOW)
        assert finding.items == ("3",)
        assert found.rank[3] == 4

    def test_perfectly_separated(self, model, prior):
        counts = wins((0, 1, 5), (1, 2, 5), (2, 3, 5))
        found = everything(counts, model=model, prior=prior)
        assert {Code.UNBOUNDED_ABOVE, Code.UNBOUNDED_BELOW, Code.SEPARATED} <= said(found)
        assert found.rank.tolist() == [1, 2, 3, 4]

    def test_one_vote(self, model, prior):
        found = everything(wins((0, 1, 1), size=2), model=model, prior=prior)
        assert found.rank.tolist() == [1, 2]
        assert not found.told_apart.any()
        assert found.intervals.high[0] - found.intervals.low[0] > 1.5
        assert {Code.UNBOUNDED_ABOVE, Code.UNBOUNDED_BELOW} <= said(found)

    def test_no_votes(self, model, prior):
        for size in (0, 1, 3):
            found = everything(stats.from_counts(size, [], [], []), model=model, prior=prior)
            assert Code.NO_VOTES in said(found)
            assert found.intervals.fit.strengths.tolist() == [0.0] * size
            assert not found.told_apart.any()

    def test_only_ties(self, model, prior):
        counts = stats.from_counts(2, [0], [1], [Outcome.TIE], [30])
        found = everything(counts, model=model, prior=prior)
        assert Code.ONLY_TIES in said(found)
        assert found.intervals.fit.strengths == pytest.approx([0, 0], abs=1e-9)
        assert found.gap_errors[0, 1] > 0.05

    def test_ten_wins_and_a_tie(self, model, prior):
        kinds = [Outcome.FIRST, Outcome.TIE]
        found = everything(
            stats.from_counts(2, [0, 0], [1, 1], kinds, [10, 1]), model=model, prior=prior
        )
        assert found.intervals.fit.converged
        if model == "bradley_terry" and not prior:
            assert found.intervals.fit.strengths[0] == pytest.approx(1.522, abs=1e-3)
        if model == "davidson" and not prior:
            assert Code.UNBOUNDED_TIES in said(found)

    def test_against_itself(self, model, prior):
        counts = stats.from_counts(2, [0, 0, 0], [0, 1, 1], [1, 1, 4], [30, 6, 4])
        found = everything(counts, model=model, prior=prior)
        assert Code.SELF_COMPARISON in said(found)
        without = stats.fit(wins((0, 1, 6), (1, 0, 4), size=2), model=model, prior=prior)
        assert found.intervals.fit.strengths == pytest.approx(without.strengths)

    def test_many_votes_beside_few_and_no_ties(self, model, prior):
        counts = wins((0, 1, 60_000), (1, 0, 40_000), (1, 2, 2), (2, 1, 1), size=3)
        found = everything(counts, model=model, prior=prior)
        gaps = found.gaps
        assert gaps[0, 1] == pytest.approx(np.log(1.5), abs=1e-3)
        assert gaps[1, 2] == pytest.approx(np.log(2), abs=0.1 if prior else 1e-6)
        assert found.gap_errors[1, 2] > 1
        assert (Code.NO_TIES in said(found)) == (model == "davidson")

    def test_a_billion_votes(self, model, prior):
        found = everything(
            wins((0, 1, 6e8), (1, 0, 4e8), (1, 2, 5e8), (2, 1, 5e8), size=3),
            model=model,
            prior=prior,
        )
        assert found.intervals.fit.converged
        assert found.gaps[0, 1] == pytest.approx(np.log(1.5), abs=1e-6)

    def test_an_item_without_votes(self, model, prior):
        found = everything(
            wins((0, 1, 6), (1, 0, 4), (1, 2, 3), (2, 1, 3)), model=model, prior=prior
        )
        finding = next(f for f in found.intervals.findings if f.code is Code.ITEM_WITHOUT_VOTES)
        assert finding.items == ("3",)
        assert Code.DISCONNECTED not in said(found)
        assert found.intervals.standard_errors[3] == pytest.approx(10**0.5)
        assert not found.told_apart[3].any()


class TestSeeding:
    def test_the_seed_stands_in_the_result(self):
        found = everything(wins((0, 1, 6), (1, 0, 4), size=2))
        assert found.to_dict()["seed"] == 0
        again = everything(wins((0, 1, 6), (1, 0, 4), size=2))
        assert np.array_equal(found.p_best, again.p_best)


class TestOneRater:
    def test_half_of_the_votes_by_one_rater(self):
        rng = np.random.default_rng(0)
        rater = np.where(rng.random(400) < 0.5, 0, rng.integers(1, 12, size=400))
        first, outcome = np.zeros(400, dtype=int), rng.choice([1, 4], size=400)
        fitted = stats.fit(stats.from_counts(2, first, first + 1, outcome))
        raters = stats.from_clusters(2, 12, rater, first, first + 1, outcome)
        found = stats.find_intervals(fitted, raters=raters)
        assert Code.DOMINANT_RATER in codes(weights.find_busiest(raters))
        assert found.raters < 4.5
        assert found.quantile > 2.5
