"""What the database counts of a rater's history is what one would count by reading it."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain import matchup
from service.store import histories, prompts, studies
from service.store.models import Assignment
from service.usecases.blind import places, voting
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
NAMES = ("Plain", "Retrieval", "Tuned", "Agent")


@pytest.fixture(name="sitting")
def make_sitting(session):
    """Two raters who voted, skipped and let lapse, with repeats; returns study and a rater."""
    study = factories.make_study(session, configurations=NAMES, prompts=6, options={"repeats": 0.3})
    rater_id, other = (factories.make_rater(session, study, name) for name in ("ada", "ben"))
    rng = random.Random(11)
    for number in range(24):
        moment = later(number)
        who = other if number % 4 == 3 else rater_id
        dealt = factories.deal(session, who, moment, rng, LEASE, most=1 + number % 2)
        for piece in dealt:
            if number % 7 == 5:
                voting.skip(session, who, piece.token, piece.token, moment)
            else:
                voting.cast(session, who, piece.token, "left", piece.token, moment)
    factories.deal(session, rater_id, later(24), rng, LEASE, most=2)
    places.free_expired(session, studies.by_id(session, study.id), later(90))
    return study, rater_id


def read(session, rater_id) -> list[Assignment]:
    rows = select(Assignment).where(Assignment.rater_id == rater_id).order_by(Assignment.id)
    return list(session.scalars(rows))


def regular(session, rater_id) -> list[Assignment]:
    return [row for row in read(session, rater_id) if row.kind == "regular"]


def seen(session, rater_id) -> Counter[int]:
    return Counter(row.prompt_id for row in regular(session, rater_id) if row.state != "expired")


class TestCounts:
    def test_are_by_kind_and_state(self, session, sitting):
        _, rater_id = sitting
        rows = read(session, rater_id)
        assert {row.kind for row in rows} == {"regular", "repeat"}
        assert {row.state for row in rows} >= {"voted", "skipped", "expired"}
        assert histories.counts(session, rater_id) == Counter((row.kind, row.state) for row in rows)


class TestOffers:
    def test_tell_what_is_open_and_how_often_it_was_seen(self, session, sitting):
        study, rater_id = sitting
        times = seen(session, rater_id)
        dealt = Counter(row.prompt_id for row in regular(session, rater_id))
        assert dealt != times
        expected = {
            one.id: (
                one.id,
                matchup.places(one.ready_configurations, 1),
                one.places_open,
                times[one.id],
                dealt[one.id],
            )
            for one in prompts.of_study(session, study.id)
            if one.places_open > 0
        }
        offers = histories.offers(session, study.id, rater_id)
        assert {offer.prompt_id: tuple(offer) for offer in offers} == expected
        assert [offer.places_open for offer in offers] == sorted(o.places_open for o in offers)

    def test_what_may_come_is_at_most_one_for_each_matchup_unseen(self, session, sitting):
        study, rater_id = sitting
        expected = sum(
            max(0, min(offer.places_open, offer.matchups - offer.times_seen))
            for offer in histories.offers(session, study.id, rater_id)
        )
        assert histories.to_come(session, study.id, rater_id) == expected > 0


class TestOriginals:
    def test_are_voted_and_not_dealt_again(self, session, sitting):
        _, rater_id = sitting
        rows = read(session, rater_id)

        def names(row: Assignment) -> tuple[int, int]:
            return row.first_completion_id, row.second_completion_id

        again = {names(row) for row in rows if row.kind == "repeat" and row.state != "expired"}
        assert again
        assert histories.originals(session, rater_id) == [
            row.id
            for row in rows
            if row.kind == "regular" and row.state == "voted" and names(row) not in again
        ]

    def test_steps_back_leave_out_what_lapsed(self, session, sitting):
        _, rater_id = sitting
        alive = [row.id for row in read(session, rater_id) if row.state != "expired"]
        assert histories.dealt_back(session, rater_id, 1) == alive[-1]
        assert histories.dealt_back(session, rater_id, 4) == alive[-4]
        assert histories.dealt_back(session, rater_id, len(alive) + 1) is None


class TestNewestPrompts:
    def test_are_those_of_the_last_regular_ones(self, session, sitting):
        _, rater_id = sitting
        last = {row.prompt_id for row in regular(session, rater_id)[-2:]}
        assert set(histories.newest_prompts(session, rater_id, 2)) == last
