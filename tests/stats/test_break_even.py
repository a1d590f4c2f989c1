import pytest

from service.stats import break_even
from service.stats.findings import StatsError


class TestBreakEven:
    def test_gives_the_worked_figures(self):
        monthly = break_even.break_even(5300, 2800 / 200_000, 660 / 200_000, 200_000)
        assert monthly.months == pytest.approx(2.48, abs=0.005)
        small = break_even.break_even(2400, 125 / 1000, 30 / 1000, 1000)
        assert small.months == pytest.approx(25.3, abs=0.05)
        assert break_even.break_even(500, 0.0028, 0.00066, 1).calls == pytest.approx(233_645, abs=1)

    def test_hosting_is_paid_from_the_saving(self):
        found = break_even.break_even(1000, 0.02, 0.01, 50_000, monthly=300)
        assert (found.saving_per_month, found.months) == (200, 5)

    def test_says_never(self):
        dearer = break_even.break_even(1000, 0.01, 0.02, 50_000)
        assert (dearer.calls, dearer.months) == (None, None)
        assert break_even.break_even(1000, 0.02, 0.01, 10_000, monthly=300).months is None

    def test_refuses_an_unknown_cost(self):
        with pytest.raises(StatsError):
            break_even.break_even(1000, float("nan"), 0.02, 50_000)


class TestPriceOfQuality:
    def test_is_the_price_of_a_point(self):
        assert break_even.price_of_quality(0.012, 0.002, 0.6) == pytest.approx(1.0)

    def test_has_no_price_without_a_preference(self):
        assert break_even.price_of_quality(0.012, 0.002, 0.5) is None
