from dataclasses import replace

import pytest
from sqlalchemy import select

from service.domain.budget import Cap, CapMissing
from service.domain.configuration import Approach, Configuration, Price
from service.domain.prompt import Prompt
from service.domain.study import Lacks, StudyNotReady
from service.formats.study_file import StudyFile
from service.usecases.sighted.studies import applying, opening

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


class TestOpenStudy:
    def test_writes_what_is_to_be_generated(self, session, now):
        applying.apply(session, FILE, now)

        assert opening.open_study(session, "summaries", now).pending == 4
        assert opening.open_study(session, "summaries", now).pending == 0

    def test_needs_two_configurations(self, session, now):
        applying.apply(session, replace(FILE, configurations=(LEAD,)), now)

        with pytest.raises(StudyNotReady, match="two configurations"):
            opening.open_study(session, "summaries", now)

    def test_needs_a_cap_where_it_calls_out(self, session, now):
        paid = Configuration(name="GPT", model="openai/gpt-4o-mini", price=Price(0.15, 0.6))
        applying.apply(session, replace(FILE, configurations=(LEAD, paid)), now)

        with pytest.raises(CapMissing, match="no cap"):
            opening.open_study(session, "summaries", now)

    def test_refuses_a_money_cap_that_cannot_hold(self, session, now):
        unknown = Configuration(name="Mine", model="openai/mine", endpoint="local")
        file = replace(FILE, configurations=(LEAD, unknown), cap=Cap(usd=5))
        applying.apply(session, file, now)

        with pytest.raises(CapMissing, match="Mine"):
            opening.open_study(session, "summaries", now)

    def test_opens_with_caps_on_calls_and_tokens(self, session, now):
        unknown = Configuration(name="Mine", model="openai/mine", endpoint="local")
        file = replace(FILE, configurations=(LEAD, unknown), cap=Cap(calls=10, tokens=100_000))
        applying.apply(session, file, now)

        assert opening.open_study(session, "summaries", now).pending == 4


class TestLacks:
    def test_says_what_is_missing_and_changes_nothing(self, session, now):
        bare = Configuration(name="Bare")
        applying.apply(session, replace(FILE, configurations=(bare,), prompts=()), now)
        found = opening.lacks(session, "summaries")
        assert found == Lacks(1, prompt=True, silent=("Bare",))

    def test_names_the_cap(self, session, now):
        paid = Configuration(name="GPT", model="openai/gpt-4o-mini", price=Price(0.15, 0.6))
        applying.apply(session, replace(FILE, configurations=(LEAD, paid)), now)
        assert opening.lacks(session, "summaries") == Lacks(cap=True)
        unknown = replace(paid, model="openai/mine", price=None)
        file = replace(FILE, configurations=(LEAD, unknown), cap=Cap(usd=5))
        applying.apply(session, file, now)
        assert opening.lacks(session, "summaries") == Lacks(cap=True, unpriced="GPT")
