import json

from service.cli.diagnosing import diagnose
from tests import boards, factories


class TestDiagnose:
    def test_says_what_is_supported_and_what_is_blocked(self, home, say):
        with home.database.transaction() as session:
            study = factories.make_study(session)
            boards.keep(session, study.id, boards.board())
        said = say(diagnose, study.name)
        assert "· retrieval is preferred to small-model. Holds at every look." in said
        assert said.index("Supported now") < said.index("Blocked")
        told = json.loads(say(diagnose, study.name, "--json"))
        assert {one["state"] for one in told["supported"]} == {"supported"}
        assert {one["name"] for one in told["blocked"]} >= {"winner", "ahead"}

    def test_says_so_before_any_votes(self, home, say):
        with home.database.transaction() as session:
            study = factories.make_study(session)
        assert "There are no votes yet." in say(diagnose, study.name)
