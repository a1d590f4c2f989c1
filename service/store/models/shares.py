"""Table of links that show a report to whoever has them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import Model


class Share(Model):
    """A link to a report; only the token's hash is kept.

    The handle is no secret: a browser keeps it as the mark of what it has seen. Without a
    leaderboard the report is always on the newest one.
    """

    __tablename__ = "share"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    leaderboard_id: Mapped[int | None] = mapped_column(ForeignKey("leaderboard.id"))
    handle: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    shows_texts: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
