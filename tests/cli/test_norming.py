import json

from service.cli.norming import show_norming
from tests import factories
from tests.web.researcher.test_norming import judge


class TestShowNorming:
    def test_tells_how_people_split_and_does_what_is_next(self, home, say):
        with home.database.transaction() as session:
            study = factories.make_study(session, prompts=12, options={"norming": 5, "repeats": 0})
            judge(session, study, "Ada", "left", "tone")
            judge(session, study, "Ben", "right", "clear")
        said = say(show_norming, study.name)
        assert said.count("1 for the first, 1 for the second (divides people)") == 5
        assert "Criteria: Clear, Tone." in said
        assert said.count("    Tone: ") == said.count("    Clear: ") == 5
        told = json.loads(say(show_norming, study.name, "--json"))
        assert (told["stage"], told["dividing"], told["holds"]) == ("divided", 5, True)
        assert told["criteria_proposed"] == ["Clear", "Tone"]
        made = say(show_norming, study.name, "--go-on", "--split", "In parts", "--criterion", "X")
        assert "in-parts: created" in made
        assert not json.loads(say(show_norming, study.name, "--json"))["holds"]
        assert "waits for nobody" in say(show_norming, study.name, "--go-on")
