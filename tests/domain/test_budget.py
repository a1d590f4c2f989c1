import pytest

from service.domain import budget
from service.domain.budget import Amount
from service.domain.configuration import Price

PRICE = Price(input=0.15, output=0.6)  # USD a million tokens
AGENT = Price(input=0, output=0, call=0.02)
HELD = Amount(nanos=900, calls=1, tokens=2000)


class TestCostNanos:
    def test_is_unknown_without_a_price_and_never_nothing(self):
        assert budget.cost_nanos(None, 1000, 1000) is None

    def test_is_counted_in_whole_nanodollars(self):
        assert budget.cost_nanos(PRICE, 1_000_000, 0) == budget.to_nanos(0.15)
        assert budget.cost_nanos(PRICE, 100, 40) == 39_000


class TestUpperBound:
    def test_takes_every_byte_for_a_token_and_the_longest_answer(self):
        found = budget.upper_bound(PRICE, input_bytes=300, max_tokens=100, turns=1)
        assert found == Amount(budget.cost_nanos(PRICE, 300, 100), 1, 400)

    def test_lets_later_turns_carry_the_answers_before(self):
        found = budget.upper_bound(PRICE, input_bytes=300, max_tokens=100, turns=3)
        assert (found.calls, found.tokens) == (3, 3 * 300 + 4 * 100 * 3 + 3 * 100)

    def test_counts_an_agent_by_its_calls(self):
        assert budget.agent_bound(AGENT, 2) == Amount(40_000_000, 2, 0)
        assert budget.agent_bound(None, 2).nanos is None


class TestSettle:
    def test_charges_what_was_used(self):
        assert budget.settle(HELD, PRICE, 100, 40) == Amount(39_000, 1, 140)

    @pytest.mark.parametrize(
        "usage", [(None, 40), (100, None), (-1, 40), (100, budget.MAX_USAGE + 1), (0, 0)]
    )
    def test_charges_the_whole_hold_where_usage_is_missing_or_absurd(self, usage):
        assert budget.settle(HELD, PRICE, *usage) == HELD

    def test_charges_an_agent_by_its_calls(self):
        assert budget.settle_calls(AGENT, 3) == Amount(60_000_000, 3, 0)


class TestAmount:
    def test_adds_up_and_takes_unknown_money_for_none(self):
        assert HELD + Amount(None, 2, 5) == Amount(900, 3, 2005)
