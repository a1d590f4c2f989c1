import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain.completion import CompletionFailure
from service.domain.rate_limit import Limit
from service.store import models
from service.usecases.sighted.generation import claims, records, retries
from service.usecases.sighted.studies import invariants, opening, overviews
from tests import factories
from tests.factories import later
from tests.usecases.sighted.generation.test_records import answer

LEASE = timedelta(minutes=5)
BROKEN = CompletionFailure("server_error", "Boom.", is_transient=True, maybe_paid=False)


def make(session, prompts=30, **fields):
    return factories.make_study(
        session,
        configurations=["One"],
        prompts=prompts,
        ready=False,
        configuration_fields={"One": {"model": "openai/x", "price_input": 0, "price_output": 0}},
        **fields,
    )


def claim(session, minutes=0.0, limit=50, limits=None):
    session.expire_all()
    return claims.claim(session, limit, LEASE, later(minutes), limits)


def fail(session, requests, minutes=0.0, failure=BROKEN):
    ended = [(request, failure) for request in requests]
    records.record_all(session, ended, later(minutes), lambda: 0.0)
    session.expire_all()


def configuration(session):
    session.expire_all()
    return session.scalars(select(models.Configuration)).one()


def broken(session):
    session.expire_all()
    return [line for check in invariants.check(session, later(1)) for line in check.broken]


class TestFailuresInARow:
    def test_ten_let_a_configuration_rest_for_a_minute(self, session):
        make(session)
        fail(session, claim(session, limit=9))
        assert configuration(session).resting_until is None
        fail(session, claim(session, limit=1))
        assert configuration(session).resting_until == later(1)
        assert claim(session, 0.9) == []
        assert claims.due(session, later(0.9)).pending == 0
        assert broken(session) == []

    def test_then_one_call_is_tried_until_one_succeeds(self, session):
        make(session)
        fail(session, claim(session, limit=10))
        trial = claim(session, 1.1)
        assert len(trial) == 1
        assert claim(session, 1.2) == []
        fail(session, trial, 1.3)
        assert claim(session, 2.2) == []
        again = claim(session, 2.5)
        assert len(again) == 1
        assert factories.record(session, again[0], answer(), later(2.6))
        assert configuration(session).resting_because is None
        assert len(claim(session, 2.7)) > 10

    def test_are_told_and_ended_by_going_on(self, session):
        study = make(session)
        fail(session, claim(session, limit=10))
        (told,) = overviews.study(session, study.name).configurations
        assert "10 calls failed in a row, the last one with server_error" in told.resting_because
        opening.resume(session, study.name)
        assert len(claim(session)) > 1

    def test_an_answer_between_them_begins_anew(self, session):
        make(session)
        fail(session, claim(session, limit=9))
        factories.record(session, claim(session, limit=1)[0], answer(), later(0))
        fail(session, claim(session, limit=9))
        assert configuration(session).failures_in_a_row == 9
        assert configuration(session).resting_until is None

    def test_a_stopped_worker_is_not_the_providers_failure(self, session):
        make(session)
        stopped = CompletionFailure("stopped", "Stopped.", is_transient=True)
        fail(session, claim(session, limit=12), failure=stopped)
        assert configuration(session).failures_in_a_row == 0


class TestPace:
    def test_counts_requests_of_all_workers(self, session):
        make(session)
        limits = {"openai": Limit(60)}
        assert len(claim(session, 0.0, 4, limits)) == 4
        assert len(claim(session, 0.0, 50, limits)) == 2
        assert claim(session, 0.0, 50, limits) == []
        assert claims.due(session, later(0.0)).pending == 0
        assert len(claim(session, 0.25, 50, limits)) == 6
        assert broken(session) == []

    def test_gives_back_the_tokens_that_were_not_used(self, session):
        make(session)
        limits = {"openai": Limit(None, 12_000)}
        (first,) = claim(session, 0.0, 50, limits)
        assert claim(session, 0.0, 50, limits) == []
        records.record_all(session, [(first, answer())], later(0.0), lambda: 0.0, limits)
        assert len(claim(session, 0.04, 1, limits)) == 1

    def test_gives_back_calls_that_were_not_made(self, session):
        make(session)
        limits = {"openai": Limit(60)}
        claimed = claim(session, 0.0, 6, limits)
        claims.release(session, claimed, later(0.0), limits)
        session.expire_all()
        assert len(claim(session, 0.0, 6, limits)) == 6

    def test_leaves_other_providers_alone(self, session):
        make(session)
        assert len(claim(session, 0.0, 50, {"anthropic": Limit(1)})) == 30

    def test_a_lost_call_that_has_to_wait_is_pending_again(self, session):
        make(session, prompts=1)
        limits = {"openai": Limit(1)}
        assert len(claim(session, 0.01, 1, limits)) == 1
        assert len(claim(session, 0.0, 1, limits)) == 0
        with_debt = session.scalars(select(models.RateLimit)).one()
        with_debt.requests = -50.0
        session.flush()
        assert claim(session, 6.0, 1, limits) == []
        assert session.scalars(select(models.Completion.state)).all() == ["pending"]
        assert broken(session) == []


PATIENCE = CompletionFailure(
    "rate_limited", "Slow down.", is_transient=True, maybe_paid=False, must_wait=True
)


class TestRefusals:
    """Draws are 0: the first wait is half a second, and an eighth of a minute is longer."""

    def refuse(self, session, number=8, minutes=0.0, failure=PATIENCE):
        requests = claim(session, minutes, limit=number)
        fail(session, requests, minutes, failure)
        return requests

    def states(self, session):
        return set(session.execute(select(models.Completion.state, models.Completion.attempts)))

    def test_spend_no_attempt_and_no_money_however_many(self, session):
        study = make(session, prompts=1)
        for minutes in range(0, 40, 2):
            assert len(self.refuse(session, 1, minutes)) == 1
        assert {tuple(row) for row in self.states(session)} == {("pending", 0)}
        row = session.get_one(models.Study, study.id)
        assert (row.held_calls, row.spent_calls) == (0, 0)
        assert configuration(session).failures_in_a_row == 0
        assert broken(session) == []

    def test_close_the_way_then_one_call_tries_then_half_as_many(self, session):
        make(session)
        self.refuse(session)
        assert claim(session, 0.005) == []
        assert claims.due(session, later(0.005)).pending == 0
        (trial,) = claim(session, 0.1)
        assert claim(session, 0.11) == []
        assert factories.record(session, trial, answer(), later(0.12))
        assert len(claim(session, 0.2)) == 4
        assert claim(session, 0.22) == []

    def test_keep_to_what_the_provider_asks_and_say_when(self, session):
        study = make(session)
        asks = dataclasses.replace(PATIENCE, retry_after=90.0)
        self.refuse(session, failure=asks)
        assert claim(session, 1.4) == []
        moment = later(1.4)
        assert claims.reopening(session, moment, timedelta(seconds=5)) is None
        assert claims.reopening(session, moment, timedelta(seconds=10)) == later(1.5)
        (told,) = overviews.study(session, study.name).configurations
        assert told.waiting_until == later(1.5)
        assert len(claim(session, 1.6)) == 1

    def test_hold_all_studies_of_the_provider_and_no_other(self, session):
        make(session)
        self.refuse(session)
        theirs = {"One": {"model": "openai/y"}, "Two": {"model": "anthropic/z"}}
        factories.make_study(
            session, "other", configurations=["One", "Two"], prompts=3, ready=False,
            configuration_fields=theirs, cap_nanos=None,
        )  # fmt: skip
        assert {each.model for each in claim(session, 0.005)} == {"anthropic/z"}

    def test_are_forgotten_where_somebody_goes_on(self, session):
        study = make(session)
        self.refuse(session, failure=dataclasses.replace(PATIENCE, retry_after=7200.0))
        opening.resume(session, study.name)
        assert len(claim(session, 0.1)) == 30

    def test_a_worker_that_died_with_the_trial_does_not_close_the_way(self, session):
        make(session)
        self.refuse(session)
        assert len(claim(session, 0.1)) == 1
        assert len(claim(session, 5.2)) == 1  # its lease has run out


class TestPauseIfOver:
    def spend_too_much(self, session):
        study = make(session, cap_tokens=5_000)
        first, second = claim(session, limit=2)
        usage = {"prompt_tokens": 10, "completion_tokens": 90_000}
        factories.record(session, first, answer(**usage), later(0.1))
        return study, second

    def test_charges_in_full_and_pauses_with_the_reason(self, session):
        study, _ = self.spend_too_much(session)
        row = session.get_one(models.Study, study.id)
        session.refresh(row)
        assert row.spent_tokens == 90_010
        because = configuration(session).paused_because
        assert "counted 90,010 tokens" in because
        assert "max_tokens" in because
        assert claim(session, 0.2) == []
        assert broken(session) == []

    def test_goes_on_when_somebody_says_so(self, session):
        study, _ = self.spend_too_much(session)
        session.get_one(models.Study, study.id).cap_tokens = 200_000
        opening.resume(session, study.name)
        assert len(claim(session, 0.2)) > 0

    def test_lets_the_rest_count_as_failed(self, session):
        study, second = self.spend_too_much(session)
        claims.release(session, [second], later(0.1))
        assert retries.give_up_blocked(session, study.name) == 29
        assert retries.give_up_blocked(session, study.name) == 0


class TestMaybePaid:
    @pytest.mark.parametrize(("maybe_paid", "told"), [(True, 1), (False, 0)])
    def test_counts_calls_that_were_charged_without_an_answer(self, session, maybe_paid, told):
        study = make(session, prompts=2)
        failure = CompletionFailure("timeout", "Late.", is_transient=True, maybe_paid=maybe_paid)
        first, second = claim(session)
        fail(session, [first], failure=failure)
        factories.record(session, second, answer(), later(0))
        assert overviews.study(session, study.name).budget.maybe_paid == told
