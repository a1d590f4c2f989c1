import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from service.domain import vote as rules
from service.store import models
from service.usecases.blind import progress, voting
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


@pytest.fixture
def seat(session):
    study = factories.make_study(session)
    factories.make_study(session, "noise")
    return factories.make_rater(session, study)


def deal(session, rater_id, minutes=0.0, ahead=1):
    rng = random.Random(7)
    return factories.deal(session, rater_id, later(minutes), rng, LEASE, ahead)


class TestDeal:
    def test_gives_each_prompt_once_then_nothing(self, session, seat):
        shown = []
        for number in range(4):
            dealt = deal(session, seat)
            if not dealt:
                break
            shown.append(dealt[0].prompt_turns)
            voting.cast(session, seat, dealt[0].token, "left", f"k{number}", later(1))

        assert len(shown) == 3
        assert len(set(shown)) == 3

    def test_returns_the_same_open_assignments_on_any_device(self, session, seat):
        first = deal(session, seat, ahead=2)

        assert deal(session, seat, 5, ahead=2) == first

    def test_frees_a_lease_that_ran_out_for_somebody_else(self, session):
        study = factories.make_study(session, "one-place", prompts=1)
        ben = factories.make_rater(session, study, "Ben")
        bea = factories.make_rater(session, study, "Bea")
        deal(session, ben)

        assert deal(session, bea, 29) == ()
        assert len(deal(session, bea, 31)) == 1

    def test_lets_one_friend_finish_a_study_of_three(self, session):
        study = factories.make_study(
            session, "small", configurations=("A", "B", "C"), prompts=4, votes_per_matchup=2
        )
        friend = factories.make_rater(session, study, "Ben")
        number = 0
        while dealt := deal(session, friend):
            voting.cast(session, friend, dealt[0].token, "both_good", f"f{number}", later(1))
            number += 1

        assert number == 4 * 3
        assert progress.progress(session, friend).total == 12

    def test_looks_once_where_all_open_places_are_of_seen_matchups(self, session):
        study = factories.make_study(
            session, "late", configurations=("A", "B", "C"), prompts=20, votes_per_matchup=2
        )
        ben, bea = (factories.make_rater(session, study, name) for name in ("Ben", "Bea"))
        for prompt_id in study.prompts:
            factories.fill_places(session, study, prompt_id, {("A", "B"): bea, ("A", "C"): ben})
            factories.fill_places(session, study, prompt_id, {("A", "B"): bea, ("B", "C"): ben})
        asked = []
        event.listen(
            session.connection(), "before_cursor_execute", lambda *about: asked.append(about[2])
        )
        assert deal(session, ben) == ()
        assert len(asked) < 25, len(asked)
        assert len(deal(session, bea, ahead=9)) == 9


class TestCast:
    def test_stores_once_and_repeats_the_answer(self, session, seat):
        token = deal(session, seat)[0].token
        first = voting.cast(session, seat, token, "left", "key", later(1))
        again = voting.cast(session, seat, token, "left", "key", later(2))

        assert (first.repeated, again.repeated) == (False, True)
        assert session.scalar(select(func.count()).select_from(models.Vote)) == 1

    def test_refuses_the_same_key_with_another_body(self, session, seat):
        token = deal(session, seat)[0].token
        voting.cast(session, seat, token, "left", "key", later(1))

        with pytest.raises(rules.KeyReused):
            voting.cast(session, seat, token, "right", "key", later(1))

    def test_tells_the_rater_their_own_choice(self, session, seat):
        token = deal(session, seat)[0].token
        voting.cast(session, seat, token, "both_bad", "key", later(1))

        with pytest.raises(rules.AlreadyVoted) as caught:
            voting.cast(session, seat, token, "left", "other", later(1))
        assert caught.value.choice == "both_bad"

    def test_revises_what_it_names(self, session, seat):
        token = deal(session, seat)[0].token
        voting.cast(session, seat, token, "left", "a", later(1))
        revised = voting.cast(session, seat, token, "right", "b", later(2), supersedes=1)

        assert revised.revision == 2
        assert [own.choice for own in progress.own_votes(session, seat)] == ["right"]

    def test_refuses_somebody_elses_assignment_as_unknown(self, session, seat):
        other = factories.make_rater(session, factories.make_study(session, "theirs"), "Bea")
        token = deal(session, seat)[0].token

        with pytest.raises(rules.UnknownAssignment):
            voting.cast(session, other, token, "left", "k", later(1))

    @pytest.mark.parametrize("choice", ["tie", "", "A", "left_completion"])
    def test_refuses_what_is_not_offered(self, session, seat, choice):
        token = deal(session, seat)[0].token

        with pytest.raises(rules.UnknownChoice):
            voting.cast(session, seat, token, choice, "k", later(1))

    def test_counts_an_honest_late_vote(self, session, seat):
        token = deal(session, seat)[0].token
        study = session.scalars(
            select(models.Study).where(models.Study.name == "support-replies")
        ).one()
        other = factories.make_rater(
            session,
            factories.MadeStudy(study.id, study.name, {}, []),
            "Bea",
        )
        deal(session, other, 60, ahead=3)
        cast = voting.cast(session, seat, token, "left", "k", later(61))

        assert cast.is_late is False

    def test_stores_a_vote_after_finishing_as_late(self, session, seat):
        token = deal(session, seat)[0].token
        progress.finish(session, seat, later(1))

        assert voting.cast(session, seat, token, "left", "k", later(2)).is_late is True


class TestUndo:
    def test_reopens_the_same_assignment(self, session, seat):
        token = deal(session, seat)[0].token
        voting.cast(session, seat, token, "left", "a", later(1))
        deal(session, seat, ahead=2)

        assert voting.undo(session, seat, "u", later(2)) == token
        assert deal(session, seat)[0].token == token
        assert voting.cast(session, seat, token, "right", "b", later(3)).revision == 3

    def test_has_nothing_to_take_back(self, session, seat):
        assert voting.undo(session, seat, "u", later(1)) is None

    def test_ends_when_the_rater_finishes(self, session, seat):
        token = deal(session, seat)[0].token
        voting.cast(session, seat, token, "left", "a", later(1))
        progress.finish(session, seat, later(2))

        with pytest.raises(rules.VotingIsOver):
            voting.undo(session, seat, "u", later(3), token)


class TestSkip:
    def test_frees_the_place_and_is_not_dealt_again(self, session):
        study = factories.make_study(session, "skip", prompts=1)
        ben = factories.make_rater(session, study, "Ben")
        bea = factories.make_rater(session, study, "Bea")
        voting.skip(session, ben, deal(session, ben)[0].token, "s", later(1))

        assert deal(session, ben) == ()
        assert len(deal(session, bea)) == 1
        assert progress.progress(session, ben).done == 1


class TestPlacesUnderLoad:
    def test_fills_exactly_the_places_wanted(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, "busy", prompts=10, votes_per_matchup=3)
            seats = [factories.make_rater(session, study, f"r{n}") for n in range(12)]
        errors = []

        def rate(rater_id):
            rng = random.Random(rater_id)
            try:
                for number in range(12):
                    with database.transaction() as session:
                        dealt = factories.deal(session, rater_id, later(0), rng, LEASE, 1)
                    if not dealt:
                        return
                    with database.transaction() as session:
                        voting.cast(
                            session,
                            rater_id,
                            dealt[0].token,
                            "left",
                            f"{rater_id}-{number}",
                            later(1),
                        )
            except Exception as error:  # noqa: BLE001
                errors.append(error)

        threads = [threading.Thread(target=rate, args=(rater_id,)) for rater_id in seats]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert errors == []
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(models.Vote)) == 30
            assert session.scalar(select(func.sum(models.Prompt.places_open))) == 0
