"""Queries about people of the sighted side, their links and their sessions."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.store import changes, models


def by_name(session: Session, name: str) -> models.Account | None:
    """Return the account of that name."""
    return session.scalars(select(models.Account).where(models.Account.name == name)).one_or_none()


def by_id(session: Session, account_id: int) -> models.Account | None:
    """Return an account."""
    return session.get(models.Account, account_id)


def is_live_link(session: Session, token_hash: str, now: datetime) -> bool:
    """Tell whether a sign-in link can still be used."""
    found = session.scalar(
        select(models.SignInLink.id).where(
            models.SignInLink.token_hash == token_hash,
            models.SignInLink.used_at.is_(None),
            models.SignInLink.expires_at > now,
        )
    )
    return found is not None


def spend_link(session: Session, token_hash: str, now: datetime) -> int | None:
    """Use a sign-in link up and return whose it is; None where it is spent or unknown."""
    spent = changes.count(
        session,
        update(models.SignInLink)
        .where(
            models.SignInLink.token_hash == token_hash,
            models.SignInLink.used_at.is_(None),
            models.SignInLink.expires_at > now,
        )
        .values(used_at=now),
    )
    if not spent:
        return None
    return session.scalar(
        select(models.SignInLink.account_id).where(models.SignInLink.token_hash == token_hash)
    )


def live_session(session: Session, token_hash: str, now: datetime) -> models.Session | None:
    """Return a session that is neither ended nor expired."""
    return session.scalars(
        select(models.Session).where(
            models.Session.token_hash == token_hash,
            models.Session.ended_at.is_(None),
            models.Session.expires_at > now,
        )
    ).one_or_none()
