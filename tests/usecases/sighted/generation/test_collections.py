import pytest

from service.domain.retrieval import Collection, Document
from service.store import collections as kept
from service.usecases.sighted.generation import collections
from service.usecases.sighted.generation.collections import UnknownCollection

HANDBOOK = (Document("second.md", "Close at six."), Document("first.md", "Open at nine."))


class TestDocuments:
    def test_gives_the_documents_of_a_collection_in_its_order(self, session, now):
        collection = Collection(HANDBOOK)
        assert kept.add(session, collection, now)
        assert collections.documents(session, collection.digest) == list(collection.documents)

    def test_says_what_to_do_where_there_is_none(self, session):
        with pytest.raises(UnknownCollection, match="Apply the study again"):
            collections.documents(session, "nothing")
