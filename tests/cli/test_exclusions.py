import pytest

from service.cli import exclusions
from service.store import models
from tests import factories


@pytest.fixture
def pseudonym(home):
    """Make a rater who has filled one place."""
    with home.database.transaction() as session:
        study = factories.make_study(session, prompts=1)
        rater_id = factories.make_rater(session, study)
        factories.fill_places(session, study, study.prompts[0], {("Plain", "Retrieval"): rater_id})
        return session.get_one(models.Rater, rater_id).pseudonym


class TestExclude:
    def test_leaves_out_and_lets_count_again(self, say, pseudonym):
        study = "support-replies"
        said = say(exclusions.exclude, study, pseudonym, "--because", "did not read")
        assert "1 judgements are left out; their places are dealt again." in said
        assert "1 judgements count again." in say(exclusions.exclude, study, pseudonym, "--lift")

    def test_says_that_there_is_no_such_rater(self, say, pseudonym):
        said = say(exclusions.exclude, "support-replies", "nobody", "--because", "x")
        assert "nobody" in said
