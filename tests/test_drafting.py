import json

import pytest

from service import drafting
from service.database import Database
from service.domain.draft import DraftState
from service.store import models
from service.usecases.sighted.generation import claims
from service.usecases.sighted.studies import drafts, proposing
from tests import factories
from tests.factories import later
from tests.usecases.sighted.generation import batches

TASK = "Answers to customers of a shop for bicycles. Mail ada@example.org."


def ask(database: Database, **more):
    told = {"task": TASK, "size": 4, "model": "openai/gpt-x", "target": "Bikes", **more}
    with database.transaction() as session:
        target, size, model = told.pop("target"), told.pop("size"), told.pop("model")
        token = proposing.ask(session, target, size, model, "ada", later(0), **told)
    drafting.make_due(database)
    return token


def look(database, token):
    with database.reading() as session:
        return drafts.of_token(session, token), drafts.items(session, token)


def answer(database, *texts, moment=None):
    """Let a worker answer calls, the last of these texts for all further ones."""
    moment = moment or later(0)
    with database.transaction() as session:
        requests = claims.claim(session, 100, batches.LEASE, moment)
        for at, request in enumerate(requests):
            text = texts[min(at, len(texts) - 1)]
            factories.record(session, request, batches.answer(text), moment)
        batches.finish_all(session)
        assert not batches.broken(session)
    return requests


def begin(database, token, usd=1.0):
    with database.transaction() as session:
        return proposing.begin(session, token, usd, later(0))


def listed(*prompts):
    return json.dumps([{"prompt": each, "tags": ["t"], "difficulty": "easy"} for each in prompts])


class TestMakeDue:
    @pytest.mark.parametrize("content", [b"All about saddles.", b""])
    def test_makes_what_waited_while_this_version_was_installed(self, database, content):
        with database.transaction() as session:
            given = [("guide.md", content)] if content else []
            token = proposing.ask(
                session, "Bikes", 4, "openai/gpt-x", "ada", later(0), files=given, task=TASK
            )
            row = session.query(models.PromptDraft).filter_by(token=token).one()
            row.asked = {name: told for name, told in row.asked.items() if name != "files"}
            row.content = content
        drafting.make_due(database)
        assert look(database, token)[0].state is DraftState.PREPARED
        begin(database, token)
        answer(database, listed("How high is a saddle?"))
        drafting.make_due(database)
        found, items = look(database, token)
        assert (found.state, len(items)) == (DraftState.REVIEW, 1)

    def test_makes_a_draft_of_a_log(self, database):
        with database.transaction() as session:
            token = drafts.ask_for_logs(
                session, "a.csv", b"prompt\nWhy?\nHow come?\n", "Basics", 30, "ada", later(0)
            )
        drafting.make_due(database)
        found, items = look(database, token)
        assert (found.state, len(items)) == (DraftState.REVIEW, 2)

    def test_says_why_there_is_none(self, database):
        with database.transaction() as session:
            token = drafts.ask_for_logs(
                session, "a.csv", b"prompt\n\n", "Basics", 30, "ada", later(0),
                meanings={"prompt": "prompt"},
            )  # fmt: skip
        drafting.make_due(database)
        found, _ = look(database, token)
        assert found.state is DraftState.FAILED
        assert "no request" in found.found["problem"]

    def test_shows_what_would_be_sent_and_sends_nothing(self, database):
        token = ask(database)
        found, items = look(database, token)
        assert (found.state, items) == (DraftState.PREPARED, [])
        assert found.found == {"passages": 1, "of": 1, "personal": {"e-mail": 1}}
        assert answer(database, "") == []

    def test_proposes_what_a_model_answered_without_what_is_alike(self, database):
        token = ask(database)
        assert begin(database, token) == 1
        (request,) = answer(
            database, listed("Is my tyre flat?", "Is my tyre flat?", "Which chain fits?")
        )
        assert TASK in request.system_prompt
        drafting.make_due(database)
        found, items = look(database, token)
        assert (found.state, found.found["alike"]) == (DraftState.REVIEW, 1)
        assert [each.prompt.turns[0] for each in items] == ["Is my tyre flat?", "Which chain fits?"]
        assert (items[0].origin.by, items[0].origin.place) == ("openai/gpt-x", "1")
        assert items[0].difficulty == "easy"

    def test_takes_passages_of_a_document_in_turn(self, database):
        content = "\n\n".join(f"Part {at}. " + "x" * 5000 for at in range(30)).encode()
        token = ask(database, files=[("guide.md", content)], task="")
        found, _ = look(database, token)
        assert (found.found["passages"], found.found["of"]) == (20, 30)
        assert begin(database, token) == 20
        answer(database, listed("One?", "Two?"), "no list", listed("Three is what?"))
        drafting.make_due(database)
        found, items = look(database, token)
        assert found.found["malformed"] == 1
        assert {each.origin.place for each in items} == {"1", "4"}
        assert all(each.origin.name == "guide.md" for each in items)

    def test_takes_some_of_each_of_several_documents(self, database):
        long = "\n\n".join(f"Part {at}. " + "x" * 5000 for at in range(40)).encode()
        files = [
            ("a.md", long),
            ("b.txt", b"Tyres.\n"),
            ("c.md", long.replace(b"Part", b"Piece")[:100_000]),
        ]
        token = ask(database, files=files, task="")
        found, _ = look(database, token)
        assert (found.found["passages"], found.found["of"]) == (20, 61)
        again = ask(database, files=[*files, ("again.md", long)], task="")
        assert look(database, again)[0].found["of"] == 61, "what stands in two is asked about once"
        begin(database, token)
        answer(database, *(listed(f"Question {at} of this?", "Why?") for at in range(20)))
        drafting.make_due(database)
        found, items = look(database, token)
        # The shortest has its one passage, the longest the most.
        names = [each.origin.name for each in items]
        assert set(names) <= {"a.md", "b.txt", "c.md"}
        places = {(each.origin.name, each.origin.place) for each in items}
        assert {("a.md", "1"), ("b.txt", "1"), ("c.md", "1")} & places
        assert found.origin.name == "a.md, b.txt, c.md"

    def test_takes_so_many_documents_and_no_more(self, database):
        with pytest.raises(drafts.DraftInvalid, match="up to 20"):
            ask(database, files=[(f"{at}.md", b"Text.") for at in range(21)])
        with pytest.raises(drafts.DraftInvalid, match="together"):
            ask(database, files=[(f"{at}.md", b"x" * (11 << 20)) for at in range(2)])

    @pytest.mark.parametrize(
        ("filename", "content", "why"),
        [
            ("a.pdf", b"this is no PDF", "cannot be read"),
            ("a.txt", b"\xff\xfe\x00", "not UTF-8"),
            ("a.exe", b"MZ", "none of"),
        ],
    )
    def test_refuses_a_document_that_is_none(self, database, filename, content, why):
        found, _ = look(database, ask(database, files=[(filename, content)]))
        assert found.state is DraftState.FAILED
        assert why in found.found["problem"]

    def test_says_what_came_of_a_cap_that_leaves_no_room(self, database):
        token = ask(database)
        begin(database, token, 0.0)
        with database.transaction() as session:
            session.query(models.Study).one().cap_calls = 0
        assert answer(database, "") == []
        drafting.make_due(database)
        found, _ = look(database, token)
        assert found.state is DraftState.FAILED
        assert "cap" in found.found["problem"]
