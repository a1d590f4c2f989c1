import random
from datetime import timedelta

import pytest

from service.domain.habits import Habit
from service.store import models
from service.usecases.blind import voting
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import exclusions, habits
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


def rate(session, rater_id, choose, minutes=1, duration_ms=None):
    """Judge all that is dealt, choosing by what stands left."""
    rng = random.Random(2)
    session.get_one(models.Rater, rater_id).started_at = later(0)
    number = 0
    while dealt := factories.deal(session, rater_id, later(minutes), rng, LEASE, 1):
        choice = choose(dealt[0])
        key = f"k-{dealt[0].token}"
        voting.cast(
            session, rater_id, dealt[0].token, choice, key, later(minutes), duration_ms=duration_ms
        )
        number += 1
    return number


@pytest.fixture
def study(session):
    factories.make_study(session, "noise")
    return factories.make_study(session, prompts=40, votes_per_matchup=2, options={"repeats": 0.1})


class TestOfStudy:
    def test_is_empty_before_anybody_has_begun(self, session, study):
        rater = factories.make_rater(session, study)
        session.get_one(models.Rater, rater).started_at = None
        assert habits.of_study(session, study.name) == habits.Crowd((), (), None)

    def test_shows_pace_repeats_and_signs_of_each(self, session, study):
        careless, honest = (factories.make_rater(session, study, one) for one in ("Ada", "Ben"))
        rate(session, careless, lambda _: "left", duration_ms=1500)
        rng = random.Random(3)
        rate(session, honest, lambda _: rng.choice(["left", "right"]), 2, duration_ms=21_000)
        ada, ben = habits.of_study(session, study.name).raters
        assert (ada.name, ada.judged, ada.seconds) == ("Ada", 40, 1.5)
        assert [one.habit for one in ada.signs] == [Habit.ONE_SIDE, Habit.TOO_FAST]
        # A repeat has the sides exchanged: always left is never the same.
        assert (ada.repeats.repeated, ada.repeats.agreed) == (4, 0)
        assert (ben.name, ben.judged, ben.seconds, ben.signs) == ("Ben", 40, 21.0, ())
        assert ben.gold == (0, 0)

    def test_counts_repeats_that_say_the_same(self, session, study):
        rater = factories.make_rater(session, study)

        def choose(piece):
            return "left" if "Plain" in str(piece).split("Retrieval")[0] else "right"

        rate(session, rater, choose)
        (shown,) = habits.of_study(session, study.name).raters
        assert shown.repeats.agreed == shown.repeats.repeated == 4

    def test_tells_what_is_left_out_and_why(self, session, study):
        rater = factories.make_rater(session, study)
        rate(session, rater, lambda _: "left")
        (shown,) = habits.of_study(session, study.name).raters
        exclusions.exclude(session, study.name, shown.pseudonym, "always left", later(3))
        crowd = habits.of_study(session, study.name)
        # Four repeats and forty regular matchups were judged.
        assert crowd.by_reason == (("always left", 44),)
        assert (crowd.raters[0].left_out, crowd.raters[0].reasons) == (44, ("always left",))
        exclusions.lift(session, study.name, shown.pseudonym, later(4))
        crowd = habits.of_study(session, study.name)
        assert (crowd.by_reason, crowd.raters[0].left_out) == ((), 0)

    def test_counts_what_is_judged_after_leaving_out(self, session, study):
        rater = factories.make_rater(session, study)
        pseudonym = session.get_one(models.Rater, rater).pseudonym
        (piece,) = factories.deal(session, rater, later(1), random.Random(1), LEASE, 1)
        voting.cast(session, rater, piece.token, "left", "k-1", later(1))
        exclusions.exclude(session, study.name, pseudonym, "a test", later(2))
        piece = factories.deal(session, rater, later(3), random.Random(1), LEASE, 1)[0]
        voting.cast(session, rater, piece.token, "right", "k-2", later(3))
        fold.fold(session, study.id)
        assert session.query(models.Tallied).filter_by(study_id=study.id).count() == 1

    def test_pages_through_a_crowd(self, session, study):
        made = [factories.make_rater(session, study, f"R{n}") for n in range(27)]
        for one in made:
            session.get_one(models.Rater, one).started_at = later(0)
        first = habits.of_study(session, study.name)
        assert (len(first.raters), first.next_after) == (25, made[24])
        rest = habits.of_study(session, study.name, made[24])
        assert ([one.name for one in rest.raters], rest.next_after) == (["R25", "R26"], None)
