import pytest

from service.cli import submissions
from service.store import models, raters
from service.usecases.blind import submitting
from tests import factories
from tests.factories import later

STUDY = "support-replies"
OPTIONS = {"repeats": 0, "practice": [], "submissions": 5}


@pytest.fixture
def suggested(home):
    """Let a rater suggest three prompts, one in words that look like markup."""
    with home.database.transaction() as session:
        study = factories.make_study(session, prompts=1, options=OPTIONS)
        rater = factories.make_rater(session, study)
        for text in ("[bold] roses?", "Tulips?", "Weeds?"):
            sitter = raters.locked(session, rater)
            submitting.submit(session, sitter, text, f"key of {text}", later(0))


class TestShowSubmissions:
    def test_says_that_there_are_none(self, home, say):
        with home.database.transaction() as session:
            factories.make_study(session)
        assert "There are none of these." in say(submissions.show_submissions, STUDY)

    @pytest.mark.usefixtures("suggested")
    def test_shows_takes_and_declines(self, home, say):
        said = say(submissions.show_submissions, STUDY)
        assert "[bold] roses?" in said
        said = say(
            *(submissions.show_submissions, STUDY, "--accept", "2", "--tag", "garden"),
            *("--text", "Which tulips?", "--decline", "3", "--because", "No"),
        )
        assert "1 new prompt" in said
        assert "1 suggestion is declined." in said
        with home.database.reading() as session:
            made = session.query(models.Prompt).order_by(models.Prompt.id.desc()).first()
            assert (made.turns, made.tags) == (["Which tulips?"], ["garden"])
        said = say(submissions.show_submissions, STUDY, "--state", "waiting")
        assert ("roses" in said, "Tulips" in said, "Weeds" in said) == (True, False, False)
        for number in (str(10**20), "-1"):  # no database numbers rows so
            assert "not in the range" in say(
                submissions.show_submissions, STUDY, "--accept", number
            )
        assert "no suggested prompt 9" in say(submissions.show_submissions, STUDY, "--decline", "9")
