import json

import pytest

from service.domain import draft
from service.domain.draft import Decided, Difficulty, DraftState
from service.domain.prompt_set import OriginKind
from service.usecases.sighted.studies import drafting, drafts, prompt_sets
from service.usecases.sighted.studies.drafts import DraftInvalid, DraftNotOpen, UnknownDraft
from service.usecases.sighted.studies.prompt_sets import SetInvalid
from tests.factories import later

LOG = b"prompt,topic\nWhy is the sky blue?,sky\nMail ada@example.org,post\nDo bees dance?,bees\n"


def ask(session, target="Bees", size=30, content=LOG, **more):
    return drafts.ask_for_logs(session, "log.csv", content, target, size, "ada", later(0), **more)


def made(session, **more):
    token = ask(session, **more)
    one = drafting.claim(session, later(1))
    drafting.record(session, one, drafting.from_logs(one))
    return token


class TestAskForLogs:
    def test_refuses_what_makes_no_draft(self, session):
        for change in ({"size": 0}, {"size": 201}, {"content": b" "}):
            with pytest.raises(DraftInvalid):
                ask(session, **change)
        with pytest.raises(SetInvalid):
            ask(session, target=" ")
        assert drafts.every(session) == []

    def test_waits_for_a_worker(self, session):
        token = ask(session)
        assert drafts.due(session, later(1)) == 1
        found = drafts.of_token(session, token)
        assert (found.state, found.title, found.prompt_set) == (DraftState.WAITING, "Bees", "")
        with pytest.raises(DraftNotOpen):
            drafts.decide(session, token, 1, Decided.KEPT, later(2))
        with pytest.raises(UnknownDraft):
            drafts.of_token(session, "nothing")

    def test_is_forgotten_after_a_while(self, session):
        token = made(session)
        drafts.ask_for_logs(session, "log.csv", LOG, "Bees", 1, "ada", later(0) + 2 * draft.KEPT)
        with pytest.raises(UnknownDraft):
            drafts.of_token(session, token)


class TestDecide:
    def test_keeps_and_drops_and_opens_again(self, session):
        token = made(session)
        drafts.decide(session, token, 1, Decided.KEPT, later(2))
        drafts.decide(session, token, 2, Decided.DROPPED, later(3))
        drafts.rate(session, token, 1, Difficulty.HARD)
        first, second, third = drafts.items(session, token)
        assert (first.decided, first.difficulty) == (Decided.KEPT, Difficulty.HARD)
        assert (second.decided_at, third.decided_at) == (later(3), None)
        drafts.decide(session, token, 2, Decided.OPEN, later(4))
        assert drafts.items(session, token)[1].decided_at is None
        with pytest.raises(UnknownDraft):
            drafts.decide(session, token, 9, Decided.KEPT, later(2))

    def test_edits_and_looks_again(self, session):
        token = made(session)
        at = next(each.position for each in drafts.items(session, token) if each.doubts)
        drafts.edit(session, token, at, ["Mail somebody"], ["post", " ", "post"], "R", later(2))
        item = drafts.items(session, token)[at - 1]
        assert (item.prompt.turns, item.prompt.tags) == (("Mail somebody",), ("post",))
        assert (item.doubts, item.is_edited, item.decided) == ((), True, Decided.KEPT)
        with pytest.raises(DraftInvalid):
            drafts.edit(session, token, at, [" "], [], "", later(3))

    def test_edits_a_conversation_turn_by_turn(self, session):
        turns = [{"role": "user", "content": "Hello"}, {"role": "user", "content": "And then?"}]
        content = json.dumps({"messages": turns}).encode()
        token = drafts.ask_for_logs(
            session, "log.jsonl", content, "Bees", 3, "ada", later(0),
            meanings={"messages": "messages"},
        )  # fmt: skip
        one = drafting.claim(session, later(1))
        drafting.record(session, one, drafting.from_logs(one))
        (item,) = drafts.items(session, token)
        assert item.prompt.turns == ("Hello", "And then?")

        def edited(*turns):
            drafts.edit(session, token, 1, turns, [], "", later(2))
            return drafts.items(session, token)[0].prompt.turns

        assert edited("Good day", "And then?", "") == ("Good day", "And then?")
        assert edited("Good day", "And then?", "Why?") == ("Good day", "And then?", "Why?")
        assert edited("Good day", "", "") == ("Good day",)
        for wrong in (("", "Why?"), (), ("a", "b", "c"), ("x" * 1_100_000,)):
            with pytest.raises(DraftInvalid):
                edited(*wrong)
        assert drafts.items(session, token)[0].prompt.turns == ("Good day",)


class TestFinish:
    def test_makes_a_set_with_where_each_is_from(self, session):
        token = made(session)
        with pytest.raises(DraftInvalid, match="at least one"):
            drafts.finish(session, token, "ada", later(5))
        for item in drafts.items(session, token):
            drafts.decide(session, token, item.position, Decided.KEPT, later(2))
        drafts.rate(session, token, 1, Difficulty.EASY)
        used = drafts.finish(session, token, "ada", later(5))
        assert (used.name, used.version) == ("bees", 1)
        kept = prompt_sets.kept_in(session, "bees")
        assert "difficulty: easy" in kept[0][0].tags
        assert {origin.place for _, origin in kept} == {"2", "3", "4"}
        assert all(origin.kind is OriginKind.FILE and origin.digest for _, origin in kept)
        with pytest.raises(DraftNotOpen):
            drafts.finish(session, token, "ada", later(6))

    def test_adds_to_a_set_what_it_has_not(self, session):
        self.test_makes_a_set_with_where_each_is_from(session)
        more = LOG + b"What does a stonemason earn?,work\n"
        token = made(session, target="bees", content=more)
        (item,) = drafts.items(session, token)
        assert item.prompt.turns == ("What does a stonemason earn?",)
        drafts.decide(session, token, 1, Decided.KEPT, later(2))
        used = drafts.finish(session, token, "ada", later(7))
        assert used.version == 2
        changed = prompt_sets.compare(session, "bees", 1, 2)
        assert (len(changed.added), len(changed.removed)) == (1, 0)
