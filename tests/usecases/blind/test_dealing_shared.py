import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.domain import sitting
from service.store import models
from service.usecases.blind import progress, voting
from service.usecases.sighted.studies import invariants
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
MOST = 5


def deal(session, rater_id, minutes=0, having=()):
    dealt = factories.deal(
        session, rater_id, later(minutes), random.Random(3), LEASE, MOST, having, is_shared=True
    )
    return [piece.token for piece in dealt]


def vote(session, rater_id, token, minutes=0):
    voting.cast(session, rater_id, token, "left", f"k-{token}", later(minutes))


def seat(session, raters, **study):
    made = factories.make_study(session, **study)
    return [factories.make_rater(session, made, f"r{number}") for number in range(raters)]


def states_of(session, rater_id):
    session.expire_all()
    return session.scalars(
        select(models.Assignment.state).where(models.Assignment.rater_id == rater_id)
    ).all()


@pytest.fixture(autouse=True)
def _every_rule_holds(session):
    yield
    assert [one for one in invariants.check(session, later(5)) if one.broken] == []


class TestFairAhead:
    @pytest.mark.parametrize(
        ("unheld", "held", "expected"),
        [
            (3, {}, 5),  # alone
            (3, {1: 2}, 5),
            (100, {1: 5, 2: 5}, 5),
            (8, {1: 1, 2: 2}, 2),
            (8, {2: 0}, 2),  # who holds nothing for a moment is there all the same
            (1, {2: 1}, 1),
            (0, {2: 5, 3: 5}, 1),
        ],
    )
    def test_is_half_an_even_share(self, unheld, held, expected):
        assert sitting.fair_ahead(unheld, held, 1, 5) == expected


class TestDeal:
    def test_a_rater_alone_holds_all_they_may(self, session):
        (ben,) = seat(session, 1, prompts=6)
        assert len(deal(session, ben)) == MOST

    def test_two_who_meet_near_the_end_leave_something_to_each_other(self, session):
        ben, bea = seat(session, 2, prompts=9)
        assert len(deal(session, ben)) == MOST
        held = deal(session, bea)
        assert len(held) == 2
        vote(session, bea, held[0])
        assert len(deal(session, bea)) == 2

    def test_nobody_ends_with_much_while_another_waits(self, session):
        """One rates quickly, the other slowly; both are served until the last places."""
        quick, slow = seat(session, 2, prompts=14)
        waits = 0
        for minute in range(60):
            mine = deal(session, quick, minute)
            if mine:
                vote(session, quick, mine[0], minute)
            others = deal(session, slow, minute) if minute % 3 == 0 else []
            if others:
                vote(session, slow, others[0], minute)
            lying = session.scalar(select(func.count()).where(models.Assignment.state == "dealt"))
            if not mine and lying:
                waits = max(waits, lying)
        assert session.scalar(select(func.count()).select_from(models.Vote)) == 14
        assert waits <= 1

    def test_what_somebody_holds_ahead_and_lets_lie_goes_to_who_waits(self, session):
        ben, bea = seat(session, 2, prompts=5)
        held = deal(session, ben)
        assert deal(session, bea, 4) == []  # Ben may be reading
        taken = deal(session, bea, 6)
        assert len(taken) == 1
        states = session.execute(
            select(models.Assignment.token, models.Assignment.state).where(
                models.Assignment.rater_id == ben
            )
        )
        states = {row.token: row.state for row in states}
        assert states[held[0]] == "dealt"  # what lies open before Ben stays his
        assert [states[token] for token in held[1:]] == ["expired"] * 4

    def test_who_comes_back_in_time_keeps_it(self, session):
        ben, bea = seat(session, 2, prompts=5)
        held = deal(session, ben)
        assert deal(session, ben, 4) == held
        assert deal(session, bea, 6) == []

    def test_a_vote_on_what_was_let_go_still_counts(self, session):
        ben, bea = seat(session, 2, prompts=5)
        held = deal(session, ben)
        deal(session, bea, 6)
        vote(session, ben, held[4], 7)
        assert not session.scalars(select(models.Vote.is_late)).one()
        assert len(set(deal(session, ben, 8))) >= 1

    def test_a_finished_rater_takes_nothing_from_others(self, session):
        ben, bea = seat(session, 2, prompts=5)
        deal(session, ben)
        progress.finish(session, bea, later(1))
        assert deal(session, bea, 9) == []
        assert session.scalar(
            select(func.count()).where(models.Assignment.state == "dealt")
        ) == MOST  # fmt: skip

    def test_who_owes_marks_takes_nothing_from_others(self, session):
        options = {"repeats": 0, "practice": [], "criteria": ["Tone"]}
        ben, bea = seat(session, 2, prompts=6, options=options)
        assert len(deal(session, ben)) == MOST
        (token,) = deal(session, bea)
        vote(session, bea, token)
        assert deal(session, bea, 9) == []
        assert set(states_of(session, ben)) == {"dealt"}

    def test_who_has_seen_it_takes_nothing_from_others(self, session):
        """Bea has judged all matchups that Ben holds, so nothing would come of it."""
        ben, bea = seat(session, 2, prompts=5, votes_per_matchup=2)
        for token in deal(session, bea):
            vote(session, bea, token)
        assert len(deal(session, ben, 6)) == MOST
        assert deal(session, bea, 15) == []
        assert set(states_of(session, ben)) == {"dealt"}

    def test_what_the_page_has_is_not_sent_again(self, session):
        (ben,) = seat(session, 1, prompts=7)
        page = deal(session, ben)
        assert deal(session, ben, having=page) == []
        vote(session, ben, page[0])
        fresh = deal(session, ben, having=page[1:])
        assert len(fresh) == 1
        assert deal(session, ben) == page[1:] + fresh

    def test_a_page_that_has_only_old_ones_still_gets_what_was_let_go(self, session):
        ben, bea = seat(session, 2, prompts=5)
        deal(session, ben)
        assert deal(session, bea, 4, having=["judged long ago"]) == []
        assert len(deal(session, bea, 6, having=["judged long ago"])) == 1


class TestLeases:
    def until(self, session):
        session.expire_all()
        return session.scalars(select(models.Assignment.lease_until)).all()

    def test_are_renewed_for_who_goes_on(self, session):
        (ben,) = seat(session, 1, prompts=5)
        deal(session, ben)
        deal(session, ben, 1)
        assert self.until(session) == [later(1) + LEASE] * 5

    def test_are_left_alone_for_half_a_minute(self, session):
        (ben,) = seat(session, 1, prompts=5)
        deal(session, ben)
        deal(session, ben, 0.4)
        assert self.until(session) == [later(0) + LEASE] * 5

    def test_that_ran_out_are_given_to_others_once_places_are_scarce(self, session):
        for prompts, expired in ((sitting.PLENTY * MOST + 2 * MOST, 0), (3 * MOST, MOST)):
            made = factories.make_study(session, f"of {prompts}", prompts=prompts)
            ben, bea = (factories.make_rater(session, made, name) for name in ("ben", "bea"))
            deal(session, ben)
            deal(session, bea, 60)
            session.expire_all()
            states = session.scalars(
                select(models.Assignment.state).where(models.Assignment.rater_id == ben)
            ).all()
            assert states.count("expired") == expired
