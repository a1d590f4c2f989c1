"""Tables of the API: tokens of people's programs, and answers kept for requests sent again."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class ApiToken(Model):
    """What lets a program act for an account; only the token's hash is kept.

    It holds while its owner has at least the role they had when it was made. Without a study it
    is for all of them.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    study_id: Mapped[int | None] = mapped_column(ForeignKey("study.id"))
    handle: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    scope: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class KeptAnswer(Model):
    """What a request with an idempotency key was answered; no status while it is at work."""

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("token_id", "client_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    client_key: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
