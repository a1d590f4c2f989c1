from service.reporting import behind
from service.reporting.behind import Behind, Tied
from service.reporting.words import ENGLISH
from tests import boards


class TestOn:
    def test_is_the_direct_votes_from_the_side_asked_for(self):
        board = boards.board()
        assert behind.on(board, "fine-tune", "retrieval") == Behind("fine-tune", "retrieval", 20)

    def test_is_none_where_they_met_through_others_alone(self):
        assert behind.on(boards.board(matrix=()), "fine-tune", "retrieval") is None


class TestCounted:
    def test_is_the_share_of_the_first(self):
        board = boards.board()
        for names, share in ((("retrieval", "fine-tune"), 68), (("fine-tune", "retrieval"), 32)):
            said = behind.counted(board, Behind(*names, 20), ENGLISH)
            assert said == f"counted: {share}\xa0% of 20 votes"

    def test_of_ties_is_their_number(self):
        assert behind.counted(boards.board(), Tied(0, "tied", 18), ENGLISH) == "18 votes"


class TestQuery:
    def test_names_what_the_page_of_votes_asks_for(self):
        assert Behind("a", "b", 3).query == {"first": "a", "second": "b"}
        assert Tied(1, "both_bad", 3).query == {"part": "1", "outcomes": "both_bad"}
