import random

import pytest
from sqlalchemy import func, select

from service.domain import vote as rules
from service.domain.assignment import AssignmentState
from service.store import models
from service.usecases.blind import progress, voting
from tests import factories
from tests.factories import later

RNG = random.Random(3)


@pytest.fixture
def seat(session):
    study = factories.make_study(session, prompts=1)
    return factories.make_rater(session, study)


def skipped(session, rater_id):
    """Deal a matchup and leave it out."""
    token = factories.deal(session, rater_id, later(0), RNG, voting.LEASE, 1)[0].token
    voting.skip(session, rater_id, token, "s", later(1))
    return token


def open_places(session):
    return session.scalar(select(models.Prompt.places_open))


def state(session):
    return session.scalar(select(models.Assignment.state))


class TestLeaveOut:
    def test_sent_again_after_it_was_taken_back_does_nothing(self, session, seat):
        token = skipped(session, seat)
        voting.undo(session, seat, "u", later(2), token)
        voting.skip(session, seat, token, "s", later(3))
        assert state(session) == "dealt"
        voting.skip(session, seat, token, "s2", later(4))
        assert state(session) == "skipped"

    def test_refuses_a_key_of_another_matchup(self, session):
        rater = factories.make_rater(session, factories.make_study(session, prompts=2))
        first, second = factories.deal(session, rater, later(0), RNG, voting.LEASE, 2)
        voting.skip(session, rater, first.token, "s", later(1))
        with pytest.raises(rules.KeyReused):
            voting.skip(session, rater, second.token, "s", later(1))


class TestTakeBack:
    def test_lays_the_matchup_before_its_rater_again(self, session, seat):
        token = skipped(session, seat)
        assert (progress.progress(session, seat).done, open_places(session)) == (1, 1)

        assert voting.undo(session, seat, "u", later(2), token) == token
        assert (progress.progress(session, seat).done, open_places(session)) == (0, 0)
        dealt = factories.deal(session, seat, later(2), RNG, voting.LEASE, 1)
        assert [piece.token for piece in dealt] == [token]
        assert voting.cast(session, seat, token, "left", "k", later(3)).revision == 1

    def test_takes_what_was_left_out_last_where_none_is_named(self, session, seat):
        assert voting.undo(session, seat, "u0", later(0)) is None
        token = skipped(session, seat)
        assert voting.undo(session, seat, "u1", later(2)) == token
        voting.cast(session, seat, token, "left", "k", later(3))
        assert voting.undo(session, seat, "u2", later(4)) == token
        assert session.scalar(select(func.count()).select_from(models.Vote)) == 2
        assert session.scalar(select(func.count()).select_from(models.Skip)) == 2

    def test_is_not_misled_by_a_place_that_was_given_back(self, session):
        rater = factories.make_rater(session, factories.make_study(session, prompts=2))
        first, second = factories.deal(session, rater, later(0), RNG, voting.LEASE, 2)
        voting.skip(session, rater, first.token, "s", later(1))
        row = session.scalars(select(models.Assignment).filter_by(token=second.token)).one()
        row.state, row.ended_at = AssignmentState.EXPIRED, later(9)
        session.flush()
        assert voting.undo(session, rater, "u", later(10)) == first.token

    def test_takes_back_what_was_done_with_it_and_nothing_before_that(self, session, seat):
        token = factories.deal(session, seat, later(0), RNG, voting.LEASE, 1)[0].token

        assert voting.undo(session, seat, "u1", later(1), token) is None
        voting.cast(session, seat, token, "left", "k", later(1))
        assert voting.undo(session, seat, "u2", later(2), token) == token
        assert session.scalar(select(func.count()).select_from(models.Skip)) == 0

    def test_ends_when_the_rater_finishes(self, session, seat):
        token = skipped(session, seat)
        progress.finish(session, seat, later(2))

        with pytest.raises(rules.VotingIsOver):
            voting.undo(session, seat, "u", later(3), token)

    def test_is_refused_to_others(self, session, seat):
        token = skipped(session, seat)
        other = factories.make_rater(session, factories.make_study(session, "other"), "Bea")

        with pytest.raises(rules.UnknownAssignment):
            voting.undo(session, other, "u", later(2), token)
        voting.undo(session, seat, "u", later(2), token)
        with pytest.raises(rules.KeyReused):
            voting.undo(session, other, "u", later(2))


class TestUndo:
    def test_is_what_undo_does_with_a_skipped_one_in_a_study_of_grades_too(self, session):
        study = factories.make_study(session, options={"grades": "only", "practice": []})
        rater = factories.make_rater(session, study)
        token = skipped(session, rater)

        assert voting.undo(session, rater, "u", later(2), token) == token
        assert progress.progress(session, rater).done == 0

    @pytest.mark.parametrize("is_named", [True, False])
    def test_that_comes_late_again_leaves_the_vote_cast_since(self, session, seat, is_named):
        token = skipped(session, seat)
        named = token if is_named else None
        assert voting.undo(session, seat, "u", later(2), named) == token
        voting.cast(session, seat, token, "left", "k", later(3))
        assert voting.undo(session, seat, "u", later(4), named) == token
        assert state(session) == "voted"

    def test_of_a_vote_that_comes_late_again_leaves_a_skip_made_since(self, session):
        rater = factories.make_rater(session, factories.make_study(session, prompts=2))
        first, second = factories.deal(session, rater, later(0), RNG, voting.LEASE, 2)
        voting.cast(session, rater, first.token, "left", "k", later(1))
        assert voting.undo(session, rater, "u", later(2)) == first.token
        voting.skip(session, rater, second.token, "s", later(3))
        assert voting.undo(session, rater, "u", later(4)) == first.token
        assert progress.progress(session, rater).skipped == 1
