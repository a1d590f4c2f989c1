from service.store import models, studies
from service.usecases import accounts, invites
from service.usecases.sighted.studies import installation
from tests import factories


class TestPrepare:
    def test_makes_the_demonstration_where_there_is_no_study(self, session, now):
        greeting = installation.prepare(session, now, factories.KEY, with_demonstration=True)
        (study,) = studies.every(session)
        assert (study.state, study.is_demonstration) == ("open", True)
        assert (greeting.study, greeting.is_first_run) == (study.name, True)

    def test_makes_none_where_none_is_wanted(self, session, now):
        greeting = installation.prepare(session, now, factories.KEY, with_demonstration=False)
        assert studies.every(session) == []
        assert (greeting.study, greeting.rate_token) == (None, None)

    def test_makes_none_beside_a_study(self, session, now):
        factories.make_study(session, "mine")
        greeting = installation.prepare(session, now, factories.KEY, with_demonstration=True)
        assert [row.name for row in studies.every(session)] == ["mine"]
        assert (greeting.study, greeting.is_first_run) == ("mine", False)

    def test_lets_the_operator_in_and_leads_to_the_same_invite_every_time(self, session, now):
        factories.make_study(session, "mine")
        first = installation.prepare(session, now, factories.KEY, with_demonstration=False)
        second = installation.prepare(session, now, factories.KEY, with_demonstration=False)
        assert first.rate_token == second.rate_token
        opened = invites.open_invite(session, first.rate_token, now, factories.KEY)
        assert (opened.kind, opened.rater.personal_link_token) == ("personal", first.rate_token)
        signed_in = accounts.sign_in(session, second.studio_token, now)
        assert (signed_in.account.name, signed_in.account.role) == (accounts.OPERATOR, "admin")
        assert session.query(models.Account).count() == 1

    def test_invites_nobody_to_a_study_that_is_closed(self, session, now):
        factories.make_study(session, "mine", state="closed")
        greeting = installation.prepare(session, now, factories.KEY, with_demonstration=False)
        assert (greeting.study, greeting.rate_token) == ("mine", None)
