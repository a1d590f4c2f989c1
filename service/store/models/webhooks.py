"""Tables of webhooks: addresses that are told what happens, and each message to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class Webhook(Model):
    """An address that is told some events of a study."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    handle: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    events: Mapped[list[str]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class WebhookDelivery(Model):
    """One message; written with what it tells of, and once only by its `key`."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (UniqueConstraint("webhook_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    key: Mapped[str]
    event: Mapped[str]
    body: Mapped[str]
    # waiting, delivered, given_up
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    status: Mapped[int | None]
    note: Mapped[str]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
