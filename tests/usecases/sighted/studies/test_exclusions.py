import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.errors import Invalid
from service.store import models
from service.usecases.blind import progress, voting
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import exclusions, invariants
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


def rate_all(session, rater_id, minutes=1):
    rng = random.Random(2)
    number = 0
    while dealt := factories.deal(session, rater_id, later(minutes), rng, LEASE, 1):
        voting.cast(
            session, rater_id, dealt[0].token, "left", f"k-{dealt[0].token}", later(minutes)
        )
        number += 1
    return number


def open_places(session):
    return session.scalar(select(func.sum(models.Prompt.places_open)))


def counted(session, study):
    fold.fold(session, study.id)
    return session.scalar(
        select(func.count()).select_from(models.Tallied).where(models.Tallied.study_id == study.id)
    )


@pytest.fixture
def rated(session):
    """Make a study whose places one careless rater has filled."""
    study = factories.make_study(session, configurations=("A", "B", "C"), prompts=2)
    ben = factories.make_rater(session, study, "Ben")
    assert rate_all(session, ben) == 6
    return study, session.get_one(models.Rater, ben).pseudonym


class TestExclude:
    def test_leaves_votes_out_and_deals_their_places_to_others(self, session, rated):
        study, pseudonym = rated
        bea = factories.make_rater(session, study, "Bea")
        assert rate_all(session, bea) == 0
        assert counted(session, study) == 6
        assert exclusions.exclude(session, study.name, pseudonym, "gold missed", later(2)) == (6, 0)
        assert (open_places(session), counted(session, study)) == (6, 0)
        assert rate_all(session, bea, 3) == 6
        assert (open_places(session), counted(session, study)) == (0, 6)
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []

    def test_twice_is_once(self, session, rated):
        study, pseudonym = rated
        exclusions.exclude(session, study.name, pseudonym, "gold missed", later(2))
        assert exclusions.exclude(session, study.name, pseudonym, "again", later(3)) == (0, 0)
        assert len(session.scalars(select(models.Exclusion)).all()) == 6

    def test_is_not_for_the_rater_again(self, session, rated):
        study, pseudonym = rated
        exclusions.exclude(session, study.name, pseudonym, "gold missed", later(2))
        ben = session.scalars(select(models.Rater).filter_by(pseudonym=pseudonym)).one()
        assert rate_all(session, ben.id) == 0

    def test_needs_a_reason_and_a_rater(self, session, rated):
        study, pseudonym = rated
        with pytest.raises(Invalid):
            exclusions.exclude(session, study.name, pseudonym, " ", later(2))
        with pytest.raises(exclusions.UnknownRater):
            exclusions.exclude(session, study.name, "nobody", "why", later(2))


class TestLift:
    def test_lets_them_count_and_fill_their_places_again(self, session, rated):
        study, pseudonym = rated
        exclusions.exclude(session, study.name, pseudonym, "gold missed", later(2))
        assert exclusions.lift(session, study.name, pseudonym, later(3)) == (6, 0)
        assert (open_places(session), counted(session, study)) == (0, 6)
        assert exclusions.lift(session, study.name, pseudonym, later(4)) == (0, 0)
        # What was lifted may be taken out anew.
        assert exclusions.exclude(session, study.name, pseudonym, "really", later(5)) == (6, 0)


class TestLate:
    def test_a_vote_after_finishing_takes_no_place(self, session):
        study = factories.make_study(session, prompts=1)
        ben, bea = (factories.make_rater(session, study, name) for name in ("Ben", "Bea"))
        token = factories.deal(session, ben, later(0), random.Random(1), LEASE, 1)[0].token
        progress.finish(session, ben, later(1))
        assert voting.cast(session, ben, token, "left", "late", later(2)).is_late
        assert (open_places(session), counted(session, study)) == (1, 0)
        assert rate_all(session, bea, 3) == 1
        assert (open_places(session), counted(session, study)) == (0, 1)
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []
