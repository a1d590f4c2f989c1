"""Documents to retrieve from, as workers get them."""

from sqlalchemy.orm import Session

from service.domain.retrieval import Document
from service.errors import NotFound
from service.store import collections


class UnknownCollection(NotFound):
    """There is no collection of that digest."""


def documents(session: Session, digest: str) -> list[Document]:
    """Return the documents of a collection.

    Raises
    ------
    UnknownCollection
    """
    found = list(collections.documents(session, digest))
    if not found:
        raise UnknownCollection("The collection is not in the database. Apply the study again.")
    return found
