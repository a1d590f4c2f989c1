import random

import pytest
from sqlalchemy import event, select

from service.domain.completion import CompletionFailure
from service.store import models
from service.store import studies as study_queries
from service.usecases.sighted.generation import records, retries
from tests import factories
from tests.factories import later
from tests.usecases.sighted.generation.batches import (
    PRICED,
    answer,
    broken,
    claim,
    finish_all,
    state_of,
)


class TestRecord:
    def test_stores_text_tokens_and_cost(self, session, study):
        request = next(one for one in claim(session) if one.model == "openai/gpt-x")

        assert factories.record(session, request, answer(), later(1))
        row = state_of(session, request)
        assert (row.state, row.kind, row.prompt_tokens) == ("recorded", "complete", 10)
        assert row.cost_nanos == 30 * 1000
        assert study_queries.by_id(session, study.id).spent_nanos == 30 * 1000
        assert broken(session) == []

    def test_leaves_an_unknown_price_unknown(self, session):
        factories.make_study(
            session,
            "unpriced",
            prompts=1,
            ready=False,
            configuration_fields={"Plain": {"model": "openai/mine", "endpoint": "local"}},
        )
        request = next(one for one in claim(session) if one.model == "openai/mine")
        factories.record(session, request, answer(), later(1))

        assert state_of(session, request).cost_nanos is None

    @pytest.mark.parametrize(
        ("fields", "kind", "state"),
        [
            ({"text": "  "}, "empty", "failed"),
            ({"finish_reason": "content_filter"}, "filtered", "failed"),
            ({"finish_reason": "length"}, "cut_off", "recorded"),
            ({"refused": True}, "refused", "recorded"),
            ({"text": "I'm sorry, but I can't help with that."}, "refused", "recorded"),
        ],
    )
    def test_tells_kinds_of_answers_apart(self, session, study, fields, kind, state):
        request = claim(session)[0]
        factories.record(session, request, answer(**fields), later(1))
        row = state_of(session, request)

        assert (row.kind, row.state) == (kind, state)

    def test_says_that_reasoning_took_all_tokens(self, session, study):
        request = claim(session)[0]
        told = answer("", finish_reason="length", details={"reasoning_characters": 900})
        factories.record(session, request, told, later(1))
        message = state_of(session, request).error_message
        assert message == (
            "The model used all 20 tokens for its reasoning and gave no text. Raise max_tokens."
        )

    @pytest.mark.parametrize("usage", [None, -5, 10**9])
    def test_charges_the_whole_hold_where_usage_is_missing_or_absurd(self, session, study, usage):
        request = next(one for one in claim(session) if one.model == "openai/gpt-x")
        factories.record(session, request, answer(completion_tokens=usage), later(1))
        of_request = models.Attempt.completion_id == request.completion_id
        attempt = session.scalars(select(models.Attempt).where(of_request)).one()

        assert attempt.charged_nanos == attempt.held_nanos
        assert broken(session) == []

    def test_fences_off_a_late_worker(self, session, study):
        late = claim(session)[0]
        newer = next(one for one in claim(session, 6) if one.completion_id == late.completion_id)

        assert factories.record(session, newer, answer("New."), later(7))
        assert not factories.record(session, late, answer("Old."), later(8))
        assert state_of(session, late).turns == ["New."]
        assert broken(session, 8) == []


class TestRecordFailure:
    def test_tries_a_passing_failure_again_later(self, session, study):
        request = claim(session)[0]
        failure = CompletionFailure("rate_limited", "Too many.", is_transient=True, retry_after=30)
        factories.record_failure(session, request, failure, later(1), 0.5)
        row = state_of(session, request)

        assert row.state == "pending"
        assert row.next_attempt_at >= later(1.5)

    def test_gives_up_after_five_attempts(self, session, study):
        failure = CompletionFailure("timeout", "Too slow.", is_transient=True)
        for number in range(5):
            for request in claim(session, 10 * number):
                factories.record_failure(session, request, failure, later(10 * number), 0.0)
        failed = session.scalars(select(models.Completion.state)).all()

        assert set(failed) == {"failed"}
        assert claim(session, 60) == []

    def test_a_permanent_failure_stays_and_can_be_retried(self, session, study):
        request = claim(session)[0]
        failure = CompletionFailure("unauthorized", "Set OPENAI_API_KEY.", is_transient=False)
        factories.record_failure(session, request, failure, later(1), 0.5)

        assert state_of(session, request).state == "failed"
        assert retries.retry_failed(session, study.name, later(2)) == 1
        assert state_of(session, request).state == "pending"

    def test_charges_nothing_where_nothing_was_paid(self, session, study):
        request = next(one for one in claim(session) if one.model == "openai/gpt-x")
        failure = CompletionFailure("rate_limited", "No.", is_transient=True, maybe_paid=False)
        factories.record_failure(session, request, failure, later(1), 0.5)

        assert study_queries.by_id(session, study.id).spent_nanos == 0
        assert broken(session) == []


class TestReadiness:
    def test_opens_a_prompt_when_its_last_answer_is_fit(self, session, study):
        requests = sorted(claim(session), key=lambda one: one.completion_id)
        for request in requests[:3]:
            factories.record(session, request, answer(f"T{request.completion_id}"), later(1))
        finish_all(session)
        session.expire_all()
        dealable = [session.get_one(models.Prompt, key).is_dealable for key in study.prompts]
        factories.record(session, requests[3], answer("last"), later(1))
        finish_all(session)
        session.expire_all()

        assert dealable == [True, False]
        assert all(session.get_one(models.Prompt, key).is_dealable for key in study.prompts)

    def test_opens_a_prompt_without_the_side_that_failed(self, session):
        made = factories.make_study(
            session, "three", configurations=("A", "B", "C"), prompts=1, ready=False
        )
        requests = claim(session)
        for request in requests[:2]:
            factories.record(
                session, request, answer(f"T{request.fence}{request.completion_id}"), later(1)
            )
        finish_all(session)
        failure = CompletionFailure("unauthorized", "No key.", is_transient=False)
        factories.record_failure(session, requests[2], failure, later(1), 0.5)
        session.expire_all()
        prompt = session.get_one(models.Prompt, made.prompts[0])

        assert (prompt.is_dealable, prompt.places_open) == (True, 1)

    def test_quarantines_a_leak(self, session):
        factories.make_study(session, "leaky", prompts=1, ready=False, leak_policy="quarantine")
        request = claim(session)[0]
        told = "As an AI developed by OpenAI, I am ChatGPT."
        factories.record(session, request, answer(told), later(1))
        finish_all(session)
        row = state_of(session, request)

        assert row.state == "quarantined"
        assert row.leaks["found"]

    def test_masks_a_leak(self, session):
        factories.make_study(session, "masked", prompts=1, ready=False, leak_policy="mask")
        request = claim(session)[0]
        factories.record(session, request, answer("I am ChatGPT. Hello."), later(1))
        finish_all(session)
        row = state_of(session, request)

        assert row.state == "ready"
        assert "ChatGPT" not in row.html[0]


class TestStatements:
    """What a batch costs does not grow with it: queries are for all of its completions."""

    def count(self, session, act):
        seen = []

        def note(_connection, _cursor, statement, *_):
            seen.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        try:
            return act(), len(seen)
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def cycle(self, session, size):
        claimed, claiming = self.count(session, lambda: claim(session, limit=size))
        assert len(claimed) == size
        ended = [(request, answer(f"Fine {request.completion_id}.")) for request in claimed]
        _, recording = self.count(
            session, lambda: records.record_all(session, ended, later(1), random.random)
        )
        _, publishing_all = self.count(session, lambda: finish_all(session))
        return claiming, recording, publishing_all

    def test_are_few_and_as_many_for_twenty_as_for_two(self, session):
        factories.make_study(
            session, "wide", prompts=20, ready=False, configurations=["One", "Two"],
            configuration_fields=dict.fromkeys(("One", "Two"), PRICED), cap_nanos=10**12,
        )  # fmt: skip
        few, many = self.cycle(session, 2), self.cycle(session, 20)
        assert many == few
        assert few == (7, 8, 10)  # claim, record, publish
