"""What is dealt where little is left: of what lapsed, of what was withdrawn, of what others saw."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from service.domain import sitting
from service.store import models, studies
from service.usecases.blind import flags, places, voting
from service.usecases.sighted.generation import publishing
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
TRIO = ("P", "R", "T")
PAIRS = (("P", "R"), ("P", "T"), ("R", "T"))
WITHDRAWS = {"repeats": 0, "practice": [], "withdraws_flagged": True, "flags_to_withdraw": 1}


def deal(session, rater_id, minutes=0.0, ahead=1, seed=1):
    rng = random.Random(seed)
    return [
        piece.token
        for piece in factories.deal(session, rater_id, later(minutes), rng, LEASE, ahead)
    ]


def raters(session, study, number):
    return [factories.make_rater(session, study, f"r{n}") for n in range(number)]


def of(session, rater_id) -> list[models.Assignment]:
    session.expire_all()
    rows = select(models.Assignment).where(models.Assignment.rater_id == rater_id)
    return list(session.scalars(rows.order_by(models.Assignment.id)))


def pair(row: models.Assignment) -> tuple[int, int, int]:
    return row.prompt_id, row.first_configuration_id, row.second_configuration_id


class TestLapsed:
    def test_is_opened_anew_and_never_dealt_as_another(self, session):
        study = factories.make_study(session, prompts=1)
        ada, _ = raters(session, study, 2)
        first = deal(session, ada)
        places.free_expired(session, studies.by_id(session, study.id), later(60))
        assert deal(session, ada, 60) == first
        assert [row.state for row in of(session, ada)] == ["dealt"]

    def test_is_not_dealt_to_who_has_seen_it_in_another_row(self, session):
        """Older versions dealt what had lapsed as a second assignment."""
        study = factories.make_study(session, configurations=TRIO, prompts=1, votes_per_matchup=3)
        ada, *others = raters(session, study, 3)
        for who in (ada, ada, *others):
            by_pair = {PAIRS[0]: ada} if who == ada else dict.fromkeys(PAIRS[1:], who)
            factories.fill_places(session, study, study.prompts[0], by_pair)
        first, second = of(session, ada)
        first.state, second.state = "dealt", "expired"
        places.recount(session, studies.by_id(session, study.id), study.prompts[0])
        assert len(deal(session, ada, 1, ahead=4)) == 3
        assert [row.state for row in of(session, ada)] == ["dealt", "expired", "dealt", "dealt"]

    def test_goes_to_who_has_seen_all_that_is_open_however_much_that_is(self, session):
        """Enough places for nobody to think of what lapsed, but none of them for Ada."""
        prompts = sitting.PLENTY // 2
        study = factories.make_study(
            session, configurations=TRIO, prompts=prompts + 1, votes_per_matchup=2
        )
        ada, ben, one, other = raters(session, study, 4)
        last, *rest = study.prompts
        for prompt_id in rest:
            places_of_ada = dict.fromkeys(PAIRS[:2], ada)
            factories.fill_places(session, study, prompt_id, {**places_of_ada, PAIRS[2]: one})
            factories.fill_places(session, study, prompt_id, {PAIRS[2]: other})
        factories.fill_places(session, study, last, dict.fromkeys(PAIRS, one))
        factories.fill_places(session, study, last, dict.fromkeys(PAIRS[:2], other))
        is_last = models.Prompt.id == last
        session.execute(update(models.Prompt).values(is_dealable=is_last))
        (held,) = deal(session, ben)
        session.execute(update(models.Prompt).values(is_dealable=True))
        session.expire_all()
        assert session.scalar(select(func.sum(models.Prompt.places_open))) == sitting.PLENTY
        assert deal(session, ada, 29) == []
        (token,) = deal(session, ada, 31)
        (mine,) = (row for row in of(session, ada) if row.token == token)
        (lapsed,) = of(session, ben)
        assert (lapsed.token, lapsed.state) == (held, "expired")
        assert pair(mine) == pair(lapsed)


class TestRetired:
    def test_what_was_seen_of_it_keeps_nobody_from_what_came_instead(self, session):
        study = factories.make_study(session, configurations=TRIO, prompts=1)
        (ada,) = raters(session, study, 1)
        for number in range(3):
            (token,) = deal(session, ada, number)
            voting.cast(session, ada, token, "left", token, later(number))
        (prompt_id,) = study.prompts
        session.get_one(models.Configuration, study.configurations["T"]).retired_at = later(4)
        fresh = factories.make_configuration(session, study.id, "New")
        factories.make_completion(session, study.id, fresh, prompt_id, "New says.")
        publishing.settle(session, prompt_id)
        tokens = deal(session, ada, 5, ahead=3)
        rows = [row for row in of(session, ada) if row.token in tokens]
        assert len(rows) == 2
        assert {row.second_configuration_id for row in rows} == {fresh}


class TestWithdrawn:
    @pytest.mark.parametrize("dealing", ["uniform", "adaptive"])
    def test_takes_its_own_places_away_and_no_others(self, session, dealing):
        study = factories.make_study(
            session,
            configurations=TRIO,
            prompts=1,
            votes_per_matchup=2,
            dealing=dealing,
            options=WITHDRAWS,
        )
        (prompt_id,) = study.prompts
        ada, *others = raters(session, study, 4)
        (token,) = deal(session, ada)
        flags.flag(session, ada, token, "broken", "", later(1))
        for recount in (None, publishing.settle):
            if recount:
                recount(session, prompt_id)
            session.expire_all()
            assert session.get_one(models.Prompt, prompt_id).places_open == 4
        (flagged,) = of(session, ada)
        dealt = [deal(session, who, 2, ahead=3, seed=who) for who in others]
        assert sum(map(len, dealt)) == 4
        rows = [row for who in others for row in of(session, who)]
        assert pair(flagged) not in {pair(row) for row in rows}
        assert session.get_one(models.Prompt, prompt_id).places_open == 0

    @pytest.mark.parametrize("seed", range(6))
    def test_hides_no_place_of_another_matchup(self, session, seed):
        """Ada flagged her matchup on a prompt where another's place is free for her."""
        study = factories.make_study(
            session, configurations=TRIO, prompts=2, votes_per_matchup=3, options=WITHDRAWS
        )
        ada, *others = raters(session, study, 4)
        one, other = study.prompts
        for prompt_id in (one, other):
            factories.fill_places(session, study, prompt_id, {PAIRS[0]: ada})
            for who in others:
                factories.fill_places(session, study, prompt_id, {PAIRS[1]: who})
                if (prompt_id, who) != (one, others[-1]):
                    factories.fill_places(session, study, prompt_id, {PAIRS[2]: who})
        (first,) = (row for row in of(session, ada) if row.prompt_id == one)
        flags.flag(session, ada, first.token, "broken", "", later(0))
        session.expire_all()
        assert len(deal(session, ada, 1, seed=seed)) == 1
