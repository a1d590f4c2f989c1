"""What others let lie is freed by chance, and not in the order in which prompts were entered."""

import random
from datetime import timedelta

from service.store import held_places
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
PROMPTS, FREED = 25, 5


class TestLyingAhead:
    def test_is_taken_in_no_order_that_rows_have(self, session):
        study = factories.make_study(session, prompts=PROMPTS)
        ben = factories.make_rater(session, study)
        factories.deal(session, ben, later(0), random.Random(1), LEASE, PROMPTS)
        for_whom = factories.make_rater(session, study, "Ada")
        edge = later(0) + 2 * LEASE
        found = held_places.lying_ahead(session, study.id, for_whom, edge, FREED)
        assert sum(map(len, found.values())) == FREED
        # Of 24 that lie ahead, these five or the last five come by chance once in 21,252 times.
        rest = sorted(held_places.lying_ahead(session, study.id, for_whom, edge, PROMPTS))
        assert len(rest) == PROMPTS - 1
        assert sorted(found) not in (rest[:FREED], rest[-FREED:])
