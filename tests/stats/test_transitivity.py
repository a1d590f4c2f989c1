import json

import numpy as np
import pytest
from scipy import stats

from service.stats import fit, from_counts, transitivity
from service.stats.findings import StatsError
from tests.oracles.simulate import World
from tests.oracles.tables import from_wins

CIRCLE = np.array([[0, 80, 20, 60], [20, 0, 80, 60], [80, 20, 0, 60], [40, 40, 40, 0]])


class TestCheckTransitivity:
    def test_finds_the_circle_and_nothing_else(self):
        found = transitivity.check_transitivity(fit(from_wins(CIRCLE), prior=0))
        assert [cycle.items for cycle in found.cycles] == [("0", "1", "2")]
        assert found.cycles[0].shares == (0.8, 0.8, 0.8)
        assert found.p_value < 1e-6
        assert found.degrees == 3

    def test_finds_the_circle_the_other_way_round(self):
        found = transitivity.check_transitivity(fit(from_wins(CIRCLE.T), prior=0))
        assert [cycle.items for cycle in found.cycles] == [("0", "2", "1")]

    def test_does_not_call_chance_a_circle(self):
        weak = np.array([[0, 6, 4], [4, 0, 6], [6, 4, 0]])
        found = transitivity.check_transitivity(fit(from_wins(weak), prior=0))
        assert found.cycles == ()
        assert found.p_value > 0.2

    def test_is_the_goodness_of_fit_statistic(self):
        whole = fit(from_wins(CIRCLE), prior=0)
        share = 1 / (1 + np.exp(whole.strengths - whole.strengths[:, None]))
        pairs = np.triu_indices(4, 1)
        votes, wins, p = (CIRCLE + CIRCLE.T)[pairs], CIRCLE[pairs], share[pairs]
        expected = ((wins - votes * p) ** 2 / (votes * p * (1 - p))).sum()
        found = transitivity.check_transitivity(whole)
        assert found.statistic == pytest.approx(expected)
        assert found.p_value == pytest.approx(stats.chi2.sf(expected, 3))

    def test_rejects_a_true_scale_as_often_as_it_says(self):
        world = World(np.linspace(-0.8, 0.8, 6), tie_strength=0.7)
        p_values = []
        for seed in range(250):
            rng = np.random.default_rng(seed)
            votes = world.populate(rng).vote(2500, rng)
            # The exact half-tie model holds only approximately for Davidson's ties.
            p_values.append(transitivity.check_transitivity(fit(votes.counts(), prior=0)).p_value)
        assert 0.01 <= np.mean(np.array(p_values) < 0.05) <= 0.09

    def test_a_design_effect_tempers_it(self):
        whole = fit(from_wins(CIRCLE), prior=0)
        one, four = (
            transitivity.check_transitivity(whole, design_effect=size) for size in (1.0, 4.0)
        )
        assert four.statistic == pytest.approx(one.statistic / 4)
        with pytest.raises(StatsError):
            transitivity.check_transitivity(whole, design_effect=0.5)

    def test_has_nothing_to_test_in_a_chain(self):
        found = transitivity.check_transitivity(fit(from_counts(3, [0, 1], [1, 2], [1, 4])))
        assert (found.degrees, found.p_value) == (0, 1)
        assert json.dumps(found.to_dict(), allow_nan=False)

    def test_counts_components_apart(self):
        two = np.zeros((6, 6))
        two[:3, :3] = two[3:, 3:] = CIRCLE[:3, :3]
        found = transitivity.check_transitivity(fit(from_wins(two), prior=0))
        assert found.degrees == 2
        assert len(found.cycles) == 2

    def test_answers_without_votes(self):
        none = np.zeros(0, int)
        found = transitivity.check_transitivity(fit(from_counts(3, none, none, none)))
        assert (found.pairs, found.p_value, found.cycles) == (0, 1, ())
