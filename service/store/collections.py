"""Queries about collections and the documents in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.domain.retrieval import Collection, Document
from service.store import models


def add(session: Session, collection: Collection, now: datetime) -> bool:
    """Store a collection and the documents that are new; False where it was there."""
    digest = collection.digest
    if session.get(models.Collection, digest) is not None:
        return False
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for document in sorted(collection.documents, key=lambda each: each.digest):
        session.execute(
            insert(models.Document)
            .values(digest=document.digest, text=document.text, created_at=now)
            .on_conflict_do_nothing()
        )
    made = session.execute(
        insert(models.Collection)
        .values(digest=digest, documents=len(collection.documents), created_at=now)
        .on_conflict_do_nothing()
        .returning(models.Collection.digest)
    )
    if made.first() is None:
        return False  # somebody else has just stored it, members and all
    session.add_all(
        models.Member(
            collection_digest=digest,
            position=position,
            name=document.name,
            document_digest=document.digest,
        )
        for position, document in enumerate(collection.documents)
    )
    session.flush()
    return True


def documents(session: Session, digest: str) -> Sequence[Document]:
    """Return the documents of a collection, in its order; none where it is unknown."""
    rows = session.execute(
        select(models.Member.name, models.Document.text)
        .join(models.Document, models.Document.digest == models.Member.document_digest)
        .where(models.Member.collection_digest == digest)
        .order_by(models.Member.position)
    )
    return [Document(name, text) for name, text in rows]
