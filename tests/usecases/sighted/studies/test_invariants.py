from service.store import models
from service.usecases.sighted.studies import invariants
from tests import factories


class TestCheck:
    def test_states_every_rule_and_finds_nothing_where_all_hold(self, session, now):
        factories.make_study(session)
        found = invariants.check(session, now)
        assert len({one.rule for one in found}) == len(found) > 10
        assert [one for one in found if one.broken] == []

    def test_finds_the_rows_that_break_a_rule(self, session, now):
        study = factories.make_study(session, prompts=1)
        session.get_one(models.Prompt, study.prompts[0]).places_open = -1
        session.flush()
        broken = [one for one in invariants.check(session, now) if one.broken]
        assert len(broken) == 1
        assert "places" in broken[0].rule
