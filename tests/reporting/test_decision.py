from dataclasses import replace

import pytest

from service.reporting import decision
from service.reporting.words import ENGLISH
from tests import boards


def decide(board):
    return decision.decide(board, ENGLISH)


def said(board) -> list[str]:
    return [sentence.text for sentence in decide(board)]


def apart(board, *places):
    """Return a leaderboard where only these differences are told apart."""
    return replace(
        board,
        differences=tuple(
            replace(row, told_apart=at in places) for at, row in enumerate(board.differences)
        ),
    )


class TestDecide:
    def test_says_who_is_preferred_with_share_and_interval(self):
        first = decide(boards.board())[0]
        assert first.text == "retrieval is preferred to plain-prompt."
        assert first.figure == "63\xa0% of all votes (ties count half), 95\xa0% interval 55–71"
        assert first.matchup == ("retrieval", "plain-prompt")

    def test_says_who_cannot_be_told_apart_and_how_far_they_may_be(self):
        sentence = decide(boards.board())[2]
        assert sentence.text == "fine-tune cannot be told from retrieval."
        assert sentence.figure == "49\xa0% [41–57]; a difference beyond ±9 points is unlikely"

    def test_says_what_is_cheapest_within_noise_of_the_best(self):
        sentence = decide(boards.board())[3]
        assert sentence.text == "Cheapest within noise of the best: fine-tune"
        assert sentence.figure == "$0.42 per 1,000 requests · retrieval $2.60"

    def test_names_an_unknown_cost_and_never_takes_it_for_nothing(self):
        board = boards.with_rows(
            boards.board(), lambda at, row: boards.costing(row, None) if at == 1 else row
        )
        sentence = decide(board)[3]
        assert sentence.text == "Cheapest within noise of the best: retrieval"
        assert sentence.figure == "$2.60 per 1,000 requests · unknown for fine-tune"

    def test_says_nothing_of_cost_where_all_are_free(self):
        board = boards.with_rows(boards.board(), lambda _, row: boards.costing(row, 0.0))
        assert not [text for text in said(board) if "heapest" in text]

    def test_speaks_for_these_raters_below_five(self):
        assert not [text for text in said(boards.board(raters=5)) if "speaks for" in text]
        assert said(boards.board(raters=2))[-1] == "All this speaks for these 2 raters."
        assert said(boards.board(raters=1))[-1] == "All this speaks for this one rater."

    @pytest.mark.parametrize("votes", [0, 3])
    def test_says_not_enough_data_instead_of_a_number(self, votes):
        board = boards.with_rows(
            boards.board(votes=votes), lambda at, row: replace(row, votes=0) if at else row
        )
        sentences = decide(board)
        assert [sentence.text for sentence in sentences] == [
            "There is not enough data to compare yet."
        ]
        assert sentences[0].figure

    def test_says_so_when_nobody_is_ahead(self):
        texts = said(apart(boards.board()))
        assert texts[0] == "Nobody is ahead yet: the best cannot be told from any other."
        assert not [text for text in texts if "preferred" in text]

    def test_explains_an_interval_beside_the_middle_that_does_not_settle_it(self):
        board = apart(boards.board(), 2, 3, 4, 5)
        (sentence,) = [
            each for each in decide(board) if each.text.startswith("plain-prompt cannot")
        ]
        assert "not settled once all comparisons are taken together" in sentence.figure
        assert "unlikely" not in sentence.figure

    def test_sums_up_many_rivals(self):
        names = [f"rival-{number}" for number in range(9)]
        board = boards.board(
            ratings=tuple(boards.row(name, 0.5, 0.4, 0.6, None) for name in ["best", *names]),
            differences=tuple(
                boards.difference("best", name, 0.6 + place / 100, told_apart=True)
                for place, name in enumerate(names)
            ),
        )
        sentences = decide(board)
        assert sentences[0].text == "best is preferred to 9 of the others."
        assert sentences[0].figure.startswith("The closest of them is rival-0: 60\xa0%")
        assert said(apart(board))[0] == "9 others cannot be told from best."

    def test_leaves_out_the_retired(self):
        board = boards.with_rows(
            boards.board(), lambda at, row: row if at else replace(row, is_retired=True)
        )
        assert not [text for text in said(board) if text.startswith("retrieval")]
        assert said(board)[0] == "fine-tune is preferred to plain-prompt."
