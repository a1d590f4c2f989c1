"""Lets people in to the sighted side: one-time sign-in links and sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.store import accounts, models

OPERATOR = "operator"
SESSION_DAYS = 14
LINK_HOURS = 24
# The page that shows it says how to get a new one.
_SPENT = "This sign-in link has been used or has expired."


class SignInLinkSpent(NotAllowed):
    """The link was used, has expired or never was."""


class UnknownAccount(NotFound):
    """There is no account of that name."""


@dataclass(frozen=True)
class AccountView:
    """Who is signed in."""

    id: int
    name: str
    role: str


@dataclass(frozen=True)
class SignedIn:
    """A new session: the token goes into the cookie, only its hash is kept."""

    session_token: str
    account: AccountView


def ensure_operator(session: Session, now: datetime) -> int:
    """Return the id of the admin whom `evenhand run` signs in, made where absent."""
    found = accounts.by_name(session, OPERATOR)
    if found is None:
        found = models.Account(name=OPERATOR, role="admin", created_at=now)
        session.add(found)
        session.flush()
    return found.id


def id_of(session: Session, name: str, now: datetime) -> int:
    """Return the id of the account of a name; the operator's is made where absent.

    Raises
    ------
    UnknownAccount
    """
    if name == OPERATOR:
        return ensure_operator(session, now)
    found = accounts.by_name(session, name)
    if found is None:
        raise UnknownAccount("There is no account called %(name)s.", name=repr(name))
    return found.id


def make_sign_in_link(
    session: Session, account_id: int, now: datetime, hours: int = LINK_HOURS
) -> str:
    """Return a token that signs an account in once."""
    token = secrets.token_urlsafe(32)
    session.add(
        models.SignInLink(
            account_id=account_id,
            token_hash=_hash(token),
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def check_sign_in_link(session: Session, token: str, now: datetime) -> None:
    """Raise unless a sign-in link would still sign somebody in; nothing is spent.

    Raises
    ------
    SignInLinkSpent
    """
    if not accounts.is_live_link(session, _hash(token), now):
        raise SignInLinkSpent(_SPENT)


def sign_in(session: Session, token: str, now: datetime) -> SignedIn:
    """Spend a sign-in link and open a session.

    Raises
    ------
    SignInLinkSpent
        Also where two requests bring the link at once: one of them gets in.
    """
    account_id = accounts.spend_link(session, _hash(token), now)
    account = None if account_id is None else accounts.by_id(session, account_id)
    if account is None or account.disabled_at is not None:
        raise SignInLinkSpent(_SPENT)
    session_token = secrets.token_urlsafe(32)
    session.add(
        models.Session(
            account_id=account.id,
            token_hash=_hash(session_token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(days=SESSION_DAYS),
        )
    )
    return SignedIn(session_token, AccountView(account.id, account.name, account.role))


def account_of(session: Session, session_token: str, now: datetime) -> AccountView | None:
    """Return who holds a session token, None where it does not hold."""
    live = accounts.live_session(session, _hash(session_token), now)
    account = None if live is None else accounts.by_id(session, live.account_id)
    if account is None or account.disabled_at is not None:
        return None
    return AccountView(account.id, account.name, account.role)


def sign_out(session: Session, session_token: str, now: datetime) -> None:
    """End a session."""
    live = accounts.live_session(session, _hash(session_token), now)
    if live is not None:
        live.ended_at = now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
