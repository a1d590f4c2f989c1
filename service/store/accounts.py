"""Queries about people of the sighted side, their links and their sessions."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.store import changes
from service.store.models import Account, SignInLink
from service.store.models import Session as SignedIn


def by_name(session: Session, name: str) -> Account | None:
    """Return the account of that name."""
    return session.scalars(select(Account).where(Account.name == name)).one_or_none()


def by_id(session: Session, account_id: int) -> Account | None:
    """Return an account."""
    return session.get(Account, account_id)


def is_live_link(session: Session, token_hash: str, now: datetime) -> bool:
    """Tell whether a sign-in link can still be used."""
    found = session.scalar(
        select(SignInLink.id).where(
            SignInLink.token_hash == token_hash,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
    )
    return found is not None


def spend_link(session: Session, token_hash: str, now: datetime) -> int | None:
    """Use a sign-in link up and return whose it is; None where it is spent or unknown."""
    spent = changes.count(
        session,
        update(SignInLink)
        .where(
            SignInLink.token_hash == token_hash,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now),
    )
    if not spent:
        return None
    return session.scalar(select(SignInLink.account_id).where(SignInLink.token_hash == token_hash))


def live_session(session: Session, token_hash: str, now: datetime) -> SignedIn | None:
    """Return a session that is neither ended nor expired."""
    return session.scalars(
        select(SignedIn).where(
            SignedIn.token_hash == token_hash,
            SignedIn.ended_at.is_(None),
            SignedIn.expires_at > now,
        )
    ).one_or_none()
