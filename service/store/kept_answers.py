"""Queries about answers that are kept for requests sent again."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.store import changes
from service.store.models import KeptAnswer

_ONCE = changes.Once(KeptAnswer)


def claim(
    session: Session, token_id: int, client_key: str, request_hash: str, now: datetime
) -> bool:
    """Note that a request is at work; False where one with this key is or was."""
    return _ONCE.add(
        session,
        {
            "token_id": token_id,
            "client_key": client_key,
            "request_hash": request_hash,
            "body": "",
            "created_at": now,
        },
    )


def find(session: Session, token_id: int, client_key: str) -> KeptAnswer | None:
    """Return what is kept under a key."""
    return session.scalars(
        select(KeptAnswer).where(
            KeptAnswer.token_id == token_id, KeptAnswer.client_key == client_key
        )
    ).one_or_none()


def keep(session: Session, token_id: int, client_key: str, status: int, body: str) -> None:
    """Keep what a request was answered."""
    session.execute(
        update(KeptAnswer)
        .where(KeptAnswer.token_id == token_id, KeptAnswer.client_key == client_key)
        .values(status=status, body=body)
    )


def take_over(session: Session, row_id: int, begun_at: datetime, now: datetime) -> bool:
    """Begin a request anew whose first worker never came back; False where another one did."""
    return (
        changes.count(
            session,
            update(KeptAnswer)
            .where(
                KeptAnswer.id == row_id,
                KeptAnswer.status.is_(None),
                KeptAnswer.created_at == begun_at,
            )
            .values(created_at=now),
        )
        == 1
    )


def release(session: Session, token_id: int, client_key: str) -> None:
    """Forget a request that is at work: it failed and may be sent again."""
    session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.token_id == token_id,
            KeptAnswer.client_key == client_key,
            KeptAnswer.status.is_(None),
        )
    )


def remove_older(session: Session, moment: datetime) -> None:
    """Forget what was kept before a moment."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < moment))
