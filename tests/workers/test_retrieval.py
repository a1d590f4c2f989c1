import pytest

from service.domain.configuration import Retrieval
from service.domain.retrieval import Document
from workers import retrieval

DOCUMENTS = [
    Document("returns.md", "You may return a bicycle within thirty days.\n\nBring the receipt."),
    Document("repairs.md", "A squeaking chain needs oil. Repairs take two days."),
    Document("stadt.md", "東京の自転車は駅の近くで借りられます。"),
]
SETTINGS = Retrieval("digest", top_k=2, passage_bytes=100, overlap_bytes=0)


def index(documents=DOCUMENTS, settings=SETTINGS) -> retrieval.Index:
    return retrieval.Index(documents, settings)


class TestIndex:
    @pytest.mark.parametrize(
        ("query", "source"),
        [
            ("Can I return my BICYCLE?", "returns.md"),
            ("My chain squeaks", "repairs.md"),
            ("自転車を借りたい", "stadt.md"),
        ],
    )
    def test_finds_what_fits_best(self, query, source):
        assert index().best(query, 2)[0].source == source

    def test_gives_nothing_that_shares_no_word(self):
        assert index().best("zebra", 5) == ()
        assert index().best("?!", 5) == ()
        assert len(index().best("chain", 5)) == 1

    def test_gives_as_many_as_asked_with_falling_scores(self):
        many = [Document(f"{n}.md", f"bicycle {'other words ' * n}") for n in range(1, 9)]
        found = index(many).best("bicycle", 3)
        assert len(found) == 3
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)

    def test_gives_the_same_order_among_equals(self):
        twins = [Document(f"{n}.md", "the same words here") for n in range(20)]
        assert [one.source for one in index(twins).best("words", 3)] == ["0.md", "1.md", "2.md"]

    def test_of_signs_alone_finds_nothing(self):
        assert index([Document("a.md", "--- *** ---")]).best("anything", 3) == ()


class TestTokens:
    def test_are_words_in_lower_case_and_pairs_where_there_are_no_spaces(self):
        assert retrieval.tokens("Größe, ÄPFEL_2! 東京都") == ["grösse", "äpfel_2", "東京", "京都"]


class TestShelf:
    def test_builds_an_index_once_and_lets_the_oldest_go(self):
        shelf = retrieval.Shelf(most=2)
        loads = []

        def load(digest):
            loads.append(digest)
            return DOCUMENTS

        for digest in ("a", "b", "a", "c", "a", "b"):
            shelf.index(Retrieval(digest), load)
        assert loads == ["a", "b", "c", "b"]

    def test_holds_no_more_text_than_it_may_and_one_index_in_any_case(self):
        shelf = retrieval.Shelf(most_bytes=10)
        for digest in ("a", "a", "b", "a"):
            shelf.index(Retrieval(digest), lambda _: DOCUMENTS)
        assert shelf.built == 3

    def test_keeps_other_sizes_of_passages_apart(self):
        shelf = retrieval.Shelf()
        for size in (100, 200, 100):
            shelf.index(Retrieval("a", passage_bytes=size), lambda _: DOCUMENTS)
        assert shelf.built == 2
