import random
from datetime import timedelta

import pytest

from service.store import models
from service.usecases.blind import progress, voting
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


@pytest.fixture
def seat(session):
    study = factories.make_study(session, prompt_text=lambda number: f"Question\n{number}? " * 20)
    return study, factories.make_rater(session, study)


def vote(session, rater_id, minutes, choice="left", **fields):
    """Deal one more and vote on it; returns its token."""
    (dealt,) = factories.deal(session, rater_id, later(minutes), random.Random(4), LEASE, 1)
    key = f"key {dealt.token}"
    voting.cast(session, rater_id, dealt.token, choice, key, later(minutes), **fields)
    return dealt.token


class TestProgress:
    def test_tells_what_is_done_and_what_may_still_come(self, session, seat):
        _, ada = seat
        before = progress.progress(session, ada)
        assert (before.done, before.total, before.has_started) == (0, 3, True)
        vote(session, ada, 1)
        after = progress.progress(session, ada)
        assert (after.done, after.total, after.is_finished) == (1, 3, False)

    def test_knows_the_pace_after_a_few_votes(self, session, seat):
        _, ada = seat
        for minutes, seconds in enumerate((4, 9)):
            vote(session, ada, minutes, duration_ms=1000 * seconds)
        assert progress.progress(session, ada).pace_seconds is None
        vote(session, ada, 3, duration_ms=7000)
        assert progress.progress(session, ada).pace_seconds == 7

    def test_waits_where_others_have_all_that_is_open(self, session, seat):
        study, ada = seat
        for minutes in range(3):
            vote(session, ada, minutes)
        bea = factories.make_rater(session, study, "Bea")
        factories.deal(session, bea, later(4), random.Random(4), LEASE, 1)
        told = progress.progress(session, bea)
        assert (told.total, told.is_waiting, told.is_over) == (0, True, False)

    def test_is_over_when_the_study_is_closed(self, session, seat):
        study, ada = seat
        session.get_one(models.Study, study.id).state = "closed"
        session.flush()
        told = progress.progress(session, ada)
        assert (told.is_over, told.total) == (True, 0)


class TestOwnVotes:
    def test_are_numbered_as_they_were_cast_with_a_short_excerpt(self, session, seat):
        _, ada = seat
        tokens = [vote(session, ada, 1), vote(session, ada, 2, "both_bad")]
        found = progress.own_votes(session, ada)
        assert [own.token for own in found] == tokens
        assert [(own.number, own.choice) for own in found] == [(1, "left"), (2, "both_bad")]
        assert all("\n" not in own.prompt_excerpt for own in found)
        assert all(len(own.prompt_excerpt) <= 80 for own in found)


class TestFinish:
    def test_frees_what_lay_before_the_rater_and_twice_is_once(self, session, seat):
        study, ada = seat
        factories.deal(session, ada, later(1), random.Random(4), LEASE, 2)
        for minutes in (2, 3):
            progress.finish(session, ada, later(minutes))
        session.expire_all()
        assert sum(session.get_one(models.Prompt, one).places_open for one in study.prompts) == 3
        finished = session.get_one(models.Rater, ada).finished_at
        assert finished.replace(tzinfo=None) == later(2).replace(tzinfo=None)
        assert progress.progress(session, ada).is_finished


class TestMayPractise:
    def test_until_something_was_dealt_where_there_is_practice(self, session):
        options = {"repeats": 0, "practice": ["A or B?"]}
        study = factories.make_study(session, options=options)
        ada = factories.make_rater(session, study)
        try_first = progress.may_practise(session, ada)
        factories.deal(session, ada, later(1), random.Random(4), LEASE, 1)
        assert (try_first, progress.may_practise(session, ada)) == (True, False)


class TestIsWithdrawn:
    def test_follows_the_raters_own_link(self, session, seat):
        _, ada = seat
        assert not progress.is_withdrawn(session, ada)
        session.query(models.Invite).filter_by(rater_id=ada).one().revoked_at = later(1)
        session.flush()
        assert progress.is_withdrawn(session, ada)


class TestQuota:
    def test_is_the_total_until_more_is_done(self, session):
        study = factories.make_study(session, prompts=6, options={"quota": 2, "repeats": 0})
        ada = factories.make_rater(session, study)
        totals = []
        for minutes in range(4):
            told = progress.progress(session, ada)
            totals.append((told.done, told.total, told.is_enough))
            vote(session, ada, minutes)
        assert totals[:3] == [(0, 2, False), (1, 2, False), (2, 2, True)]
        assert totals[3][0] == 3
        assert totals[3][1] > 3

    def test_is_told_with_the_time_that_it_takes(self, session):
        study = factories.make_study(
            session,
            options={"quota": 12},
            text=lambda *_: "word " * 100,
            prompt_text=lambda number: "word " * 29 + str(number),
        )
        assert progress.asked(session, study.id) == progress.Asked(12, 14)
        silent = factories.make_study(session, "silent")
        assert progress.asked(session, silent.id) is None

    def test_counts_from_the_practice_on(self, session):
        study = factories.make_study(session, options={})
        ada = factories.make_rater(session, study)
        assert progress.progress(session, ada).follows_practice
        vote(session, ada, 1)
        assert not progress.progress(session, ada).follows_practice
        bare = factories.make_study(session, "bare", options={"practice": []})
        bea = factories.make_rater(session, bare, "Bea")
        assert not progress.progress(session, bea).follows_practice
