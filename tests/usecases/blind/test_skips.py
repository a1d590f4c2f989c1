import random

import pytest
from sqlalchemy import select

from service.domain import vote as rules
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
    votes.skip(session, rater_id, token, later(1))
    return token


def open_places(session):
    return session.scalar(select(models.Prompt.places_open))


class TestLatest:
    def test_is_what_was_left_out_last_until_something_is_judged(self, session, seat):
        assert skips.latest(session, seat) is None
        token = skipped(session, seat)
        assert skips.latest(session, seat) == token
        skips.take_back(session, seat, token, later(2))
        assert skips.latest(session, seat) is None
        votes.skip(session, seat, token, later(3))
        skips.take_back(session, seat, token, later(4))
        votes.cast(session, seat, token, "left", "k", later(5))
        assert skips.latest(session, seat) is None

    def test_is_not_hidden_by_a_place_that_was_given_back(self, session):
        study = factories.make_study(session, prompts=2)
        rater = factories.make_rater(session, study)
        first, second = assignments.deal(session, rater, later(0), RNG, votes.LEASE, 2)
        votes.skip(session, rater, first.token, later(1))
        row = session.scalars(select(models.Assignment).filter_by(token=second.token)).one()
        row.state, row.ended_at = rules.AssignmentState.EXPIRED, later(9)
        session.flush()
        assert skips.latest(session, rater) == first.token


class TestTakeBack:
    def test_lays_the_matchup_before_its_rater_again(self, session, seat):
        token = skipped(session, seat)
        assert (progress.progress(session, seat).done, open_places(session)) == (1, 1)

        assert skips.take_back(session, seat, token, later(2)) is True
        assert (progress.progress(session, seat).done, open_places(session)) == (0, 0)
        dealt = assignments.deal(session, seat, later(2), RNG, votes.LEASE, 1)
        assert [piece.token for piece in dealt] == [token]
        assert votes.cast(session, seat, token, "left", "k", later(3)).revision == 1

    def test_is_for_skipped_ones_alone(self, session, seat):
        token = assignments.deal(session, seat, later(0), RNG, votes.LEASE, 1)[0].token

        assert skips.take_back(session, seat, token, later(1)) is False
        votes.cast(session, seat, token, "left", "k", later(1))
        assert skips.take_back(session, seat, token, later(2)) is False

    def test_ends_when_the_rater_finishes(self, session, seat):
        token = skipped(session, seat)
        votes.finish(session, seat, later(2))

        with pytest.raises(rules.VotingIsOver):
            skips.take_back(session, seat, token, later(3))

    def test_is_refused_to_others(self, session, seat):
        token = skipped(session, seat)
        other = factories.make_rater(session, factories.make_study(session, "other"), "Bea")

        with pytest.raises(rules.UnknownAssignment):
            skips.take_back(session, other, token, later(2))

    def test_is_what_undo_does_with_a_skipped_one_in_a_study_of_grades_too(self, session):
        study = factories.make_study(session, options={"grades": "only", "practice": []})
        rater = factories.make_rater(session, study)
        token = skipped(session, rater)

        assert marks.undo(session, rater, "u", later(2), token) == token
        assert progress.progress(session, rater).done == 0
