from datetime import timedelta

from sqlalchemy import select

from service.domain.configuration import Price
from service.store import models
from service.usecases.sighted.generation import prices
from service.usecases.sighted.generation.prices import KnownModel

GPT = KnownModel("openai/gpt-4o", "openai", 2.5e-6, 1e-5, 16384)
SILENT = KnownModel("openai/quiet", "openai", None, None, None)
FREE = KnownModel("offline/lead", "offline", 0.0, 0.0, None)


class TestPublish:
    def test_makes_prices_known(self, session, now):
        assert prices.publish(session, [GPT, SILENT, FREE], now) == 3
        assert prices.known(session, "openai/gpt-4o") == Price(2.5, 10.0)
        assert prices.known(session, "offline/lead") == Price(0.0, 0.0)

    def test_an_unknown_price_is_unknown_and_not_nothing(self, session, now):
        prices.publish(session, [SILENT], now)
        assert prices.known(session, "openai/quiet") is None
        assert session.scalars(select(models.Price.model)).all() == ["openai/quiet"]

    def test_twice_changes_nothing(self, session, now):
        prices.publish(session, [GPT, FREE], now)
        assert prices.publish(session, [GPT, FREE], now + timedelta(hours=1)) == 0
        stamps = session.scalars(select(models.Price.published_at)).all()
        assert set(stamps) == {now}

    def test_follows_changes_and_forgets_what_is_gone(self, session, now):
        prices.publish(session, [GPT, FREE], now)
        dearer = KnownModel("openai/gpt-4o", "openai", 5e-6, 1e-5, 16384)
        assert prices.publish(session, [dearer], now) == 2
        assert prices.known(session, "openai/gpt-4o") == Price(5.0, 10.0)
        assert prices.known(session, "offline/lead") is None

    def test_a_negative_price_is_unknown(self, session, now):
        prices.publish(session, [KnownModel("x/y", "x", -1.0, 1.0, None)], now)
        assert prices.known(session, "x/y") is None

    def test_takes_thousands(self, session, now):
        many = [KnownModel(f"x/{n}", "x", 1e-6, 1e-6, 10) for n in range(1203)]
        assert prices.publish(session, many, now) == 1203


class TestKnown:
    def test_finds_a_model_written_without_its_provider(self, session, now):
        prices.publish(session, [GPT], now)
        assert prices.known(session, "gpt-4o") == Price(2.5, 10.0)
