from dataclasses import replace

from service.domain.budget import Amount
from service.domain.completion import PAUSED, Turn, together
from service.domain.configuration import Price
from service.domain.tariff import Tariff

PRICE = Price(input=1.0, output=2.0)  # USD a million tokens
AGENT = Price(input=0, output=0, call=0.02)
HELD = Amount(nanos=9_000_000, calls=3, tokens=9000)
MADE = Turn("made", "stop", 100, 50)
STORED = Turn("stored", "stop", 1000, 500, origin=7)
EARLIER = Turn("before the pause", "stop", 10, 5)


class TestCharged:
    def test_is_for_the_calls_that_were_made(self):
        answer = together([STORED, MADE], reused=1)
        assert Tariff(PRICE).charged(HELD, answer) == Amount(200_000, 3, 150)

    def test_counts_only_the_calls_made_before_a_pause(self):
        answer = replace(together([MADE, MADE]), finish_reason=PAUSED)
        assert Tariff(PRICE).charged(HELD, answer).calls == 2

    def test_is_by_calls_for_an_agent(self):
        answer = together([MADE, MADE])
        assert Tariff(AGENT, is_agent=True).charged(HELD, answer) == Amount(40_000_000, 2, 0)


class TestSaved:
    def test_is_what_the_stored_calls_would_have_cost(self):
        answer = together([STORED, EARLIER, MADE], reused=2)
        assert Tariff(PRICE).saved(answer) == 2_000_000
        assert Tariff(PRICE).earlier(answer) == 20_000

    def test_is_unknown_where_nobody_knows_the_price_or_the_tokens(self):
        answer = together([STORED, MADE], reused=1)
        assert Tariff(None).saved(answer) is None
        silent = together([replace(STORED, prompt_tokens=None), MADE], reused=1)
        assert Tariff(PRICE).saved(silent) is None

    def test_is_nothing_where_nothing_was_reused(self):
        assert Tariff(None).saved(together([MADE])) == 0


class TestTold:
    def test_is_the_price_that_was_charged_by(self):
        assert Tariff(PRICE).told == [1.0, 2.0]
        assert Tariff(AGENT, is_agent=True).told == [0.02]
        assert Tariff(None).told is None
