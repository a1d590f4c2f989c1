import random
from datetime import timedelta

import pytest

from service.errors import Invalid
from service.store import models
from service.usecases.blind import flags as blind
from service.usecases.sighted.studies import flags, invariants
from tests import factories
from tests.factories import later


@pytest.fixture
def flagged(session):
    """A study of one prompt whose only matchup two raters have flagged out of dealing."""
    options = {"repeats": 0, "practice": [], "withdraws_flagged": True}
    study = factories.make_study(session, prompts=2, votes_per_matchup=5, options=options)
    for name, note in (("Ada", "it says who it is"), ("Ben", "")):
        rater = factories.make_rater(session, study, name)
        dealt = factories.deal(session, rater, later(0), random.Random(1), timedelta(minutes=30), 2)
        (one,) = (piece for piece in dealt if "Question 0?" in piece.prompt_turns[0])
        blind.flag(session, rater, one.token, "knows_source", note, later(1), name)
    session.expire_all()
    return study


def places(session, study):
    session.expire_all()
    assert not [one for one in invariants.check(session, later(9)) if one.broken]
    return session.get_one(models.Prompt, study.prompts[0]).places_open


class TestOfStudy:
    def test_shows_notes_and_kinds_by_matchup(self, session, flagged):
        factories.make_study(session, "noise")
        first, last = flags.of_study(session, flagged.name)
        assert (first.prompt_key, first.configurations) == ("p0", ("Plain", "Retrieval"))
        assert (first.kind, first.note, first.standing) == (
            "knows_source",
            "it says who it is",
            "withdraws",
        )
        assert (first.is_last, last.is_last, last.lifted) == (False, True, "")
        assert flags.of_study(session, "noise") == []


class TestLift:
    def test_deals_the_matchup_again_and_keeps_who_and_why(self, session, flagged):
        assert places(session, flagged) == 0
        number = flags.of_study(session, flagged.name)[1].number
        assert flags.lift(session, flagged.name, number, "looks fine", "Ada", later(2)) == 2
        assert places(session, flagged) == 3
        for one in flags.of_study(session, flagged.name):
            assert (one.standing, one.lifted) == ("lifted", "Ada: looks fine")
        assert flags.lift(session, flagged.name, number, "again", "Ada", later(3)) == 0

    def test_leaves_what_comes_later_to_count_anew(self, session, flagged):
        number = flags.of_study(session, flagged.name)[0].number
        flags.lift(session, flagged.name, number, "looks fine", "Ada", later(2))
        for name, withdrawn in (("Cy", False), ("Di", True)):
            rater = factories.make_rater(session, flagged, name)
            dealt = factories.deal(
                session, rater, later(3), random.Random(1), timedelta(minutes=30), 2
            )
            (one,) = (piece for piece in dealt if "Question 0?" in piece.prompt_turns[0])
            blind.flag(session, rater, one.token, "broken", "", later(3), name)
            assert (places(session, flagged) == 0) == withdrawn

    def test_needs_a_reason_and_a_flag_of_the_study(self, session, flagged):
        factories.make_study(session, "noise")
        number = flags.of_study(session, flagged.name)[0].number
        with pytest.raises(Invalid, match="Say why"):
            flags.lift(session, flagged.name, number, " ", "Ada", later(2))
        with pytest.raises(flags.UnknownFlag):
            flags.lift(session, "noise", number, "why", "Ada", later(2))
        assert places(session, flagged) == 0
