import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain import marks as rules
from service.domain import vote
from service.store import models
from service.usecases.blind import marks, progress, showing, voting
from service.usecases.sighted.studies import invariants, opening
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
PLAIN = {"repeats": 0, "practice": []}
BOTH = {**PLAIN, "criteria": ["Kind", "Right"], "grades": "with_votes"}
ONLY = {**PLAIN, "grades": "only"}


class Seat:
    """A rater at work on a study that asks for marks."""

    def __init__(self, session, options, **study):
        self.session = session
        self.study = factories.make_study(session, options=options, **study)
        self.rater_id = factories.make_rater(session, self.study)

    def deal(self, ahead=1, minutes=0):
        dealt = factories.deal(
            self.session, self.rater_id, later(minutes), random.Random(7), LEASE, ahead
        )
        return [piece.token for piece in dealt]

    def vote(self, token, key="vote"):
        voting.cast(self.session, self.rater_id, token, "left", f"{key}-{token}", later(1))

    def keep(self, token, criteria=("left", "equal"), grades=(4, 2), key="", supersedes=0):
        return marks.keep(
            self.session,
            self.rater_id,
            token,
            criteria,
            grades,
            key or f"marks-{token}-{supersedes}",
            later(2),
            supersedes,
        )

    def undo(self, token=None, key="undo"):
        return voting.undo(self.session, self.rater_id, key, later(3), token)

    def state(self, token):
        return self.session.scalars(
            select(models.Assignment.state).where(models.Assignment.token == token)
        ).one()

    def places(self):
        return sum(self.session.scalars(select(models.Prompt.places_open)))


@pytest.fixture
def both(session):
    return Seat(session, BOTH)


@pytest.fixture
def only(session):
    return Seat(session, ONLY)


@pytest.fixture(autouse=True)
def _every_rule_holds(session):
    yield
    assert [one for one in invariants.check(session, later(5)) if one.broken] == []


class TestKeep:
    def test_goes_with_a_vote_that_is_stored_already(self, both):
        (token,) = both.deal()
        both.vote(token)
        kept = both.keep(token)
        assert (kept.revision, kept.is_late, kept.repeated) == (1, False, False)
        (own,) = marks.own(both.session, both.rater_id)
        assert (own.token, own.number, own.criteria, own.grades) == (
            token,
            1,
            ("left", "equal"),
            (4, 2),
        )
        assert marks.standing(both.session, both.rater_id, token) == own
        assert len(progress.own_votes(both.session, both.rater_id)) == 1

    def test_of_one_key_happens_once(self, both):
        (token,) = both.deal()
        both.vote(token)
        both.keep(token)
        assert both.keep(token).repeated
        with pytest.raises(vote.KeyReused):
            both.keep(token, grades=(4, 3))
        assert len(both.session.scalars(select(models.Mark)).all()) == 1

    def test_changes_only_what_it_names(self, both):
        (token,) = both.deal()
        both.vote(token)
        both.keep(token)
        with pytest.raises(rules.AlreadyMarked):
            both.keep(token, grades=(1, 1), key="other")
        assert both.keep(token, grades=(1, 1), supersedes=1).revision == 2
        assert [own.grades for own in marks.own(both.session, both.rater_id)] == [(1, 1)]

    def test_comes_after_the_vote(self, both):
        (token,) = both.deal()
        with pytest.raises(rules.VoteFirst):
            both.keep(token)

    def test_of_another_rater_is_unknown(self, both):
        (token,) = both.deal()
        both.vote(token)
        both.rater_id = factories.make_rater(both.session, both.study, "Bea")
        with pytest.raises(vote.UnknownAssignment):
            both.keep(token)

    def test_is_labelled_late_after_finishing_and_then_stays(self, both):
        (token,) = both.deal()
        both.vote(token)
        progress.finish(both.session, both.rater_id, later(2))
        assert both.keep(token).is_late
        with pytest.raises(vote.VotingIsOver):
            both.keep(token, grades=(1, 1), supersedes=1)

    def test_is_labelled_late_after_the_study_closed(self, both):
        (token,) = both.deal()
        both.vote(token)
        opening.close_study(both.session, both.study.name, later(2))
        assert marks.owed(both.session, both.rater_id) is None
        assert both.keep(token).is_late

    def test_is_refused_where_nothing_was_asked(self, session):
        seat = Seat(session, PLAIN)
        (token,) = seat.deal()
        seat.vote(token)
        with pytest.raises(rules.MarksNotWanted):
            seat.keep(token)


class TestOwed:
    def test_holds_back_what_comes_next_until_marks_are_in(self, both):
        first, second = both.deal(ahead=2)
        assert marks.owed(both.session, both.rater_id) is None
        both.vote(first)
        assert marks.owed(both.session, both.rater_id) == first
        assert both.deal(ahead=2) == []
        both.keep(first)
        assert both.deal(ahead=2)[0] == second

    def test_holds_nobody_else_back(self, both):
        (token,) = both.deal()
        both.vote(token)
        both.rater_id = factories.make_rater(both.session, both.study, "Bea")
        assert len(both.deal()) == 1

    def test_votes_that_wait_offline_may_all_come_before_their_marks(self, both):
        first, second = both.deal(ahead=2)
        both.vote(first)
        both.vote(second)
        both.keep(first)
        assert marks.owed(both.session, both.rater_id) == second
        both.keep(second)
        assert marks.owed(both.session, both.rater_id) is None


class TestUndo:
    def test_takes_the_vote_back_and_its_marks_along(self, both):
        (token,) = both.deal()
        both.vote(token)
        both.keep(token)
        assert both.undo() == token
        assert both.undo() == token  # the same key
        assert marks.own(both.session, both.rater_id) == []
        assert both.deal() == [token]
        both.vote(token, "again")
        assert marks.owed(both.session, both.rater_id) == token
        assert both.keep(token, key="anew").revision == 3

    def test_of_a_vote_without_marks_leaves_none(self, both):
        (token,) = both.deal()
        both.vote(token)
        assert both.undo(token) == token
        assert both.session.scalars(select(models.Mark)).all() == []


class TestGradesAlone:
    def test_are_kept_without_any_vote(self, only):
        (token,) = only.deal()
        with pytest.raises(rules.MarksNotWanted):
            only.vote(token)
        only.keep(token, criteria=())
        assert only.state(token) == "graded"
        assert only.session.scalars(select(models.Vote)).all() == []
        assert progress.progress(only.session, only.rater_id).done == 1

    def test_take_a_place_as_votes_do(self, only):
        (token,) = only.deal()
        only.keep(token, criteria=())
        assert only.places() == 2
        assert only.deal() != [token]

    def test_go_on_with_the_next(self, only):
        first, second = only.deal(ahead=2)
        only.keep(first, criteria=())
        assert marks.owed(only.session, only.rater_id) is None
        assert only.deal() == [second]

    def test_are_taken_back_and_given_anew(self, only):
        (token,) = only.deal()
        assert only.undo() is None
        only.keep(token, criteria=())
        assert only.undo() == token
        assert only.undo() == token
        assert only.state(token) == "dealt"
        assert only.keep(token, criteria=(), key="anew").revision == 3
        assert only.state(token) == "graded"

    def test_that_come_late_are_kept_and_take_no_place(self, only):
        (token,) = only.deal()
        progress.finish(only.session, only.rater_id, later(2))
        assert only.state(token) == "expired"
        assert only.keep(token, criteria=()).is_late
        assert only.state(token) == "late"
        assert only.places() == 3
        assert progress.progress(only.session, only.rater_id).done == 1

    def test_are_tried_out_on_a_practice_matchup_too(self, session):
        seat = Seat(session, {"grades": "only"})
        assert showing.practice(session, seat.rater_id).is_practice
