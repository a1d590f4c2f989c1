from datetime import timedelta

import pytest

from service.domain.study import UnknownStudy
from service.errors import Invalid
from service.store import models
from service.usecases import api_tokens
from service.usecases.api_tokens import ScopeTooWide, TooManyTokens, UnknownToken
from tests import factories


def make_account(session, role: str = "researcher", name: str = "Ada") -> models.Account:
    account = models.Account(name=name, role=role, created_at=factories.MOMENT)
    session.add(account)
    session.flush()
    return account


def make(session, account, now, **more):
    told = {"label": "notebook", "scope": "read", "study": None, "days": 30, **more}
    return api_tokens.make(session, account.id, now=now, **told)


class TestMake:
    def test_keeps_the_token_s_hash_alone(self, session, now):
        token, view = make(session, make_account(session), now)
        row = session.query(models.ApiToken).filter_by(handle=view.handle).one()
        kept = [str(value) for value in vars(row).values()]
        assert not any(token in value or token.rpartition("_")[2] in value for value in kept)
        assert token.startswith("evh_")
        assert view.holds(now)

    def test_gives_nobody_more_than_they_have(self, session, now):
        viewer = make_account(session, "viewer")
        make(session, viewer, now)
        with pytest.raises(ScopeTooWide):
            make(session, viewer, now, scope="write")

    @pytest.mark.parametrize(
        "wrong", [{"label": " "}, {"label": "x" * 81}, {"scope": "all"}, {"days": 0}, {"days": 366}]
    )
    def test_refuses_what_is_no_token(self, session, now, wrong):
        with pytest.raises(Invalid):
            make(session, make_account(session), now, **wrong)

    def test_wants_a_study_that_is_there(self, session, now):
        with pytest.raises(UnknownStudy):
            make(session, make_account(session), now, study="none")

    def test_makes_no_more_than_anybody_watches(self, session, now):
        account = make_account(session)
        for _ in range(api_tokens.MOST_TOKENS):
            make(session, account, now)
        with pytest.raises(TooManyTokens):
            make(session, account, now)
        make(session, account, now + timedelta(days=31))


class TestHolderOf:
    def test_knows_who_calls_and_how_far_they_reach(self, session, now):
        token, _ = make(session, make_account(session), now)
        holder = api_tokens.holder_of(session, token, now)
        assert holder.account.name == "Ada"
        assert holder.may("researcher", "read")
        assert not holder.may("researcher", "write")
        assert not holder.may("admin", "read")

    def test_knows_nobody_once_it_is_over(self, session, now):
        account = make_account(session)
        token, view = make(session, account, now)
        assert api_tokens.holder_of(session, token, now + timedelta(days=30)) is None
        assert api_tokens.holder_of(session, token[:-1], now) is None
        account.role = "viewer"
        assert api_tokens.holder_of(session, token, now) is None
        account.role = "admin"
        assert api_tokens.holder_of(session, token, now).account.role == "admin"
        api_tokens.revoke(session, account.id, view.handle, now)
        assert api_tokens.holder_of(session, token, now) is None

    def test_notes_use_once_a_minute(self, session, now):
        token, _ = make(session, make_account(session), now)
        holder = api_tokens.holder_of(session, token, now)
        assert holder.is_use_due
        api_tokens.note_use(session, holder, now)
        session.expire_all()
        assert not api_tokens.holder_of(session, token, now).is_use_due
        assert api_tokens.holder_of(session, token, now + timedelta(minutes=1)).is_use_due


class TestRevoke:
    def test_is_for_one_s_own(self, session, now):
        _, view = make(session, make_account(session), now)
        other = make_account(session, name="Bea")
        with pytest.raises(UnknownToken):
            api_tokens.revoke(session, other.id, view.handle, now)
        api_tokens.revoke(session, None, view.handle, now)
        assert [one.revoked_at for one in api_tokens.every(session, None)] == [now]
        assert api_tokens.every(session, other.id) == []
