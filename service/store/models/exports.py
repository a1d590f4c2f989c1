"""Tables of exports that were asked for, and of the files they became, piece by piece."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Export(Model):
    """An export that somebody asked for on a page; it goes away after some days.

    `fence` grows with each worker that takes it, so that one that was thought dead writes nothing.
    """

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    form: Mapped[str]
    # The policy, and the share of prompts that are for tests.
    asked: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    fence: Mapped[int]
    lease_until: Mapped[datetime | None]
    matchups: Mapped[int]
    done: Mapped[int]
    rows: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    # Why there is none; or what is worth knowing of it.
    note: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ExportPiece(Model):
    """A piece of an export's file."""

    __tablename__ = "export_piece"

    export_id: Mapped[int] = mapped_column(
        ForeignKey("export.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]
