import random
from datetime import timedelta

import pytest

from service.domain.vote import KeyReused
from service.errors import Invalid
from service.store import models
from service.usecases.blind import flags
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


def dealt(session, rater_id, ahead=2):
    found = factories.deal(session, rater_id, later(0), random.Random(3), LEASE, ahead)
    return [one.token for one in found]


def seat(session, **fields):
    study = factories.make_study(session, **fields)
    return study, factories.make_rater(session, study)


class TestFlag:
    def test_keeps_what_was_reported_and_bounds_the_note(self, session):
        _, ada = seat(session)
        token, _ = dealt(session, ada)
        flags.flag(session, ada, token, "broken", "x" * 9999, later(1))
        (kept,) = session.query(models.Flag)
        assert (kept.kind, len(kept.note), kept.withdraws) == ("broken", flags.MAX_NOTE, False)

    def test_refuses_a_kind_that_is_not_offered(self, session):
        _, ada = seat(session)
        token, _ = dealt(session, ada)
        with pytest.raises(Invalid, match="what is wrong"):
            flags.flag(session, ada, token, "ugly", "", later(1))

    def test_takes_a_key_once_and_for_one_matchup(self, session):
        _, ada = seat(session)
        one, other = dealt(session, ada)
        for minutes in (1, 2):
            flags.flag(session, ada, one, "broken", "", later(minutes), "a-key-of-the-page")
        assert session.query(models.Flag).count() == 1
        with pytest.raises(KeyReused):
            flags.flag(session, ada, other, "broken", "", later(3), "a-key-of-the-page")

    def test_takes_the_place_away_where_the_study_says_so(self, session):
        options = {"repeats": 0, "practice": [], "flagged": "withdraw"}
        study, ada = seat(session, prompts=1, options=options)
        (token,) = dealt(session, ada)
        flags.flag(session, ada, token, "broken", "", later(1))
        session.expire_all()
        assert session.get_one(models.Prompt, study.prompts[0]).places_open == 0
        ben = factories.make_rater(session, study, "Ben")
        assert dealt(session, ben) == []
