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
            ("openai/x", "desk", "unknown_endpoint", "desk", ()),
            ("agent/lab", "lab", "unknown_agent", "lab", ()),
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
