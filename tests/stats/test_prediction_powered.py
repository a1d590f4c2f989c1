"""PPI++ means and what judgements are worth: formulas, a peer's figures, and coverage."""

import numpy as np
import pytest

from service.stats import prediction_powered as powered
from service.stats.findings import StatsError
from tests.oracles import judges


def drawn(rng, rho, number, others):
    """Return votes and verdicts with about this correlation, and verdicts alone."""
    hidden = rng.normal(size=(number + others))
    y = hidden[:number] + rng.normal(size=number) * np.sqrt(1 / rho**2 - 1)
    return y, hidden[:number], hidden[number:]


class TestPoweredMean:
    def test_without_a_judge_is_students_interval(self):
        y = np.array([0, 1, 1, 0.5, 1])
        found = powered.powered_mean(y, y, [])
        assert found.weight == 0
        assert found.mean == found.people_only
        half = 2.7764451 * y.std(ddof=1) / np.sqrt(5)
        assert found.mean.upper == pytest.approx(0.7 + half)

    def test_is_narrower_by_what_the_correlation_allows(self):
        y, f, more = drawn(np.random.default_rng(1), 0.9, 2000, 50_000)
        found = powered.powered_mean(y, f, more)
        ratio = (found.mean.upper - found.mean.value) / (
            found.people_only.upper - found.people_only.value
        )
        worth = powered.effective_votes(0.9, 2000, 50_000)
        assert ratio == pytest.approx(np.sqrt(2000 / worth), rel=0.1)

    def test_never_leans_on_a_judge_that_says_the_opposite(self):
        y, f, more = drawn(np.random.default_rng(1), 0.9, 100, 500)
        assert powered.powered_mean(y, -f, -more).weight == 0

    def test_covers_and_is_wider_with_prompts_that_hang_together(self):
        rng = np.random.default_rng(5)
        prompt = np.repeat(np.arange(20), 5)
        y = np.repeat(rng.normal(size=20), 5) + rng.normal(0, 0.1, 100)
        alone = powered.powered_mean(y, y, rng.normal(size=10))
        by_prompt = powered.powered_mean(y, y, rng.normal(size=10), (prompt, np.arange(20, 30)))
        widths = [one.people_only.upper - one.people_only.value for one in (alone, by_prompt)]
        assert widths[1] > 1.8 * widths[0]

    def test_covers_95_percent(self):
        rng, hits = np.random.default_rng(8), []
        for _ in range(600):
            found = powered.powered_mean(*drawn(rng, 0.7, 40, 400)).mean
            hits.append(found.lower <= 0 <= found.upper)
        assert 0.93 <= np.mean(hits) <= 0.97

    def test_refuses_a_single_vote(self):
        with pytest.raises(StatsError):
            powered.powered_mean([1], [1], [1])


# Of ppi-python 0.2.3, `ppi_mean_ci(people, judge, judge_alone, alpha=0.05)`; `make bench-judges`
# makes them again. Of matchups with votes, in the order of the files, people's points are used of
# every 20th or 8th; of the others GPT-4's alone.
PEER = {
    ("mt_bench", 20): (0.43396, 0.55988),
    ("mt_bench", 8): (0.48681, 0.56869),
    ("llmfao", 20): (0.48689, 0.58298),
    ("llmfao", 8): (0.51641, 0.57717),
}


class TestBesideAPeer:
    @pytest.mark.parametrize(("data", "every"), PEER)
    def test_gives_the_interval_of_ppi_python_on_the_same_means(self, data, every):
        people, judge = judges.points(getattr(judges, data)())
        chosen = np.arange(len(people)) % every == 0
        found = powered.powered_mean(people[chosen], judge[chosen], judge[~chosen])
        low, high = PEER[data, every]
        assert (found.mean.lower + found.mean.upper) / 2 == pytest.approx(
            (low + high) / 2, abs=0.003
        )
        width = found.mean.upper - found.mean.lower
        assert width == pytest.approx(high - low, rel=0.04)

    @pytest.mark.parametrize(("data", "every"), PEER)
    def test_votes_are_worth_what_its_width_says(self, data, every):
        people, judge = judges.points(getattr(judges, data)())
        chosen = np.arange(len(people)) % every == 0
        number, others = int(chosen.sum()), int((~chosen).sum())
        low, high = PEER[data, every]
        alone = 2 * 1.959964 * people[chosen].std() / np.sqrt(number)
        by_peer = number * (alone / (high - low)) ** 2
        rho = np.corrcoef(people[chosen], judge[chosen])[0, 1]
        assert powered.effective_votes(rho, number, others) == pytest.approx(by_peer, rel=0.1)


class TestEffectiveVotes:
    @pytest.mark.parametrize(("rho", "extra"), [(0.63, 19), (0.8, 49), (0.9, 110)])
    def test_says_what_a_thousand_are_worth_on_top_of_thirty(self, rho, extra):
        assert powered.effective_votes(rho, 30, 1000) - 30 == pytest.approx(extra, abs=1.5)

    def test_has_a_ceiling_and_a_floor(self):
        assert powered.effective_votes(0.6, 50, 1e9) == pytest.approx(50 / 0.64)
        assert powered.effective_votes(-0.5, 50, 1000) == 50
        assert powered.effective_votes(0.9, 0, 1000) == 0


class TestCorrelateWithin:
    def test_does_not_count_that_one_is_better_than_another(self):
        rng = np.random.default_rng(4)
        pair = np.repeat([0, 1], 100)
        y, f = pair + rng.normal(0, 0.1, 200), pair + rng.normal(0, 0.1, 200)
        assert np.corrcoef(y, f)[0, 1] > 0.9
        found = powered.correlate_within(y, f, pair, np.arange(200))
        assert found.value.lower < 0 < found.value.upper
        assert found.units == 198

    def test_is_fishers_interval_where_matchups_are_independent(self):
        y, f, _ = drawn(np.random.default_rng(2), 0.6, 100, 0)
        found = powered.correlate_within(y, f, np.zeros(100), np.arange(100)).value
        z = np.arctanh(np.corrcoef(y, f)[0, 1])
        assert np.arctanh(found.value) == pytest.approx(z)
        assert found.lower <= np.tanh(z - 1.96 / np.sqrt(96)) + 1e-3

    @pytest.mark.parametrize("number", [0, 5, 30])
    def test_says_nothing_of_too_few_or_of_what_does_not_vary(self, number):
        found = powered.correlate_within(
            np.ones(number), np.ones(number), np.zeros(number), range(number)
        )
        assert found.value is None


class TestNeededUnits:
    def test_fewer_show_a_strong_one(self):
        assert powered.needed_units(0.6) < powered.needed_units(0.3) < powered.needed_units(0.1)
