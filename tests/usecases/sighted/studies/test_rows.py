import pytest
from sqlalchemy import select

from service.domain.configuration import Approach, Configuration, Example, Price
from service.domain.prompt import Prompt
from service.store import models
from service.usecases.sighted.studies import rows
from tests import factories


class TestAddPending:
    def test_asks_for_every_sample_that_is_missing_and_for_none_twice(self, session, now):
        study = factories.make_study(
            session,
            prompts=2,
            ready=False,
            configuration_fields={"Plain": {"samples": 2}, "Retrieval": {"model": None}},
        )
        row = session.get_one(models.Study, study.id)
        assert rows.add_pending(session, row, now) == 2
        assert rows.add_pending(session, row, now) == 0
        asked = session.scalars(select(models.Completion).filter_by(sample=2)).all()
        assert {one.configuration_id for one in asked} == {study.configurations["Plain"]}

    def test_asks_nothing_of_what_is_retired(self, session, now):
        study = factories.make_study(
            session, prompts=1, configuration_fields={"Plain": {"retired_at": now, "samples": 2}}
        )
        assert rows.add_pending(session, session.get_one(models.Study, study.id), now) == 0


class TestPromptRow:
    def test_holds_safe_html_of_canonical_text(self, session, now):
        study = factories.make_study(session, prompts=0, render_mode="full")
        given = Prompt(turns=("# One\u200b", "<b>two</b>"), context="**Read**", tags=("a",))
        row = rows.prompt_row(session.get_one(models.Study, study.id), given, 4, now)
        assert row.turns == ["# One\u200b", "<b>two</b>"]
        assert "\u200b" not in row.html["turns"][0]
        assert "<b>" not in row.html["turns"][1]
        assert "<strong>Read</strong>" in row.html["context"]
        assert (row.position, row.is_dealable, row.tags) == (4, False, ["a"])

    def test_has_no_html_for_a_context_that_is_not_there(self, session, now):
        study = factories.make_study(session, prompts=0)
        row = rows.prompt_row(session.get_one(models.Study, study.id), Prompt(("x",)), 0, now)
        assert row.html["context"] == ""


class TestConfigurationRow:
    @pytest.mark.parametrize(
        ("model", "price", "expected"),
        [
            ("openai/x", Price(0.15, 0.6), (150_000_000, 600_000_000, None)),
            ("agent/x", Price(0, 0, call=0.02), (None, None, 20_000_000)),
            ("openai/x", None, (None, None, None)),
        ],
    )
    def test_is_priced_by_tokens_or_by_calls(self, now, model, price, expected):
        row = rows.configuration_row(1, Configuration(name="X", model=model, price=price), 1, now)
        assert (row.price_input, row.price_output, row.price_call) == expected

    def test_keeps_what_makes_it(self, now):
        given = Configuration(
            name="X", approach=Approach.PROMPT, examples=(Example("hi", "hello"),), one_off_cost=2
        )
        row = rows.configuration_row(1, given, 3, now)
        assert (row.revision, row.fingerprint) == (3, given.fingerprint)
        assert row.examples == [{"user": "hi", "assistant": "hello"}]
        assert row.one_off_nanos == 2_000_000_000
