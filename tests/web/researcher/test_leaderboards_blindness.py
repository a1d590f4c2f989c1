import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from service.database import now
from service.usecases.blind import flags, voting
from tests import boards, factories
from tests.usecases.sighted.results.test_blindness import (
    LABELS,
    NAMES,
    drawn,
    knows_author,
    told,
)
from tests.web.researcher.test_leaderboards_marks import look


@pytest.fixture
def asked(studio):
    """Make a study whose rater was asked afterwards, and have a worker look."""

    def make(knows: int, flagged: int = 0, **fields):
        options = {"repeats": 0, "practice": [], "labels": LABELS}
        study = studio.study(configurations=NAMES, prompts=24, options=options, **fields)
        with studio.database.transaction() as session:
            ben = factories.make_rater(session, study)
            chance, asked = random.Random(1), iter(range(200))

            def say(*pair):
                # A coin at first; later this rater has learnt who writes how.
                if next(asked) < 48:
                    return chance.choice(["same", "different"])
                return knows_author(*pair)

            drawn(session, study, ben, 24 + 2 * knows, say)
            told(session, study, ben, "Tuned", None, "Ant", 2)
            told(session, study, ben, "Tuned", None, "Cat")
            for number in range(12):
                rng, lease = random.Random(number), timedelta(hours=1)
                token = factories.deal(session, ben, now(session), rng, lease, 1)[0].token
                if number < flagged:
                    flags.flag(session, ben, token, "knows_source", "", now(session))
                voting.cast(session, ben, token, "left", f"key-{number}", now(session))
        look(studio, study)
        return study

    return make


def section(studio, study):
    return studio.page(f"{study.name}/leaderboard").partition('id="blindness"')[2]


class TestBlindness:
    def test_is_told_in_one_sentence_with_what_it_rests_on_below(self, studio, asked):
        page = section(studio, asked(12))
        said, _, details = page.partition("<details>")
        assert re.search(
            r"There is no clear sign that raters could tell who wrote what: \d+ of the first 40",
            said,
        )
        assert "Nobody whose votes count flagged “I can tell who wrote this”." in said
        assert re.search(r"48 answers, \d+ right; guessing gives \d+; 0 not sure\.", details)
        assert "3 guesses, 1 right" in details
        assert "Bang" not in page
        assert "Table of flags" not in details

    def test_in_doubt_stands_out(self, studio, asked):
        page = section(studio, asked(40, flagged=1))
        assert '<p class="warning">Blindness is in doubt: ' in page
        assert "of the first 80 answers" in page or "of 80 answers" in page
        assert "was flagged on 1 of 12 matchups." in page
        assert "Table of flags" in page

    def test_of_a_sealed_study_is_not_told(self, studio, asked):
        assert section(studio, asked(40, flagged=2, is_sealed=True)) == ""

    def test_is_not_there_before_a_worker_has_looked(self, studio):
        study = studio.study()
        assert section(studio, study) == ""
        studio.rank(study, boards.board(blinding=None))
        assert section(studio, study) == ""

    def test_says_when_it_was_counted_where_that_was_before_the_rest(self, studio):
        study = studio.study()
        for minutes, is_said in ((5, True), (0, False)):
            counted = datetime.now(UTC) - timedelta(minutes=minutes)
            studio.rank(study, boards.board(beside_votes_at=counted.isoformat()))
            page = studio.page(f"{study.name}/leaderboard")
            assert ("What follows was counted 5 min ago." in page) is is_said

    def test_stands_below_grades_alone(self, studio):
        study = studio.study(options={"grades": "only"})
        look(studio, study)
        assert "they are asked after finishing" in section(studio, study)
