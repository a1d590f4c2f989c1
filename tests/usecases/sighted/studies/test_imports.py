import pytest
from sqlalchemy import select

from service.domain.prompt import Prompt
from service.domain.study import StudyNotOpen, UnknownStudy
from service.formats.completions import CompletionRow
from service.formats.prompts import PromptRow
from service.formats.rows import RowError
from service.store import models
from service.usecases.sighted.studies import imports
from tests import factories

UNREADABLE = RowError(9, "The row is not JSON.")


def prompt_row(line, text, key=""):
    return PromptRow(line, Prompt(turns=(text,), key=key))


def completion_row(line, configuration, *turns, **fields):
    return CompletionRow(line, configuration, turns, **fields)


def bring_prompts(session, name, given, now):
    return imports.import_prompts(session, imports.target(session, name), given, now, {})


def bring_completions(session, name, given, now, **asked):
    to = imports.target(session, name)
    return imports.import_completions(session, to, given, now, {}, **asked)


def rows(session, model):
    return session.scalars(select(model).order_by(model.id)).all()


class TestImportPrompts:
    def test_adds_each_once_and_asks_configurations_for_it(self, session, now):
        study = factories.make_study(session, prompts=1)
        given = [prompt_row(1, "New?", "new"), prompt_row(2, "New?", "again"), UNREADABLE]
        done = bring_prompts(session, study.name, given, now)
        assert (done.added, done.unchanged, done.errors) == (1, 1, [UNREADABLE])
        added = rows(session, models.Prompt)[-1]
        assert (added.key, added.position, added.is_dealable) == ("new", 1, False)
        asked = [row for row in rows(session, models.Completion) if row.prompt_id == added.id]
        assert [row.state for row in asked] == ["pending", "pending"]

    def test_refuses_an_id_that_belongs_to_another(self, session, now):
        study = factories.make_study(session, prompts=1)
        done = bring_prompts(session, study.name, [prompt_row(3, "Other?", "p0")], now)
        assert [(error.line, done.added) for error in done.errors] == [(3, 0)]

    def test_asks_nobody_while_the_study_is_a_draft(self, session, now):
        study = factories.make_study(session, prompts=0, state="draft")
        bring_prompts(session, study.name, [prompt_row(1, "New?")], now)
        assert rows(session, models.Completion) == []


class TestImportCompletions:
    def test_brings_prompts_and_configurations_along_and_waits_to_be_made_fit(self, session, now):
        study = factories.make_study(session, prompts=0)
        prompt = Prompt(turns=("Why?",), key="why")
        given = [
            completion_row(1, "Ours", "Because.", prompt=prompt, latency_ms=12.4, cost_usd=0.001),
            completion_row(2, "Theirs", " ", prompt_id="why"),
            completion_row(3, "Theirs", "x", prompt_id="nowhere"),
        ]
        done = bring_completions(session, study.name, given, now)
        assert (done.added, done.new_prompts) == (2, 1)
        assert done.new_configurations == ["Ours", "Theirs"]
        assert [error.line for error in done.errors] == [3]
        good, empty = rows(session, models.Completion)
        assert (good.state, good.turns, good.latency_ms) == ("recorded", ["Because."], 12)
        assert good.cost_nanos == 1_000_000
        assert (empty.state, empty.error_class) == ("failed", "empty")

    def test_twice_changes_nothing(self, session, now):
        study = factories.make_study(session, prompts=1, configurations=("Plain",))
        given = [completion_row(1, "Plain", "Another answer.", prompt_id="p0", sample=2)]
        assert bring_completions(session, study.name, given, now).added == 1
        again = bring_completions(session, study.name, given, now)
        assert (again.added, again.unchanged) == (0, 1)


class TestStudyForImport:
    def test_is_one_that_exists_and_is_not_closed(self, session, now):
        with pytest.raises(UnknownStudy, match="nowhere"):
            imports.study_for_import(session, "nowhere")
        study = factories.make_study(session, state="closed")
        with pytest.raises(StudyNotOpen, match="closed"):
            bring_prompts(session, study.name, [], now)


class TestShownField:
    def test_takes_the_field_out_of_each_answer_and_names_rows_without_it(self, session, now):
        study = factories.make_study(
            session, prompts=0, configuration_fields={"Plain": {"shows": "answer"}}
        )
        given = [
            completion_row(1, "Plain", '{"answer": "Yes."}', prompt=Prompt(("One?",))),
            completion_row(2, "Plain", "Yes.", prompt=Prompt(("Two?",))),
            completion_row(3, "Retrieval", '{"answer": "All."}', prompt=Prompt(("One?",))),
        ]
        done = bring_completions(session, study.name, given, now)
        assert (done.added, [error.line for error in done.errors]) == (2, [2])
        assert "no JSON" in done.errors[0].message
        one, other = rows(session, models.Completion)
        assert (one.turns, one.details) == (["Yes."], {"whole": ['{"answer": "Yes."}']})
        assert other.turns == ['{"answer": "All."}']
        again = bring_completions(session, study.name, given, now)
        assert (again.unchanged, again.differing) == (2, 0)
