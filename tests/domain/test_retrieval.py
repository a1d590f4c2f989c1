import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import retrieval
from service.domain.configuration import Retrieval
from service.domain.retrieval import Collection, Document, Passage, Passages


class TestSplit:
    @given(st.text(max_size=2000), st.integers(100, 400), st.integers(0, 25))
    def test_pieces_are_short_and_miss_nothing(self, text, most, overlap):
        pieces = list(retrieval.split(text, most, overlap))
        assert all(piece.strip() and len(piece.encode()) <= most for piece in pieces)
        for word in text.split():
            if len(word.encode()) < 25:
                assert any(word in piece for piece in pieces) or len(text.encode()) > most

    def test_ends_between_paragraphs_where_it_can(self):
        text = "One two three. Four five.\n\nSix seven eight. Nine ten eleven twelve."
        assert list(retrieval.split(text, 45, 0)) == [
            "One two three. Four five.",
            "Six seven eight. Nine ten eleven twelve.",
        ]

    def test_repeats_the_end_of_a_piece_at_a_word(self):
        text = " ".join(f"word{number:03}" for number in range(60))
        pieces = list(retrieval.split(text, 100, 20))
        for one, other in itertools.pairwise(pieces):
            assert other.split()[0] in one.split()

    def test_counts_bytes_and_never_cuts_a_sign(self):
        pieces = list(retrieval.split("漢" * 500, 100, 10))
        assert {len(piece.encode()) for piece in pieces[:-1]} == {99}
        assert set("".join(pieces)) == {"漢"}

    @pytest.mark.parametrize("text", ["", " \n "])
    def test_of_nothing_there_is_nothing(self, text):
        assert list(retrieval.split(text, 100, 10)) == []


class TestCollection:
    def test_is_known_by_its_names_and_texts(self):
        one = Collection((Document("a.md", "x"), Document("b.md", "y")))
        assert one.digest == Collection((Document("a.md", "x"), Document("b.md", "y"))).digest
        assert one.digest != Collection((Document("a.md", "y"), Document("b.md", "x"))).digest


class TestPassages:
    def test_are_their_texts_without_their_sources(self):
        found = Passages([Passage("secret-name.md", "One."), Passage("b.md", "Two.")])
        assert str(found) == "One.\n\nTwo."

    def test_stand_in_at_their_longest(self):
        longest = retrieval.placeholder(Retrieval("digest", top_k=3, passage_bytes=100))
        assert len(longest) == 3
        assert len(str(longest)) == 304
