import json

import pytest

from service.domain.completion import Turn, together
from service.domain.shown_field import FieldMissing
from service.store import models, prompts, unfinished
from service.usecases.sighted.generation import reuse, showing
from tests import factories
from tests.usecases.sighted.generation import batches

SAID = json.dumps({"answer": "Open the lid.", "model": "gpt-x"})


def structured(session, name="support-replies", shows="answer", **fields):
    made = factories.make_study(
        session,
        name,
        configurations=("Plain",),
        prompts=1,
        ready=False,
        cap_nanos=10**9,
        configuration_fields={"Plain": {**batches.PRICED, "shows": shows}},
        leak_policy="quarantine",
        **fields,
    )
    return session.get_one(models.Configuration, made.configurations["Plain"])


def answered(text, finish_reason="stop"):
    return together([Turn(text, finish_reason, 10, 20, latency_ms=5)])


def run(session, text, **more):
    (request,) = batches.claim(session)
    factories.record(session, request, answered(text, **more), factories.later(1))
    batches.finish_all(session)
    return batches.state_of(session, request)


class TestRecorded:
    def test_shows_the_field_and_looks_for_leaks_in_it_alone(self, session):
        structured(session)
        row = run(session, SAID)
        assert (row.state, row.turns) == ("ready", ["Open the lid."])
        assert "Open the lid." in row.html[0]
        assert "gpt-x" not in row.html[0]
        assert row.details["whole"] == [SAID]

    def test_finds_a_leak_in_what_is_shown(self, session):
        structured(session)
        row = run(session, json.dumps({"answer": "I am gpt-x, made by OpenAI."}))
        assert row.state == "quarantined"

    @pytest.mark.parametrize(
        ("text", "reason", "said"),
        [
            ("Open the lid.", "stop", "no JSON"),
            ('{"reply": "Open"}', "stop", "no field answer"),
            ('{"answer": "Ope', "length", "Raise max_tokens"),
        ],
    )
    def test_fails_with_a_reason_and_is_paid(self, session, text, reason, said):
        structured(session)
        row = run(session, text, finish_reason=reason)
        assert (row.state, row.error_class) == ("failed", "field_missing")
        assert said in row.error_message
        assert row.turns == [text]
        assert session.query(models.Study).filter_by(id=row.study_id).one().spent_calls == 1
        assert not batches.broken(session)

    def test_an_empty_field_is_an_empty_answer(self, session):
        structured(session)
        assert run(session, '{"answer": " "}').kind == "empty"

    def test_another_study_may_reuse_the_call_and_show_another_field(self, session):
        structured(session)
        run(session, SAID)
        other = structured(session, "second", shows="model")
        (one,) = unfinished.claimable(session, factories.later(5), 10)
        asked = prompts.asked(session, {one.prompt_id})[one.prompt_id]
        (turn,) = reuse.stored(session, one, other, asked)
        assert turn.text == SAID


class TestShowAnew:
    def test_takes_another_field_or_all_of_it(self, session):
        configuration = structured(session)
        row = run(session, SAID)
        for shows, told in (("model", "gpt-x"), ("", SAID), ("answer", "Open the lid.")):
            configuration.shows = shows
            showing.show_anew(session, configuration, factories.later(3))
            assert (row.turns, row.state) == ([told], "recorded")

    def test_names_the_prompt_whose_answer_lacks_it(self, session):
        configuration = structured(session)
        run(session, SAID)
        configuration.shows = "other"
        with pytest.raises(FieldMissing, match="p0"):
            showing.show_anew(session, configuration, factories.later(3))
