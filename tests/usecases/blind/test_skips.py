import random

import pytest
from sqlalchemy import select

from service.domain import vote as rules
from service.domain.assignment import AssignmentState
from service.store import models
from service.usecases.blind import assignments, marks, progress, skips, votes
from tests import factories
from tests.factories import later

RNG = random.Random(3)


@pytest.fixture
def seat(session):
    study = factories.make_study(session, prompts=1)
    return factories.make_rater(session, study)


def skipped(session, rater_id):
    """Deal a matchup and leave it out."""
    token = assignments.deal(session, rater_id, later(0), RNG, votes.LEASE, 1)[0].token
    skips.leave_out(session, rater_id, token, "s", later(1))
    return token


def open_places(session):
    return session.scalar(select(models.Prompt.places_open))


def state(session):
    return session.scalar(select(models.Assignment.state))


class TestLeaveOut:
    def test_sent_again_after_it_was_taken_back_does_nothing(self, session, seat):
        token = skipped(session, seat)
        skips.take_back(session, seat, "u", later(2), token)
        skips.leave_out(session, seat, token, "s", later(3))
        assert state(session) == "dealt"
        skips.leave_out(session, seat, token, "s2", later(4))
        assert state(session) == "skipped"

    def test_refuses_a_key_of_another_matchup(self, session):
        rater = factories.make_rater(session, factories.make_study(session, prompts=2))
        first, second = assignments.deal(session, rater, later(0), RNG, votes.LEASE, 2)
        skips.leave_out(session, rater, first.token, "s", later(1))
        with pytest.raises(rules.KeyReused):
            skips.leave_out(session, rater, second.token, "s", later(1))


class TestTakeBack:
    def test_lays_the_matchup_before_its_rater_again(self, session, seat):
        token = skipped(session, seat)
        assert (progress.progress(session, seat).done, open_places(session)) == (1, 1)

        assert skips.take_back(session, seat, "u", later(2), token) == token
        assert (progress.progress(session, seat).done, open_places(session)) == (0, 0)
        dealt = assignments.deal(session, seat, later(2), RNG, votes.LEASE, 1)
        assert [piece.token for piece in dealt] == [token]
        assert votes.cast(session, seat, token, "left", "k", later(3)).revision == 1

    def test_takes_what_was_left_out_last_where_none_is_named(self, session, seat):
        assert skips.take_back(session, seat, "u0", later(0)) is None
        token = skipped(session, seat)
        assert skips.take_back(session, seat, "u1", later(2)) == token
        votes.cast(session, seat, token, "left", "k", later(3))
        assert skips.take_back(session, seat, "u2", later(4)) is None

    def test_is_not_misled_by_a_place_that_was_given_back(self, session):
        rater = factories.make_rater(session, factories.make_study(session, prompts=2))
        first, second = assignments.deal(session, rater, later(0), RNG, votes.LEASE, 2)
        skips.leave_out(session, rater, first.token, "s", later(1))
        row = session.scalars(select(models.Assignment).filter_by(token=second.token)).one()
        row.state, row.ended_at = AssignmentState.EXPIRED, later(9)
        session.flush()
        assert skips.take_back(session, rater, "u", later(10)) == first.token

    def test_is_for_skipped_ones_alone(self, session, seat):
        token = assignments.deal(session, seat, later(0), RNG, votes.LEASE, 1)[0].token

        assert skips.take_back(session, seat, "u1", later(1), token) is None
        votes.cast(session, seat, token, "left", "k", later(1))
        assert skips.take_back(session, seat, "u2", later(2), token) is None

    def test_ends_when_the_rater_finishes(self, session, seat):
        token = skipped(session, seat)
        votes.finish(session, seat, later(2))

        with pytest.raises(rules.VotingIsOver):
            skips.take_back(session, seat, "u", later(3), token)

    def test_is_refused_to_others(self, session, seat):
        token = skipped(session, seat)
        other = factories.make_rater(session, factories.make_study(session, "other"), "Bea")

        with pytest.raises(rules.UnknownAssignment):
            skips.take_back(session, other, "u", later(2), token)
        skips.take_back(session, seat, "u", later(2), token)
        with pytest.raises(rules.KeyReused):
            skips.take_back(session, other, "u", later(2))


class TestUndo:
    def test_is_what_undo_does_with_a_skipped_one_in_a_study_of_grades_too(self, session):
        study = factories.make_study(session, options={"grades": "only", "practice": []})
        rater = factories.make_rater(session, study)
        token = skipped(session, rater)

        assert marks.undo(session, rater, "u", later(2), token) == token
        assert progress.progress(session, rater).done == 0

    @pytest.mark.parametrize("is_named", [True, False])
    def test_that_comes_late_again_leaves_the_vote_cast_since(self, session, seat, is_named):
        token = skipped(session, seat)
        named = token if is_named else None
        assert marks.undo(session, seat, "u", later(2), named) == token
        votes.cast(session, seat, token, "left", "k", later(3))
        assert marks.undo(session, seat, "u", later(4), named) == token
        assert state(session) == "voted"

    def test_of_a_vote_that_comes_late_again_leaves_a_skip_made_since(self, session):
        rater = factories.make_rater(session, factories.make_study(session, prompts=2))
        first, second = assignments.deal(session, rater, later(0), RNG, votes.LEASE, 2)
        votes.cast(session, rater, first.token, "left", "k", later(1))
        assert marks.undo(session, rater, "u", later(2)) == first.token
        skips.leave_out(session, rater, second.token, "s", later(3))
        assert marks.undo(session, rater, "u", later(4)) == first.token
        assert progress.progress(session, rater).skipped == 1
