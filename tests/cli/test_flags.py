import random
from datetime import timedelta

import pytest

from service.cli import flags
from service.usecases.blind import flags as blind
from tests import factories
from tests.factories import later

STUDY = "support-replies"


@pytest.fixture
def reported(home):
    """Let a rater report a problem, in words that look like markup."""
    with home.database.transaction() as session:
        study = factories.make_study(session, prompts=1)
        rater = factories.make_rater(session, study)
        (one,) = factories.deal(
            session, rater, later(0), random.Random(1), timedelta(minutes=30), 1
        )
        blind.flag(session, rater, one.token, "unsafe", "a [bold] phone number", later(1), "k")


class TestShowFlags:
    def test_says_that_there_are_none(self, home, say):
        with home.database.transaction() as session:
            factories.make_study(session)
        assert "No rater has reported a problem." in say(flags.show_flags, STUDY)

    @pytest.mark.usefixtures("reported")
    def test_shows_notes_as_they_are_and_lifts(self, say):
        said = " ".join(say(flags.show_flags, STUDY).split())
        assert "unsafe or private" in said
        assert "[bold]" in said
        assert "Say why" in say(flags.show_flags, STUDY, "--lift", "1")
        said = say(flags.show_flags, STUDY, "--lift", "1", "--because", "not private")
        assert "1 flags lifted" in said
        assert "lifted (command line:" in " ".join(say(flags.show_flags, STUDY).split())
        assert "has no flag 7" in say(flags.show_flags, STUDY, "--lift", "7", "--because", "x")
