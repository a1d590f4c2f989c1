import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.stats import tradeoff
from service.stats.findings import StatsError

STRENGTHS = np.array([0.6, 0.5, 0.0, -0.2])
COSTS = np.array([10.0, 3.0, 1.0, 5.0])


def find(spread=0.01, **changes):
    given = {"costs": COSTS, "strengths": STRENGTHS, **changes}
    return tradeoff.find_frontier(
        given.pop("strengths"), np.eye(4) * spread**2, given.pop("costs"), **given
    )


def by_hand(theta, price):
    size = range(len(theta))
    return [
        not any(
            price[j] <= price[i]
            and theta[j] >= theta[i]
            and (price[j] < price[i] or theta[j] > theta[i])
            for j in size
        )
        for i in size
    ]


class TestFindFrontier:
    def test_places_items_on_the_frontier(self):
        found = find()
        assert found.is_on.tolist() == [True, True, True, False]
        assert found.chance[3] < 0.001
        assert found.chance[0] > 0.999

    @given(
        st.lists(st.integers(0, 4), min_size=1, max_size=7),
        st.lists(st.integers(0, 4), min_size=7, max_size=7),
    )
    @settings(max_examples=100, deadline=None)
    def test_is_that_of_its_definition(self, theta, price):
        size = len(theta)
        found = tradeoff.find_frontier(theta, np.eye(size), price[:size], draws=2)
        assert found.is_on.tolist() == by_hand(theta, price[:size])

    def test_uncertainty_makes_chances(self):
        found = find(spread=0.2)
        # The dearest is on the frontier only if it is the best: by the difference of two.
        assert 0.4 < found.chance[0] < 0.8
        assert found.chance[2] > 0.99

    def test_uncertain_costs_count_as_well_and_less_where_they_move_together(self):
        close = np.array([1.0, 1.05, 9.0, 9.0])
        theta = np.array([0.0, -1.0, -2.0, -3.0])
        apart = np.diag([0.01, 0.01, 0.0, 0.0])
        together = np.zeros((4, 4))
        together[:2, :2] = 0.01
        sure = find(strengths=theta, costs=close).chance[1]
        unsure = find(strengths=theta, costs=close, cost_covariance=apart).chance[1]
        shared = find(strengths=theta, costs=close, cost_covariance=together).chance[1]
        assert sure < 0.001
        assert 0.2 < unsure < 0.5
        assert shared < 0.001

    def test_an_unknown_cost_is_unknown_and_not_nothing(self):
        found = find(costs=[10.0, 3.0, np.nan, 5.0], spread=0.5)
        assert not found.is_on[2]
        assert np.isnan(found.chance).tolist() == [False, False, True, False]

    def test_few_clusters_claim_less(self):
        sure, unsure = find(spread=0.05), find(spread=0.05, freedom=2.0)
        assert sure.chance[3] < unsure.chance[3]

    def test_answers_without_items(self):
        assert tradeoff.find_frontier([], np.zeros((0, 0)), []).chance.tolist() == []

    @pytest.mark.parametrize("costs", [[-1.0, 1, 1, 1], [1.0, 1.0]])
    def test_refuses_what_is_no_cost_of_the_items(self, costs):
        with pytest.raises(StatsError):
            find(costs=costs)
