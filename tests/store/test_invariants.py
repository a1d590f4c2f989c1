from service.store import invariants, models
from service.usecases.sighted.studies import invariants as rules
from tests import factories
from tests.factories import later

PAIR = ("Plain", "Retrieval")


def broken(session) -> dict[str, tuple[str, ...]]:
    return {one.rule: one.broken for one in rules.check(session, later(9)) if one.broken}


class TestMatchupsAreDealtOnce:
    def test_finds_who_has_one_twice_and_no_lapsed_one(self, session):
        study = factories.make_study(session, prompts=2, votes_per_matchup=3)
        ada, ben = (factories.make_rater(session, study, name) for name in ("ada", "ben"))
        one, other = study.prompts
        for prompt_id, rater_id in ((one, ada), (one, ben), (other, ada)):
            factories.fill_places(session, study, prompt_id, {PAIR: rater_id})
        assert list(invariants.matchups_are_dealt_once(session, later(9))) == []
        factories.fill_places(session, study, one, {PAIR: ada})
        (found,) = broken(session)["dealing: nobody has a matchup twice"]
        assert found.endswith(" has one matchup of prompt p0 2 times")
        twice = session.query(models.Assignment).filter_by(rater_id=ada, prompt_id=one)
        twice.first().state = "expired"
        assert list(invariants.matchups_are_dealt_once(session, later(9))) == []

    def test_leaves_votes_from_elsewhere_alone(self, session):
        study = factories.make_study(session, prompts=1, votes_per_matchup=3)
        judge = factories.make_rater(session, study, "judge")
        session.get_one(models.Rater, judge).origin = "imported"
        for _ in range(2):
            factories.fill_places(session, study, study.prompts[0], {PAIR: judge})
        assert list(invariants.matchups_are_dealt_once(session, later(9))) == []
