"""Tables of files that wait to be imported, and of what their columns were said to mean."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Upload(Model):
    """A file that somebody is about to import; it goes away after some days."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    name: Mapped[str]
    encoding: Mapped[str]
    size: Mapped[int]
    # What each column means, and how many prompts are wanted.
    choices: Mapped[dict[str, Any]]
    # What the last import of it did; {} before one.
    report: Mapped[dict[str, Any]]
    # Of an import that a worker does (`domain.intake`): how often one took it, and the rows in.
    state: Mapped[str] = mapped_column(server_default="")
    fence: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class UploadPiece(Model):
    """A piece of an uploaded file; `start` is where in the file its first byte stands."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class SetUpload(Model):
    """A file that somebody is about to make a prompt set or a version of; it goes after days."""

    __tablename__ = "set_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    # The set whose next version it becomes, "" for a new one of this title; `keeps` adds to it.
    prompt_set: Mapped[str]
    title: Mapped[str]
    note: Mapped[str]
    keeps: Mapped[bool]
    name: Mapped[str]
    content: Mapped[bytes]
    meanings: Mapped[dict[str, Any]]
    is_known: Mapped[bool]
    created_at: Mapped[datetime]


class KnownHeader(Model):
    """What somebody said last of the columns of files with this header."""

    __tablename__ = "known_header"

    signature: Mapped[str] = mapped_column(primary_key=True)
    meanings: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]
