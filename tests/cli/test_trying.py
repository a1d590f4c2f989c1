import pytest

from service.cli import trying
from service.database import now
from service.store import models
from tests import factories
from tests.usecases.sighted.generation import batches
from tests.usecases.sighted.studies import test_trying


class TestTry:
    @pytest.fixture
    def study(self, home):
        with home.database.transaction() as session:
            made = factories.make_study(
                session, state="draft", prompts=2, configuration_fields={"Plain": batches.PRICED}
            )
            session.query(models.Completion).filter_by(
                configuration_id=made.configurations["Plain"]
            ).delete()
        return made

    def test_begins_and_shows_what_came(self, home, say, study):
        assert "Nothing was tried yet" in say(trying.try_, study.name, "--last")
        said = say(trying.try_, study.name, "--prompts", 1, "--configuration", "Plain")
        assert "No worker is listening" in said
        assert "1 answer is still to come" in said
        with home.database.transaction() as session:
            test_trying.answer_all(session, "**Bold** move.", now(session))
        said = say(trying.try_, study.name, "--last")
        assert "Bold move." in said
        assert "10 tokens read, 20 written" in said

    def test_stops_what_nobody_has_begun(self, say, study):
        say(trying.try_, study.name, "--prompts", 2, "--configuration", "Plain")
        said = say(trying.try_, study.name, "--stop")
        assert said.count("Stopped before it was called.") == 2
        assert "The try was stopped." in said

    def test_says_what_cannot_be_tried(self, say, study):
        assert "no configuration Other" in say(trying.try_, study.name, "--configuration", "Other")
        assert "from 1 to 10" in say(trying.try_, study.name, "--prompts", 99)
