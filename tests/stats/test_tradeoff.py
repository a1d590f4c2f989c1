import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.stats import tradeoff
from service.stats.findings import StatsError

NAMES = ("large", "medium", "small", "odd")
STRENGTHS = np.array([0.6, 0.5, 0.0, -0.2])
COSTS = np.array([10.0, 3.0, 1.0, 5.0])


def weigh(spread=0.01, **changes):
    given = {"costs": COSTS, "strengths": STRENGTHS, **changes}
    return tradeoff.weigh(
        NAMES,
        given.pop("strengths"),
        np.eye(4) * spread**2,
        given.pop("costs"),
        **given,
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


class TestWeigh:
    def test_places_items_on_the_frontier(self):
        found = weigh()
        assert [one.is_on_frontier for one in found.placed] == [True, True, True, False]
        assert found.placed[3].dominated_by == ("large", "medium", "small")[1:]
        assert found.placed[3].p_frontier < 0.001
        assert found.placed[0].p_frontier > 0.999

    @given(
        st.lists(st.integers(0, 4), min_size=1, max_size=7),
        st.lists(st.integers(0, 4), min_size=7, max_size=7),
    )
    @settings(max_examples=200, deadline=None)
    def test_the_frontier_is_that_of_its_definition(self, theta, price):
        size = len(theta)
        found = tradeoff.weigh(
            tuple(map(str, range(size))), theta, np.eye(size), price[:size], draws=2
        )
        assert [one.is_on_frontier for one in found.placed] == by_hand(theta, price[:size])

    def test_uncertainty_makes_chances(self):
        found = weigh(spread=0.2)
        # The dearest is on the frontier only if it is the best: by the difference of two.
        assert 0.4 < found.placed[0].p_frontier < 0.8
        assert found.placed[2].p_frontier > 0.99
        assert found.placed[3].dominated_by == ()

    def test_uncertain_costs_count_as_well(self):
        close = np.array([1.0, 1.05, 9.0, 9.0])
        theta = np.array([0.0, -1.0, -2.0, -3.0])
        sure = weigh(strengths=theta, costs=close).placed[1].p_frontier
        unsure = weigh(strengths=theta, costs=close, cost_errors=[0.1, 0.1, 0.0, 0.0])
        assert sure < 0.001
        assert 0.2 < unsure.placed[1].p_frontier < 0.5

    def test_names_the_cheapest_within_noise_of_the_best(self):
        assert weigh(spread=0.01).cheapest_within_noise == "large"
        assert weigh(spread=0.1).cheapest_within_noise == "medium"
        assert weigh(spread=0.5).cheapest_within_noise == "small"
        assert weigh(spread=0.01, margin=0.2).cheapest_within_noise == "medium"

    def test_an_unknown_cost_is_unknown_and_not_nothing(self):
        found = weigh(costs=[10.0, 3.0, np.nan, 5.0], spread=0.5)
        assert found.cheapest_within_noise == "medium"
        assert (found.placed[2].cost, found.placed[2].p_frontier) == (None, None)
        assert not found.placed[2].is_on_frontier
        assert "small" not in found.placed[3].dominated_by
        assert weigh(costs=[np.nan] * 4).cheapest_within_noise is None

    def test_few_clusters_claim_less(self):
        sure, unsure = weigh(spread=0.05), weigh(spread=0.05, freedom=2.0)
        assert sure.placed[3].dominated_by
        assert not unsure.placed[3].dominated_by

    def test_answers_without_items_and_as_json(self):
        assert tradeoff.weigh((), [], np.zeros((0, 0)), []).best is None
        assert json.loads(json.dumps(weigh().to_dict(), allow_nan=False))["best"] == "large"

    def test_refuses_negative_costs(self):
        with pytest.raises(StatsError):
            weigh(costs=[-1.0, 1, 1, 1])


class TestBreakEven:
    def test_gives_the_worked_figures(self):
        monthly = tradeoff.break_even(5300, 2800 / 200_000, 660 / 200_000, 200_000)
        assert monthly.months == pytest.approx(2.48, abs=0.005)
        small = tradeoff.break_even(2400, 125 / 1000, 30 / 1000, 1000)
        assert small.months == pytest.approx(25.3, abs=0.05)
        assert tradeoff.break_even(500, 0.0028, 0.00066, 1).calls == pytest.approx(233_645, abs=1)

    def test_hosting_is_paid_from_the_saving(self):
        found = tradeoff.break_even(1000, 0.02, 0.01, 50_000, monthly=300)
        assert (found.saving_per_month, found.months) == (200, 5)

    def test_says_never(self):
        dearer = tradeoff.break_even(1000, 0.01, 0.02, 50_000)
        assert (dearer.calls, dearer.months) == (None, None)
        assert tradeoff.break_even(1000, 0.02, 0.01, 10_000, monthly=300).months is None

    def test_refuses_an_unknown_cost(self):
        with pytest.raises(StatsError):
            tradeoff.break_even(1000, float("nan"), 0.02, 50_000)


class TestPriceOfQuality:
    def test_is_the_price_of_a_point(self):
        assert tradeoff.price_of_quality(0.012, 0.002, 0.6) == pytest.approx(1.0)

    def test_has_no_price_without_a_preference(self):
        assert tradeoff.price_of_quality(0.012, 0.002, 0.5) is None
