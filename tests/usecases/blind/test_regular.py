"""What dealing knows stays true while several assignments are dealt together."""

import random
from datetime import timedelta

from sqlalchemy import select

from service.blinding import sides
from service.store import assignments, models, raters, studies
from service.usecases.blind import places, regular, voting
from tests import factories
from tests.factories import later, make_rater, make_study

LEASE = timedelta(minutes=30)
TRIO = ("Plain", "Retrieval", "Tuned")


def open_for(session, rater_id) -> regular.Regulars:
    sitter = raters.sitter(session, rater_id)
    to = sides.Recipient(sitter.study_id, rater_id, later(0), later(30))
    return regular.Regulars(session, sitter, to, random.Random(5))


def draw(session, known, number) -> regular.Pick:
    """Draw matchups and write them down, as the dealer does."""
    pick = known.draw(number, may_wait=False)
    if isinstance(pick, regular.Dealt):
        assignments.add(session, [vars(one) for one in pick.items])
    return pick


def told(known) -> list[tuple[int, int, int]]:
    offers = (one for one in known.offers.values() if one.places_open > 0)
    return sorted((one.prompt_id, one.times_seen, one.places_open) for one in offers)


class TestRegulars:
    def test_a_prompt_with_more_matchups_is_offered_again_as_seen(self, session):
        study = make_study(session, configurations=TRIO, prompts=3)
        known = open_for(session, make_rater(session, study, "ada"))
        assert len(draw(session, known, 3).items) == 3
        assert {one[1:] for one in told(known)} == {(1, 2)}
        assert len(draw(session, known, 9).items) == 6
        assert told(known) == []
        assert draw(session, known, 1) == regular.Nothing()

    def test_what_it_takes_in_is_what_it_would_read(self, session):
        study = make_study(session, configurations=TRIO, prompts=4)
        rater_id = make_rater(session, study, "ada")
        known = open_for(session, rater_id)
        assert len(draw(session, known, 6).items) == 6
        session.expire_all()
        assert told(open_for(session, rater_id)) == told(known)
        assert open_for(session, rater_id).unheld == known.unheld == 6

    def test_one_draw_of_many_takes_no_place_twice(self, session):
        study = make_study(session, configurations=TRIO, prompts=2)
        known = open_for(session, make_rater(session, study, "ada"))
        made = draw(session, known, 20).items
        matchups = {
            (one.prompt_id, one.first_configuration_id, one.second_configuration_id) for one in made
        }
        assert len(made) == len(matchups) == 6

    def test_repeats_and_gold_take_no_offer(self, session):
        study = make_study(session, prompts=3, options={"repeats": 1.0})
        rater_id = make_rater(session, study, "ada")
        (piece,) = factories.deal(session, rater_id, later(0), random.Random(5), LEASE, most=1)
        voting.cast(session, rater_id, piece.token, "left", "k", later(0))
        before = told(open_for(session, rater_id))
        row = session.scalars(select(models.Assignment)).one()
        texts = [
            sides.Text(row.first_configuration_id, row.first_completion_id),
            sides.Text(row.second_configuration_id, row.second_completion_id),
        ]
        to = sides.Recipient(study.id, rater_id, later(0), later(30))
        again = sides.repeat(to, row.prompt_id, *texts, row.sides)
        assignments.add(session, [vars(again)])
        assert told(open_for(session, rater_id)) == before

    def test_what_lapsed_was_not_seen_and_what_was_skipped_was(self, session):
        study = make_study(session, prompts=2)
        rater_id = make_rater(session, study, "ada")
        first, _ = factories.deal(session, rater_id, later(0), random.Random(5), LEASE, most=2)
        voting.skip(session, rater_id, first.token, "s", later(1))
        places.free_expired(session, studies.by_id(session, study.id), later(60))
        known = open_for(session, rater_id)
        assert sorted(one.times_seen for one in known.offers.values()) == [0, 1]


class TestToCome:
    def test_is_the_same_whatever_is_skipped_and_taken_back(self, session):
        """Of a study that wants two votes, so that what was seen has open places."""
        study = make_study(session, configurations=TRIO, prompts=2, votes_per_matchup=2)
        rater_id = make_rater(session, study, "ada")
        tokens = [
            one.token
            for one in factories.deal(session, rater_id, later(0), random.Random(5), LEASE, most=4)
        ]

        def number(skipped: int) -> int:
            return open_for(session, rater_id).to_come(skipped, {})

        assert number(0) == 2
        for count, token in enumerate(tokens, start=1):
            voting.skip(session, rater_id, token, token, later(1))
            assert number(count) == 2
        voting.undo(session, rater_id, "u", later(2))
        assert number(3) == 2
