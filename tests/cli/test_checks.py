from service.cli import checks
from service.store import models
from tests import factories


class TestCheckInvariants:
    def test_says_of_every_rule_that_it_holds(self, home, say):
        with home.database.transaction() as session:
            factories.make_study(session)
        said = say(checks.check_invariants)
        assert "holds  dealing: no prompt has fewer than no places" in said
        assert "BROKEN" not in said

    def test_names_the_rows_that_break_one(self, home, say):
        with home.database.transaction() as session:
            study = factories.make_study(session, prompts=1)
            session.get_one(models.Prompt, study.prompts[0]).places_open = -1
        said = say(checks.check_invariants)
        assert "BROKEN  dealing: no prompt has fewer than no places" in said
        assert "prompt p0 has fewer than no places" in said
