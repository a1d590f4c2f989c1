import random
from datetime import timedelta

from sqlalchemy import select

from service.store import models, studies, tallies
from service.store import votes as stored_votes
from service.usecases.blind import places, progress, voting
from service.usecases.sighted.results import fold
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
MIRRORED = {"left": "right", "right": "left"}


def sit(session, number, share=0.05, ahead=1, says=lambda *_: "left"):
    """Let a lone rater judge all there is; returns the rater and the texts in their order."""
    study = factories.make_study(session, prompts=number, options={"repeats": share})
    rater = factories.make_rater(session, study)
    shown = []
    rng = random.Random(4)
    while dealt := factories.deal(session, rater, later(0), rng, LEASE, ahead):
        texts = (dealt[0].left_turns, dealt[0].right_turns)
        said = says(texts, shown)
        shown.append(texts)
        voting.cast(session, rater, dealt[0].token, said, f"k{len(shown)}", later(1))
    return study, rater, shown


class TestDeal:
    def test_brings_one_in_twenty_again_with_sides_exchanged(self, session):
        _, _, shown = sit(session, 45, ahead=5)
        again = [
            (place - shown.index(texts[::-1]), place)
            for place, texts in enumerate(shown)
            if texts[::-1] in shown[:place]
        ]
        assert len(shown) == 47
        assert len(again) == 2
        assert all(distance >= 20 for distance, place in again if place < 45)

    def test_comes_at_the_end_of_a_small_study(self, session):
        _, _, shown = sit(session, 12)
        assert shown[12] == shown[0][::-1]
        assert len(shown) == 13

    def test_waits_until_an_original_lies_twenty_back(self, session):
        """Where half are repeated, they wait for their originals and come in order of age."""
        _, _, shown = sit(session, 30, 0.5)
        again = [place for place, texts in enumerate(shown) if texts[::-1] in shown[:place]]
        assert again[0] == 20
        assert shown[20] == shown[0][::-1]
        assert (len(shown), len(again)) == (45, 15)

    def test_repeats_no_matchup_twice_and_no_repeat(self, session):
        _, _, shown = sit(session, 14, 1.0)
        assert len(shown) == 28
        assert sorted(map(sorted, shown[14:])) == sorted(map(sorted, shown[:14]))

    def test_leaves_out_what_was_not_voted(self, session):
        study = factories.make_study(session, prompts=23, options={"repeats": 0.05})
        rater = factories.make_rater(session, study)
        rng = random.Random(4)
        for number in range(23):
            (piece,) = factories.deal(session, rater, later(0), rng, LEASE, 1)
            if number == 3:
                voted = piece
                voting.cast(session, rater, piece.token, "left", "k", later(1))
            else:
                voting.skip(session, rater, piece.token, piece.token, later(1))
        (again,) = factories.deal(session, rater, later(1), rng, LEASE, 1)
        assert (again.left_turns, again.right_turns) == (voted.right_turns, voted.left_turns)

    def test_that_lapsed_is_opened_anew_and_never_dealt_as_another(self, session):
        study = factories.make_study(session, prompts=2, options={"repeats": 0.5})
        ada = factories.make_rater(session, study)
        rng = random.Random(4)
        for piece in factories.deal(session, ada, later(0), rng, LEASE, 2):
            voting.cast(session, ada, piece.token, "left", piece.token, later(1))
        (first,) = factories.deal(session, ada, later(2), rng, LEASE, 1)
        places.free_expired(session, studies.by_id(session, study.id), later(60))
        assert factories.deal(session, ada, later(60), rng, LEASE, 1) == (first,)
        voting.cast(session, ada, first.token, "left", first.token, later(61))
        assert factories.deal(session, ada, later(62), rng, LEASE, 1) == ()
        states = session.execute(select(models.Assignment.kind, models.Assignment.state)).all()
        assert sorted(map(tuple, states)) == [("regular", "voted")] * 2 + [("repeat", "voted")]

    def test_leaves_out_texts_that_were_replaced(self, session):
        study = factories.make_study(
            session, prompts=12, options={"repeats": 0.5, "practice": []}, votes_per_matchup=1
        )
        ben = factories.make_rater(session, study)
        dealt = factories.deal(session, ben, later(0), random.Random(1), LEASE, 12)
        for one in dealt:
            voting.cast(session, ben, one.token, "left", one.token, later(1))
        kept = session.scalars(select(models.Completion.prompt_id)).first()
        for row in session.scalars(select(models.Completion)):
            if row.configuration_id == study.configurations["Plain"] and row.prompt_id != kept:
                row.state = "replaced"
        session.flush()
        again = factories.deal(session, ben, later(2), random.Random(1), LEASE, 5)
        assert [one.prompt_turns for one in again] == [('<p dir="auto">Question 0?</p>',)]

    def test_comes_never_where_the_study_wants_none(self, session):
        _, _, shown = sit(session, 45, 0)
        assert len(shown) == 45

    def test_stays_outside_of_places_and_counts(self, session):
        study, rater, _ = sit(session, 12, 0.25)
        fold.fold(session, study.id)
        counted = sum(number for _, number in tallies.of_scope(session, study.id, tallies.ALL))
        kinds = list(session.scalars(select(models.Assignment.kind)))
        assert (kinds.count("regular"), kinds.count("repeat")) == (12, 3)
        assert counted == 12
        assert stored_votes.count(session, study.id) == 12
        assert stored_votes.of_raters(session, [rater]) == {rater: 12}

    def test_the_rater_sees_no_difference_in_the_count(self, session):
        _, rater, _ = sit(session, 12, 0.25)
        standing = progress.progress(session, rater)
        assert (standing.done, standing.total) == (15, 15)

    def test_is_foretold_by_the_total(self, session):
        study = factories.make_study(session, prompts=12, options={"repeats": 0.25})
        assert progress.progress(session, factories.make_rater(session, study)).total == 15


class TestConsistency:
    def test_of_somebody_who_judges_the_texts(self, session):
        def says(texts, seen):
            return "right" if texts[::-1] in seen else "left"

        _, rater, _ = sit(session, 20, 0.2, says=says)
        assert progress.consistency(session, rater) == progress.Consistency(4, 4)

    def test_of_somebody_who_always_takes_the_left(self, session):
        _, rater, _ = sit(session, 20, 0.2)
        assert progress.consistency(session, rater) == progress.Consistency(4, 0)
