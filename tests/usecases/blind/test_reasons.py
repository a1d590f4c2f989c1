import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain import vote as rules
from service.errors import Invalid
from service.store import models
from service.usecases.blind import flags, progress, reasons, voting
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


@pytest.fixture
def seat(session):
    return factories.make_rater(session, factories.make_study(session))


def deal(session, rater_id):
    dealt = factories.deal(session, rater_id, later(0), random.Random(7), LEASE, 1)
    return dealt[0].token


def kept(session):
    return [(row.kinds, row.note) for row in session.scalars(select(models.Reason))]


class TestAdd:
    def test_keeps_kinds_and_words_beside_the_vote(self, session, seat):
        token = deal(session, seat)
        voting.cast(session, seat, token, "left", "v", later(1))
        reasons.add(session, seat, token, ["tone", "correct"], "Kind.", "r", later(2))
        reasons.add(session, seat, token, [], "And short.", "r2", later(3))
        assert kept(session) == [(["correct", "tone"], "Kind."), ([], "And short.")]

    def test_the_same_key_adds_nothing(self, session, seat):
        token = deal(session, seat)
        for _ in range(2):
            reasons.add(session, seat, token, ["tone"], "", "r", later(2))
        assert len(kept(session)) == 1

    def test_a_key_belongs_to_one_matchup(self, session, seat):
        token = deal(session, seat)
        reasons.add(session, seat, token, ["tone"], "", "r", later(2))
        voting.cast(session, seat, token, "left", "v", later(1))
        with pytest.raises(rules.KeyReused):
            reasons.add(session, seat, deal(session, seat), ["tone"], "", "r", later(3))

    @pytest.mark.parametrize(("kinds", "note"), [([], ""), (["odd"], "x")])
    def test_refuses_nothing_and_unknown_kinds(self, session, seat, kinds, note):
        with pytest.raises(Invalid):
            reasons.add(session, seat, deal(session, seat), kinds, note, "r", later(2))

    def test_anothers_matchup_is_unknown(self, session, seat):
        other = factories.make_rater(session, factories.make_study(session, "theirs"), "Bea")
        with pytest.raises(rules.UnknownAssignment):
            reasons.add(session, other, deal(session, seat), ["tone"], "", "r", later(2))


class TestFlaggedMatchups:
    @pytest.mark.parametrize("withdraws", [True, False])
    def test_are_withdrawn_where_the_study_says_so(self, session, withdraws):
        options = {"withdraws_flagged": withdraws, "flags_to_withdraw": 1, "repeats": 0}
        study = factories.make_study(session, votes_per_matchup=2, options=options)
        ben = factories.make_rater(session, study, "Ben")
        bea = factories.make_rater(session, study, "Bea")
        token = deal(session, ben)
        flags.flag(session, ben, token, "unsafe", "", later(1))
        voting.cast(session, ben, token, "left", "v", later(1))
        assert len(progress.own_votes(session, ben)) == 1
        assert progress.progress(session, ben).total == 3
        assert progress.progress(session, bea).total == (2 if withdraws else 3)
