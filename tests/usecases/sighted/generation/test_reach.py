import pytest
from sqlalchemy import select

from service.domain.doubt import Doubt
from service.store import models
from service.usecases.sighted.generation import prices, reach
from service.usecases.sighted.generation.prices import KnownModel
from tests import factories

GPT = KnownModel("openai/gpt-4o", "openai", 2.5e-6, 1e-5, 16384)
CLAUDE = KnownModel("anthropic/claude-x", "anthropic", 2.5e-6, 1e-5, 16384)
MAY_CALL = [
    ("openai", "provider", ""),
    ("anthropic", "provider", "ANTHROPIC_API_KEY"),
    ("ollama", "provider", ""),
    ("endpoint lab", "endpoint", ""),
    ("endpoint locked", "endpoint", "LAB_API_KEY"),
    ("endpoint desk", "agent", ""),
]


@pytest.fixture
def doubts(session, now):
    prices.publish(session, [GPT, CLAUDE], now)
    reach.publish(session, MAY_CALL)

    def of(model, endpoint=None):
        fields = {"One": {"model": model, "endpoint": endpoint}}
        made = factories.make_study(
            session, "s", configurations=["One"], configuration_fields=fields, ready=False
        )
        return reach.doubts(session, made.name)

    return of


class TestDoubts:
    @pytest.mark.parametrize(
        ("model", "endpoint"),
        [
            ("openai/gpt-4o", None),
            ("gpt-4o", None),
            ("ollama/whatever", None),
            ("openai/anything", "lab"),
            ("agent/desk", "desk"),
            ("offline/lead", None),
            (None, None),
        ],
    )
    def test_none_of_what_can_be_reached(self, doubts, model, endpoint):
        assert doubts(model, endpoint) == ()

    @pytest.mark.parametrize(
        ("model", "endpoint", "code", "name", "nearest"),
        [
            ("anthropic/claude-x", None, "no_key", "ANTHROPIC_API_KEY", ()),
            ("openai/x", "locked", "no_key", "LAB_API_KEY", ()),
            ("openai/x", "labb", "unknown_endpoint", "labb", ("lab",)),
            ("openai/x", "desk", "unknown_endpoint", "desk", ("lab", "locked")),
            ("agent/lab", "lab", "unknown_agent", "lab", ("desk",)),
            ("opnai/gpt-4o", None, "unknown_provider", "opnai", ("openai",)),
            ("oobabooga/x", None, "unknown_provider", "oobabooga", ()),
            ("my-model", None, "unknown_provider", "my-model", ()),
            ("openai/gpt-4oo", None, "unknown_model", "openai/gpt-4oo", ("openai/gpt-4o",)),
        ],
    )
    def test_say_what_stands_in_the_way_and_what_was_meant(
        self, doubts, model, endpoint, code, name, nearest
    ):
        assert doubts(model, endpoint) == (Doubt(code, "One", name, nearest),)

    def test_nobody_knows_before_a_worker_has_started(self, session):
        fields = {"Plain": {"model": "openai/x"}}
        made = factories.make_study(session, configuration_fields=fields, ready=False)
        assert reach.doubts(session, made.name) == (Doubt("unchecked"),)


class TestPublish:
    def test_replaces_what_was_said_before(self, session):
        reach.publish(session, MAY_CALL)
        reach.publish(session, MAY_CALL[:2])
        names = set(session.scalars(select(models.Reach.name)))
        assert names == {"openai", "anthropic"}


class TestCheck:
    @pytest.fixture
    def check(self, session, now):
        prices.publish(session, [GPT, CLAUDE], now)

        def of(model, endpoint=None, **fields):
            one = models.Configuration(name="One", model=model, endpoint=endpoint, **fields)
            reach.check(session, one)

        return of

    @pytest.mark.parametrize(
        ("model", "endpoint", "said"),
        [
            ("openai/gpt-4p", None, "model openai/gpt-4p. Nearest: openai/gpt-4o"),
            ("openai/x", "labb", "no endpoint labb. Nearest: lab"),
            ("agent/dsk", "dsk", "no agent dsk. Nearest: desk"),
            ("opnai/gpt-4o", None, "opnai is no provider that is called.*Nearest: openai"),
            ("zzz/gpt-4o", None, "zzz is no provider"),
        ],
    )
    def test_refuses_with_the_nearest_names(self, session, check, model, endpoint, said):
        reach.publish(session, MAY_CALL)
        with pytest.raises(reach.ModelUnknown, match=said):
            check(model, endpoint)

    def test_takes_a_new_model_whose_price_is_declared(self, session, check):
        reach.publish(session, MAY_CALL)
        check("openai/gpt-9", price_input=1, price_output=2)
        check("anthropic/claude-x")  # the key may still come

    def test_refuses_nothing_before_a_worker_has_started(self, check):
        check("opnai/x")
        check(None)


class TestOffered:
    def test_names_what_has_a_key_and_no_more(self, session, now):
        assert reach.offered(session) == reach.Offered((), ())
        prices.publish(session, [GPT, CLAUDE], now)
        reach.publish(session, MAY_CALL)
        assert reach.offered(session) == reach.Offered(("openai/gpt-4o",), ("lab",))
