"""Bounds that nobody meets who means to rate, and what happens at each."""

import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.domain import vote as rules
from service.store import models
from service.usecases import invites
from service.usecases.blind import marks, reasons, voting
from service.usecases.sighted.studies import invariants
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


def deal(session, rater_id, minutes, ahead=5):
    dealt = factories.deal(session, rater_id, later(minutes), random.Random(3), LEASE, ahead)
    return [piece.token for piece in dealt]


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def seat(session):
    return factories.make_rater(session, factories.make_study(session, prompts=6))


class TestRevisions:
    def test_are_refused_where_nobody_means_them_and_the_last_stands(self, session, seat):
        (token,) = deal(session, seat, 0, 1)
        for number in range(rules.MOST_REVISIONS):
            voting.cast(session, seat, token, "left", f"k{number}", later(1), supersedes=number)
        with pytest.raises(rules.ChangedOften, match="stays as it is"):
            voting.cast(session, seat, token, "right", "n", later(1), supersedes=number + 1)
        with pytest.raises(rules.ChangedOften):
            voting.undo(session, seat, "u", later(1), token)
        assert voting.cast(session, seat, token, "left", "k7", later(1), supersedes=7).repeated
        assert count(session, models.Vote) == rules.MOST_REVISIONS

    def test_what_is_taken_back_can_always_be_judged_anew(self, session, seat):
        (token,) = deal(session, seat, 0, 1)
        for number in range(rules.MOST_REVISIONS):
            voting.cast(session, seat, token, "left", f"k{number}", later(1))
            try:
                voting.undo(session, seat, f"u{number}", later(1), token)
            except rules.ChangedOften:
                break
        assert count(session, models.Vote) <= rules.MOST_REVISIONS
        newest = select(models.Vote).order_by(models.Vote.revision.desc()).limit(1)
        assert session.scalars(newest).one().choice == "left"

    def test_skips_are_bounded_too_however_they_are_sent(self, session, seat):
        (token,) = deal(session, seat, 0, 1)
        refused = 0
        for number in range(rules.MOST_REVISIONS):
            for act in ("skip", "again", "undo"):
                key = f"{act}{number}"
                try:
                    if act == "undo":
                        voting.undo(session, seat, key, later(1), token)
                    else:
                        voting.skip(session, seat, token, key, later(1))
                except rules.ChangedOften:
                    refused += 1
        assert refused > rules.MOST_REVISIONS
        assert count(session, models.Skip) <= rules.MOST_REVISIONS

    def test_marks_are_bounded(self, session):
        options = {"repeats": 0, "practice": [], "grades": "only"}
        rater_id = factories.make_rater(session, factories.make_study(session, options=options))
        (token,) = deal(session, rater_id, 0, 1)

        def keep(number):
            return marks.keep(session, rater_id, token, [], [1, 2], f"m{number}", later(1), number)

        for number in range(rules.MOST_REVISIONS):
            keep(number)
        with pytest.raises(rules.ChangedOften):
            keep(rules.MOST_REVISIONS)
        assert count(session, models.Mark) == rules.MOST_REVISIONS


class TestReasons:
    def test_are_kept_up_to_a_number_for_each_matchup(self, session, seat):
        one, other = deal(session, seat, 0, 2)

        def say(token, key):
            reasons.add(session, seat, token, ["clear"], "", key, later(1))

        for number in range(reasons.MOST_REASONS):
            say(one, f"r{number}")
        with pytest.raises(reasons.ReasonedOften, match="All of it is kept"):
            say(one, "one more")
        say(one, "r3")  # sent again
        say(other, "another")
        assert count(session, models.Reason) == reasons.MOST_REASONS + 1


class TestIdle:
    """A sitting that only asks and never judges."""

    def test_gives_its_places_back_though_it_renews(self, session):
        study = factories.make_study(session, prompts=5)
        idle, ben = (factories.make_rater(session, study, name) for name in ("Idle", "Ben"))
        minutes = 0
        while minutes < 120:
            assert len(deal(session, idle, minutes)) == 5
            minutes += 10
        assert deal(session, ben, 119) == []
        for minutes in (121, 131, 141):
            assert len(deal(session, idle, minutes)) == 1
        assert len(deal(session, ben, 145)) == 5

    def test_then_holds_one_at_a_time_until_it_judges(self, session):
        study = factories.make_study(session, prompts=8)
        idle, ben = (factories.make_rater(session, study, name) for name in ("Idle", "Ben"))
        deal(session, idle, 0)
        assert len(deal(session, ben, 200)) == 5
        (token,) = deal(session, idle, 201)
        assert len(deal(session, idle, 202)) == 1
        voting.cast(session, idle, token, "left", "k", later(203))
        assert len(deal(session, idle, 203)) > 1

    def test_is_nobody_who_judges_now_and_then(self, session):
        study = factories.make_study(session, prompts=9)
        slow, _ = (factories.make_rater(session, study, name) for name in ("Slow", "Ben"))
        for number in range(4):
            tokens = deal(session, slow, number * 100)
            assert len(tokens) == 5
            assert deal(session, slow, number * 100 + 50) == tokens
            voting.cast(session, slow, tokens[0], "left", tokens[0], later(number * 100 + 60))

    def test_breaks_no_rule(self, session):
        study = factories.make_study(session, prompts=3, configurations=("A", "B", "C"))
        idle, ben = (factories.make_rater(session, study, name) for name in ("Idle", "Ben"))
        for minutes in range(0, 400, 25):
            deal(session, idle, minutes)
            for token in deal(session, ben, minutes + 1, 1):
                voting.cast(session, ben, token, "left", token, later(minutes + 1))
            assert not [one for one in invariants.check(session, later(minutes)) if one.broken]


class TestAtOnce:
    def test_no_more_begin_than_may_however_many_press_at_once(self, database):
        with database.transaction() as session:
            study = factories.make_study(session)
            link = invites.make(
                session, study.name, "shared", "", later(0), factories.KEY
            ).link_token
            for number in range(invites.MOST_UNTRIED - 1):
                invites.start_rating(session, link, "", later(0), factories.KEY, f"p{number}")
        began, refused = [], []

        def press(number):
            try:
                with database.transaction() as session:
                    invites.start_rating(session, link, "", later(1), factories.KEY, f"q{number}")
                began.append(number)
            except invites.TooManyBegan:
                refused.append(number)

        threads = [threading.Thread(target=press, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(began), len(refused)) == (1, 5)
