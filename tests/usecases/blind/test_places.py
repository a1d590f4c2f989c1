from dataclasses import dataclass

import pytest

from service.store import models
from service.store.matchups import Taken
from service.usecases.blind import places
from tests import factories
from tests.factories import later

THREE = {1, 2, 3}


@dataclass(frozen=True)
class Wishes:
    votes_per_matchup: int = 2
    dealing: str = "uniform"


def taken(by_pair, *withdrawn):
    return Taken(by_pair, frozenset(withdrawn))


class TestOpenIn:
    @pytest.mark.parametrize(
        ("wishes", "found", "expected"),
        [
            (Wishes(), taken({}), 6),
            (Wishes(), taken({(1, 2): 1}), 5),
            (Wishes(), taken({(1, 2): 5}), 4),
            (Wishes(dealing="adaptive"), taken({(1, 2): 5}), 1),
            (Wishes(), taken({(1, 2): 1}, (1, 2)), 4),
            (Wishes(), taken({(1, 9): 2}, (8, 9)), 6),
            (Wishes(), taken({(1, 2): 9, (1, 3): 9, (2, 3): 9}), 0),
        ],
    )
    def test_counts_what_is_wanted_less_what_is_filled(self, wishes, found, expected):
        assert places.open_in(wishes, THREE, found) == expected

    def test_is_nothing_with_one_answer(self):
        assert places.open_in(Wishes(), {1}, taken({})) == 0


class TestRecount:
    def test_counts_answers_that_are_ready_and_places_that_are_open(self, session):
        study = factories.make_study(session, configurations=("A", "B", "C"), prompts=1)
        rater_id = factories.make_rater(session, study)
        (prompt_id,) = study.prompts
        factories.fill_places(session, study, prompt_id, {("A", "B"): rater_id})
        places.recount(session, session.get_one(models.Study, study.id), prompt_id)
        session.expire_all()
        prompt = session.get_one(models.Prompt, prompt_id)
        assert (prompt.ready_configurations, prompt.places_open) == (3, 2)


class TestFreeExpired:
    def test_gives_back_the_places_of_leases_that_ran_out(self, session):
        study = factories.make_study(session, prompts=2)
        rater_id = factories.make_rater(session, study)
        for prompt_id in study.prompts:
            pair = {("Plain", "Retrieval"): rater_id}
            factories.fill_places(session, study, prompt_id, pair)
        first = session.query(models.Assignment).first()
        first.state, first.ended_at, first.lease_until = "dealt", None, later(5)
        session.flush()
        row = session.get_one(models.Study, study.id)
        assert places.free_expired(session, row, later(4)) == 0
        assert places.free_expired(session, row, later(6)) == 1
        session.expire_all()
        open_now = [session.get_one(models.Prompt, one).places_open for one in study.prompts]
        assert sorted(open_now) == [0, 1]
