"""Queries about tokens of the API."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.store.models import Account, ApiToken, Study


def live(session: Session, token_hash: str, now: datetime) -> tuple[ApiToken, Account] | None:
    """Return a token that is neither withdrawn nor expired, with its owner."""
    row = session.execute(
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def every(session: Session, account_id: int | None) -> Sequence[tuple[ApiToken, str, str | None]]:
    """Return an account's tokens, or all, with owner's and study's names, the newest first."""
    wanted = (
        select(ApiToken, Account.name, Study.name)
        .join(Account, Account.id == ApiToken.account_id)
        .outerjoin(Study, Study.id == ApiToken.study_id)
        .order_by(ApiToken.id.desc())
    )
    if account_id is not None:
        wanted = wanted.where(ApiToken.account_id == account_id)
    return [(row[0], row[1], row[2]) for row in session.execute(wanted)]


def note_use(session: Session, token_id: int, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
