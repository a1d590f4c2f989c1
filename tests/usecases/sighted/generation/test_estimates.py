from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from service.domain.budget import NANOS
from service.domain.configuration import Approach, Configuration
from service.domain.prompt import Prompt
from service.formats.study_file import StudyFile
from service.store import models, prompts
from service.usecases.sighted.generation import estimates, requests
from service.usecases.sighted.studies import applying
from tests import factories

LEAD = Configuration(name="Lead", approach=Approach.OTHER, model="offline/lead")
RANDOM = Configuration(name="Random", approach=Approach.OTHER, model="offline/random")
FILE = StudyFile(
    title="Summaries",
    name="summaries",
    configurations=(LEAD, RANDOM),
    prompts=(Prompt(turns=("One. Two.",)), Prompt(turns=("Three. Four.",), key="second")),
)


def rows(session, model):
    return session.scalars(select(model).order_by(model.id)).all()


class TestEstimate:
    def test_asks_the_store_for_no_more_than_it_can_while_somebody_waits(self, session):
        few = factories.make_study(session, "few", prompts=2, reuses_calls=True)
        many = factories.make_study(session, "many", configurations=("Plain",), prompts=0,
            configuration_fields={"Plain": {"samples": estimates.MOST_ASKED}}, reuses_calls=True,
        )  # fmt: skip
        for number in range(2):
            factories.make_prompt(session, many.id, number, f"Of many, {number}?")
        assert not estimates.estimate(session, few.name).is_store_unasked
        found = estimates.estimate(session, many.name)
        assert (found.is_store_unasked, found.reused) == (True, 0)
        assert found.calls == 2 * estimates.MOST_ASKED

    def test_is_what_each_missing_completion_may_take_added_up(self, session):
        study = factories.make_study(
            session,
            configurations=("Plain", "Filled", "Agent", "Imported"),
            prompts=3,
            prompt_text=lambda at: "Größe? " * at + "x",
            configuration_fields={
                "Plain": {"system_prompt": "Kurz.", "price_input": 10**9, "price_output": 3},
                "Filled": {
                    "template": "{{ context }}: {{ prompt }}",
                    "examples": [{"user": "a", "assistant": "bé"}],
                    "samples": 2,
                    "parameters": {"max_tokens": 7},
                },
                "Agent": {"model": "agent/mine", "price_call": 10**7},
                "Imported": {"model": None},
            },
        )
        session.get_one(models.Prompt, study.prompts[1]).turns = ["One?", "And ß?"]
        session.execute(delete(models.Completion).where(models.Completion.prompt_id > 0))
        asked = prompts.asked_in(session, study.id)
        for row in estimates.estimate(session, study.name).rows:
            configuration = session.get_one(
                models.Configuration, study.configurations[row.configuration]
            )
            bounds = [
                requests.upper_bound(session, configuration, prompt)
                for prompt in asked.values()
                for _ in range(configuration.samples if configuration.model else 0)
            ]
            assert row.calls == sum(one.calls for one in bounds)
            assert row.tokens == sum(one.tokens for one in bounds)
            nanos = sum(one.nanos or 0 for one in bounds)
            assert row.cost == pytest.approx(nanos / NANOS, abs=1e-8)

    def test_tells_calls_tokens_and_what_is_unknown(self, session, now):
        unknown = Configuration(name="Mine", model="openai/mine", endpoint="local")
        applying.apply(session, replace(FILE, configurations=(LEAD, unknown)), now)
        dry_run = estimates.estimate(session, "summaries")

        assert dry_run.calls == 4
        assert dry_run.unknown == ("Mine",)
        assert dry_run.tokens > 4 * 1024
