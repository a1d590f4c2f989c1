import random
from datetime import timedelta

import pytest

from service.domain.vote import KeyReused
from service.errors import Invalid
from service.store import models
from service.usecases.blind import flags
from service.usecases.sighted.studies import exclusions, invariants
from service.usecases.sighted.studies import flags as reports
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

    def test_more_about_one_matchup_than_anybody_means_is_refused(self, session):
        _, ada = seat(session)
        token, other = dealt(session, ada)
        for number in range(flags.MOST_FLAGS):
            flags.flag(session, ada, token, "broken", "", later(1), f"k{number}")
        with pytest.raises(flags.ReportedOften, match="All of that is kept"):
            flags.flag(session, ada, token, "broken", "", later(1), "one more")
        flags.flag(session, ada, token, "broken", "", later(1), "k3")  # sent again
        flags.flag(session, ada, other, "broken", "", later(1), "another")
        assert session.query(models.Flag).count() == flags.MOST_FLAGS + 1


PROMPTS = 4


class Crowd:
    """Raters of a study from which flags withdraw, and what is left to be dealt."""

    def __init__(self, session, **options):
        self.session = session
        options = {"repeats": 0, "practice": [], "withdraws_flagged": True, **options}
        self.study = factories.make_study(
            session, prompts=PROMPTS, votes_per_matchup=9, options=options
        )
        factories.make_study(session, "noise", options=options)
        self.raters = {
            name: factories.make_rater(session, self.study, name) for name in ("Ada", "Ben", "Cy")
        }

    def flag_all(self, name, kind="broken"):
        tokens = dealt(self.session, self.raters[name], 5)
        for token in tokens:
            flags.flag(self.session, self.raters[name], token, kind, "odd", later(1), f"f{token}")
        return tokens

    @property
    def places(self):
        self.session.expire_all()
        rows = [self.session.get_one(models.Prompt, one) for one in self.study.prompts]
        assert not [one for one in invariants.check(self.session, later(9)) if one.broken]
        return [row.places_open for row in rows]

    def pseudonym(self, name):
        return self.session.get_one(models.Rater, self.raters[name]).pseudonym

    def exclude(self, name):
        return exclusions.exclude(
            self.session, self.study.name, self.pseudonym(name), "flags all", later(2)
        )

    def lift_exclusion(self, name):
        return exclusions.lift(self.session, self.study.name, self.pseudonym(name), later(3))


class TestWithdrawing:
    def test_takes_more_than_one_rater(self, session):
        crowd = Crowd(session)
        assert len(crowd.flag_all("Ada")) == PROMPTS
        crowd.flag_all("Ada")
        assert crowd.places == [8] * PROMPTS  # Ada's own place is taken
        assert len(dealt(session, crowd.raters["Cy"], 5)) == PROMPTS

    def test_happens_once_enough_have_flagged(self, session):
        crowd = Crowd(session)
        crowd.flag_all("Ada")
        crowd.flag_all("Ben")
        assert crowd.places == [0] * PROMPTS
        assert dealt(session, crowd.raters["Cy"], 5) == []

    @pytest.mark.parametrize(("needed", "places"), [(1, 0), (3, 8)])
    def test_may_take_fewer_or_more(self, session, needed, places):
        crowd = Crowd(session, flags_to_withdraw=needed)
        crowd.flag_all("Ada")
        assert crowd.places == [places] * PROMPTS

    @pytest.mark.parametrize("out", ["Ada", "Ben"])
    def test_falls_with_an_exclusion_and_comes_back_with_it(self, session, out):
        crowd = Crowd(session)
        crowd.flag_all("Ada")
        crowd.flag_all("Ben")
        assert crowd.exclude(out) == (0, PROMPTS)
        assert crowd.places == [8] * PROMPTS  # of two places, one is left out
        assert len(dealt(session, crowd.raters["Cy"], 5)) == PROMPTS
        standing = {
            one.pseudonym: one.standing for one in reports.of_study(session, crowd.study.name)
        }
        assert standing[crowd.pseudonym(out)] == "excluded"
        assert crowd.lift_exclusion(out) == (0, PROMPTS)
        assert crowd.places == [0] * PROMPTS

    def test_is_not_brought_about_by_what_an_excluded_rater_flags_later(self, session):
        crowd = Crowd(session)
        crowd.flag_all("Ada")
        (token, *_) = dealt(session, crowd.raters["Ben"], 5)
        flags.flag(session, crowd.raters["Ben"], token, "broken", "", later(1), "one")
        crowd.exclude("Ben")
        crowd.flag_all("Ben")
        assert 0 not in crowd.places
