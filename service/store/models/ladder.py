"""Tables behind completions: documents to retrieve from, calls that were made, and evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.foundation import BigId, Model


class Document(Model):
    """The text of one document, stored once however many collections hold it."""

    __tablename__ = "document"

    digest: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    created_at: Mapped[datetime]


class Collection(Model):
    """Documents to retrieve from; immutable: other contents are another collection."""

    __tablename__ = "collection"

    digest: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int]
    created_at: Mapped[datetime]


class Member(Model):
    """A document's place and name in a collection."""

    __tablename__ = "collection_member"

    collection_digest: Mapped[str] = mapped_column(
        ForeignKey("collection.digest"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    document_digest: Mapped[str] = mapped_column(ForeignKey("document.digest"))


class Call(Model):
    """One answered turn of a completion, known by what was asked, so that it can be reused.

    The text itself stands in the completion. `origin_id` is the call that was really made,
    where this one was answered from it.
    """

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("completion_id", "turn"),
        Index("ix_call_fingerprint", "fingerprint"),
        Index("ix_call_origin_id", "origin_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    turn: Mapped[int]
    fingerprint: Mapped[str]
    origin_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("call.id"))
    finish_reason: Mapped[str]
    refused: Mapped[bool]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    latency_ms: Mapped[int]


class Evidence(Model):
    """What stood behind a completion: retrieved passages, an agent's trace. Sighted only."""

    __tablename__ = "evidence"

    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"), primary_key=True)
    passages: Mapped[list[dict[str, Any]]]
    # One entry per turn, None where the agent told nothing.
    traces: Mapped[list[Any]]
