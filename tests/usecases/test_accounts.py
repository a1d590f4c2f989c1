from datetime import timedelta

import pytest

from service.store import models
from service.usecases import accounts
from service.usecases.accounts import SignInLinkSpent


@pytest.fixture
def operator(session, now):
    return accounts.ensure_operator(session, now)


class TestEnsureOperator:
    def test_makes_the_admin_once(self, session, now, operator):
        assert accounts.ensure_operator(session, now) == operator
        assert session.get_one(models.Account, operator).role == "admin"


class TestSignIn:
    def test_spends_the_link_and_keeps_no_token(self, session, now, operator):
        token = accounts.make_sign_in_link(session, operator, now)
        signed_in = accounts.sign_in(session, token, now)
        assert signed_in.account.name == accounts.OPERATOR
        kept = [row.token_hash for row in session.query(models.SignInLink)]
        kept += [row.token_hash for row in session.query(models.Session)]
        assert not {token, signed_in.session_token} & set(kept)
        with pytest.raises(SignInLinkSpent, match="used or has expired"):
            accounts.sign_in(session, token, now)

    def test_refuses_a_link_that_has_expired_or_never_was(self, session, now, operator):
        token = accounts.make_sign_in_link(session, operator, now, hours=1)
        with pytest.raises(SignInLinkSpent):
            accounts.sign_in(session, token, now + timedelta(hours=2))
        with pytest.raises(SignInLinkSpent):
            accounts.sign_in(session, "nothing", now)

    def test_lets_nobody_in_whose_account_is_disabled(self, session, now, operator):
        token = accounts.make_sign_in_link(session, operator, now)
        session.get_one(models.Account, operator).disabled_at = now
        with pytest.raises(SignInLinkSpent):
            accounts.sign_in(session, token, now)


class TestAccountOf:
    def sign_in(self, session, now, operator):
        token = accounts.make_sign_in_link(session, operator, now)
        return accounts.sign_in(session, token, now).session_token

    def test_knows_who_is_signed_in_for_two_weeks(self, session, now, operator):
        token = self.sign_in(session, now, operator)
        assert accounts.account_of(session, token, now).id == operator
        late = now + timedelta(days=accounts.SESSION_DAYS, minutes=1)
        assert accounts.account_of(session, token, late) is None
        assert accounts.account_of(session, "another", now) is None

    def test_forgets_who_signs_out_or_is_disabled(self, session, now, operator):
        one, two = (self.sign_in(session, now, operator) for _ in range(2))
        accounts.sign_out(session, one, now)
        accounts.sign_out(session, "another", now)
        session.flush()
        assert accounts.account_of(session, one, now) is None
        assert accounts.account_of(session, two, now).id == operator
        session.get_one(models.Account, operator).disabled_at = now
        assert accounts.account_of(session, two, now) is None
