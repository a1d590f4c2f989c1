"""A draft that a model proposes, over real calls: prepared, sent, answered, reviewed."""

import pytest

from service import drafting
from service.database import now
from service.domain.draft import Decided, DraftState
from service.usecases.sighted.studies import drafts, invariants, prompt_sets, proposing
from tests.workers.test_shift import work

pytestmark = pytest.mark.filterwarnings("ignore:Item .* on TypedDict class")

FILES = [("tyres.md", b"Tyres are round."), ("chains.md", b"Chains are oiled.")]


def ask(database, model="proposes"):
    with database.transaction() as session:
        token = proposing.ask(
            session, "Bikes", 4, f"openai/{model}", "ada", now(session),
            files=FILES, endpoint="models",
        )  # fmt: skip
    drafting.make_due(database)
    with database.transaction() as session:
        proposing.begin(session, token, 1.0, now(session))
    return token


def look(database, token):
    with database.reading() as session:
        broken = [
            line for check in invariants.check(session, now(session)) for line in check.broken
        ]
        assert broken == []
        return drafts.of_token(session, token), drafts.items(session, token)


class TestDraft:
    def test_is_proposed_over_the_wire_and_becomes_a_set(self, database, here):
        token = ask(database)
        work(here)
        drafting.make_due(database)
        found, items = look(database, token)
        assert (found.state, found.found["calls"]) == (DraftState.REVIEW, 2)
        assert len(items) == 4
        assert {each.origin.name for each in items} == {"tyres.md", "chains.md"}
        assert {each.prompt.tags for each in items} == {("tyres",), ("chains",)}
        with database.transaction() as session:
            for each in items:
                drafts.decide(session, token, each.position, Decided.KEPT, now(session))
            made = drafts.finish(session, token, "ada", now(session))
            assert len(prompt_sets.prompts_of(session, made.name)) == 4

    def test_is_none_where_the_model_says_no_list(self, database, here):
        token = ask(database, "chats")
        work(here)
        drafting.make_due(database)
        found, items = look(database, token)
        assert (found.state, items) == (DraftState.FAILED, [])
        assert found.found["malformed"] == 2
